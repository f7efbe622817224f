#include "delivery/harness/wire.h"

#include <boost/algorithm/string/predicate.hpp>

#include "core/error.h"
#include "core/redact.h"
#include "core/unicode.h"
#include "delivery/harness/html.h"

namespace tenon::delivery {
namespace {

constexpr std::size_t kMaxExcerpt = 300;
constexpr std::size_t kMaxShownPath = 200;
constexpr std::size_t kMaxBody = 4U << 20U;
constexpr std::size_t kMaxBroken = 5;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string percent(char c) { return fmt::format("%{:02X}", static_cast<unsigned char>(c)); }

}  // namespace

std::string Answer::header(std::string_view name) const {
  for (const io::HttpHeader& candidate : headers) {
    if (boost::iequals(candidate.name, name)) return candidate.value;
  }
  return "";
}

bool Answer::is_html() const { return header("content-type").starts_with("text/html"); }

std::string Answer::excerpt() const {
  if (status == 0) return shortened(redacted_text(trouble), kMaxExcerpt);
  std::string shown = fmt::format("{}", status);
  if (const std::string target = header("location"); !target.empty()) shown += " to " + target;
  std::string text = is_html() ? read_html(body).text : body;
  if (!is_valid_text(text)) text = fmt::format("{} bytes that are no text", body.size());
  if (!text.empty()) shown += ": " + text;
  return shortened(redacted_text(shown), kMaxExcerpt);
}

Task<Answer> Wire::exchange(Call call, std::string actor) {
  const std::string path = encode_path(call.path);
  const std::string request_line = fmt::format("{} {} as {}", call.method, shortened(path, kMaxShownPath), actor);
  if (requests_ >= limits_.requests) {
    co_return no_answer(request_line, fmt::format("The limit of {} requests is reached.", limits_.requests));
  }
  ++requests_;
  exchanges_.update(request_line + "\n" + call.body + "\n");
  io::HttpRequest request;
  request.method = std::move(call.method);
  request.url = subject_.origin + path;
  request.unix_socket = subject_.unix_socket;
  request.headers = std::move(call.headers);
  if (!call.content_type.empty()) request.headers.push_back({.name = "Content-Type", .value = call.content_type});
  request.body = std::move(call.body);
  request.total_timeout = limits_.request_timeout;
  request.body_limit = kMaxBody;
  Answer answer;
  answer.request = request_line;
  try {
    io::HttpResponse response = co_await client_.send(std::move(request));
    answer.status = response.status;
    answer.headers = std::move(response.headers);
    answer.body = std::move(response.body);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    answer.trouble = error.what();
  }
  if (answer.status >= 500 && broken_.size() < kMaxBroken) broken_.push_back(answer);
  for (const io::HttpHeader& header : answer.headers) {
    if (boost::iequals(header.name, "set-cookie")) cookies_set_.push_back(header.value);
  }
  exchanges_.update(fmt::format("{}\n{}\n{}\n", answer.status, answer.body, answer.trouble));
  co_return answer;
}

Answer no_answer(std::string request, std::string trouble) {
  Answer answer;
  answer.request = std::move(request);
  answer.trouble = std::move(trouble);
  return answer;
}

std::string encode_path(std::string_view path) {
  constexpr std::string_view kStays = "/?&=+%:@!$'()*,;[]";
  std::string out;
  for (const char c : path) out += is_plain(c) || kStays.contains(c) ? std::string(1, c) : percent(c);
  return out;
}

std::string encode_value(std::string_view value) {
  std::string out;
  for (const char c : value) out += is_plain(c) ? std::string(1, c) : percent(c);
  return out;
}

std::string shortened(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  constexpr std::string_view kMore = "…";
  std::size_t end = limit - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + std::string(kMore);
}

}  // namespace tenon::delivery
