#include "git/message.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.h"
#include "core/unicode.h"

namespace tenon::git {
namespace {

constexpr std::size_t kLongestSubject = 72;
constexpr std::array<std::string_view, 11> kTypes = {"feat", "fix",   "docs", "style", "refactor", "perf",
                                                     "test", "build", "ci",   "chore", "revert"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_key(std::string_view key) {
  return !key.empty() && is_letter(key.front()) &&
         std::ranges::all_of(key, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// type[(scope)][!]: description
bool is_conventional(std::string_view subject) {
  const std::size_t type_length = std::min(subject.find_first_of("(!:"), subject.size());
  if (std::ranges::find(kTypes, subject.substr(0, type_length)) == kTypes.end()) return false;
  std::string_view rest = subject.substr(type_length);
  if (rest.starts_with('(')) {
    const std::size_t close = rest.find(')');
    if (close == std::string_view::npos || close == 1) return false;
    rest.remove_prefix(close + 1);
  }
  if (rest.starts_with('!')) rest.remove_prefix(1);
  return rest.starts_with(": ") && rest.size() > 2 && rest[2] != ' ' && rest.back() != ' ';
}

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ErrorCode::invalid_argument, "the commit message is refused: " + reason);
}

void check_subject(const std::string& subject) {
  if (!is_valid_text(subject) || std::ranges::any_of(subject, is_control))
    refuse("its subject is not one line of text");
  if (!is_conventional(subject)) {
    refuse(fmt::format("\"{}\" is not a Conventional Commit like `feat(api): list the menu`", subject));
  }
  if (characters(subject) > kLongestSubject) {
    refuse(fmt::format("its subject has {} characters, {} are allowed", characters(subject), kLongestSubject));
  }
}

void check_trailer(const Trailer& trailer) {
  if (!is_key(trailer.key)) refuse(fmt::format("\"{}\" is not a trailer's key", trailer.key));
  const std::string& value = trailer.value;
  if (value.empty() || value.front() == ' ' || value.back() == ' ' || !is_valid_text(value) ||
      std::ranges::any_of(value, is_control)) {
    refuse(fmt::format("the value of the trailer {} is not one line of text", trailer.key));
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// Empty unless every line of the paragraph is a trailer.
std::vector<Trailer> trailers_of(std::string_view paragraph) {
  std::vector<Trailer> trailers;
  while (!paragraph.empty()) {
    const std::string_view line = take_line(paragraph);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || !is_key(line.substr(0, colon))) return {};
    const std::string_view value = trimmed(line.substr(colon + 2));
    if (value.empty()) return {};
    trailers.push_back({.key = std::string(line.substr(0, colon)), .value = std::string(value)});
  }
  return trailers;
}

std::string written(const Message& message, std::string_view body) {
  std::string text = message.subject + "\n";
  if (!body.empty()) text += fmt::format("\n{}\n", body);
  if (!message.trailers.empty()) text += "\n";
  for (const Trailer& trailer : message.trailers) text += fmt::format("{}: {}\n", trailer.key, trailer.value);
  return text;
}

}  // namespace

std::string format_message(const Message& message) {
  check_subject(message.subject);
  if (!is_valid_text(message.body)) refuse("its body is not valid UTF-8 text");
  for (const Trailer& trailer : message.trailers) check_trailer(trailer);
  std::string text = written(message, trimmed(message.body));
  // Text that someone else wrote into the body must not pass for our own trailers.
  if (parse_message(text).trailers != message.trailers) refuse("the last paragraph of its body reads as trailers");
  return text;
}

Message parse_message(std::string_view text) {
  text = trimmed(text);
  Message message;
  message.subject = std::string(trimmed(take_line(text)));
  text = trimmed(text);
  const std::size_t gap = text.rfind("\n\n");
  const std::string_view last = gap == std::string_view::npos ? text : text.substr(gap + 2);
  message.trailers = trailers_of(last);
  if (!message.trailers.empty()) text = text.substr(0, gap == std::string_view::npos ? 0 : gap);
  message.body = std::string(trimmed(text));
  return message;
}

}  // namespace tenon::git
