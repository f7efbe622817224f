#include "core/nats_url.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/error.h"
#include "core/redact.h"

namespace tenon {
namespace {

std::vector<std::string_view> addresses_of(std::string_view url) {
  std::vector<std::string_view> addresses;
  for (std::size_t begin = 0; begin <= url.size();) {
    const std::size_t end = std::min(url.find(',', begin), url.size());
    addresses.push_back(url.substr(begin, end - begin));
    begin = end + 1;
  }
  return addresses;
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc{} && end == text.data() + text.size() && port != 0;
}

bool is_host(std::string_view text) {
  const auto allowed = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-'; };
  const auto allowed_in_brackets = [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.';
  };
  if (!text.starts_with('[')) return !text.empty() && std::ranges::all_of(text, allowed);
  if (!text.ends_with(']') || text.size() < 4) return false;
  return std::ranges::all_of(text.substr(1, text.size() - 2), allowed_in_brackets);
}

bool is_address(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  if (text.substr(0, scheme) != "nats" && text.substr(0, scheme) != "tls") return false;
  std::string_view host = text.substr(scheme + 3);
  const auto credentials = host.rfind('@');
  if (credentials != std::string_view::npos) {
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (credentials == 0 || !std::ranges::all_of(host.substr(0, credentials), printable)) return false;
    host.remove_prefix(credentials + 1);
  }
  const auto bracket = host.rfind(']');
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return is_host(host);
  return is_host(host.substr(0, colon)) && is_port(host.substr(colon + 1));
}

}  // namespace

std::vector<std::string> nats_servers(std::string_view url) {
  std::vector<std::string> servers;
  for (const std::string_view address : addresses_of(url)) {
    if (!is_address(address)) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("\"{}\" is no address of a NATS server", without_credentials(address)),
                  "Write TENON_NATS_URL as nats://host:4222 or tls://user:password@host:4222; several with commas.");
    }
    servers.emplace_back(address);
  }
  return servers;
}

std::string without_credentials(std::string_view url) {
  std::string shown;
  for (const std::string_view address : addresses_of(url)) {
    if (address.data() != url.data()) shown += ',';
    const auto scheme = address.find("://");
    const auto credentials = address.rfind('@');
    if (scheme == std::string_view::npos || credentials == std::string_view::npos || credentials < scheme) {
      shown += address;
    } else {
      shown += fmt::format("{}://{}{}", address.substr(0, scheme), kRedacted, address.substr(credentials));
    }
  }
  return shown;
}

}  // namespace tenon
