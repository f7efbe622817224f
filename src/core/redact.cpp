#include "core/redact.h"

#include <regex>
#include <set>

#include "core/guarded.h"

namespace tenon {
namespace {

namespace json = boost::json;

struct Shape {
  const char* kind;
  std::regex pattern;
};

// Prefixes as published by the issuers of these keys.
const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = [] {
    constexpr auto kFlags = std::regex::ECMAScript | std::regex::optimize;
    std::vector<Shape> list;
    list.push_back({"private key",
                    std::regex("-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?", kFlags)});
    list.push_back({"cloud access key", std::regex("\\b(AKIA|ASIA)[0-9A-Z]{16}\\b", kFlags)});
    list.push_back({"API key", std::regex("\\b(sk|pk|rk)[-_][A-Za-z0-9_-]{20,}", kFlags)});
    list.push_back(
        {"forge token",
         std::regex("\\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,})", kFlags)});
    list.push_back({"chat token", std::regex("\\bxox[abprs]-[A-Za-z0-9-]{10,}", kFlags)});
    list.push_back(
        {"web token", std::regex("\\beyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}", kFlags)});
    list.push_back(
        {"password in a URL", std::regex("[a-z][a-z0-9+.-]*://[^\\s:/@<>$\\{\\}]+:[^\\s:/@<>$\\{\\}]+@", kFlags)});
    return list;
  }();
  return kShapes;
}

Guarded<std::set<std::string>>& known_secrets() {
  static Guarded<std::set<std::string>> values;
  return values;
}

bool names_a_secret(std::string_view name) {
  static const std::regex kName(
      "(^|[_.-])(password|passwd|secret|token|api_?key|authorization|cookie|private_?key|master_?key)($|[_.-])",
      std::regex::ECMAScript | std::regex::icase | std::regex::optimize);
  return std::regex_search(name.begin(), name.end(), kName);
}

// "user:password@host" in an example is no secret: what is published as one is long and not a word that asks to be
// replaced.
bool is_placeholder(const std::string& match) {
  constexpr std::size_t kShortestPassword = 6;
  static const std::regex kAsksToBeReplaced("password|secret|change|example|replace|your",
                                            std::regex::ECMAScript | std::regex::icase | std::regex::optimize);
  const auto colon = match.rfind(':');
  if (!match.ends_with('@') || colon == std::string::npos) return false;
  const std::string password = match.substr(colon + 1, match.size() - colon - 2);
  return password.size() < kShortestPassword || std::regex_search(password, kAsksToBeReplaced);
}

}  // namespace

void remember_secret(std::string_view value) {
  constexpr std::size_t kShortest = 6;
  if (value.size() < kShortest) return;
  known_secrets().with([&](auto& values) { values.emplace(value); });
}

std::string redacted_text(std::string_view text) {
  std::string result(text);
  known_secrets().with([&](const auto& values) {
    for (const std::string& value : values) {
      for (auto at = result.find(value); at != std::string::npos; at = result.find(value, at + kRedacted.size())) {
        result.replace(at, value.size(), kRedacted);
      }
    }
  });
  // std::regex recurses per character; no line of ours that long is worth reading.
  constexpr std::size_t kLongest = 16'384;
  if (result.size() > kLongest) result.resize(kLongest);
  for (const Shape& shape : shapes()) result = std::regex_replace(result, shape.pattern, std::string(kRedacted));
  return result;
}

json::value redacted(std::string_view name, json::value value) {
  if (value.is_object()) {
    for (auto& member : value.get_object()) member.value() = redacted(member.key(), std::move(member.value()));
  } else if (value.is_array()) {
    for (auto& element : value.get_array()) element = redacted(name, std::move(element));
  } else if (value.is_string()) {
    if (names_a_secret(name)) return json::string(kRedacted);
    return json::string(redacted_text(std::string_view(value.get_string())));
  }
  return value;
}

std::vector<SecretFinding> find_secrets(std::string_view text) {
  std::vector<SecretFinding> findings;
  std::size_t line_number = 1;
  for (std::size_t begin = 0; begin <= text.size(); ++line_number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, std::min<std::size_t>(end - begin, 8192));
    for (const Shape& shape : shapes()) {
      std::cmatch match;
      if (!std::regex_search(line.begin(), line.end(), match, shape.pattern) || is_placeholder(match.str())) continue;
      findings.push_back({shape.kind, line_number});
    }
    begin = end + 1;
  }
  return findings;
}

}  // namespace tenon
