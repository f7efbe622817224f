#include "native/index/search/regex_text.h"

#include <algorithm>

#include "native/index/search/code_points.h"

namespace tenon::index {

bool RegexText::take(std::string_view prefix) {
  if (!at(prefix)) return false;
  text_.remove_prefix(prefix.size());
  return true;
}

bool RegexText::take_through(std::string_view end) {
  const std::size_t found = text_.find(end);
  if (found == std::string_view::npos) return false;
  text_.remove_prefix(found + end.size());
  return true;
}

std::optional<char> RegexText::take_byte() {
  if (text_.empty()) return std::nullopt;
  const char byte = text_.front();
  text_.remove_prefix(1);
  return byte;
}

std::optional<char32_t> RegexText::take_code_point() {
  const std::optional<CodePoint> point = first_code_point(text_);
  if (!point) return std::nullopt;
  text_.remove_prefix(point->bytes);
  return point->value;
}

std::optional<std::uint32_t> RegexText::take_number(std::uint32_t limit) {
  std::uint32_t value = 0;
  std::size_t count = 0;
  while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9') {
    value = std::min(limit, value * 10 + static_cast<std::uint32_t>(text_[count] - '0'));
    ++count;
  }
  text_.remove_prefix(count);
  if (count == 0) return std::nullopt;
  return value;
}

std::optional<CodeSet> RegexText::take_class(Reading reading) {
  if (text_.empty()) return std::nullopt;
  const char name = text_.front();
  if (is_perl_class(name)) {
    text_.remove_prefix(1);
    return perl_class(name, reading);
  }
  if (name != 'p' && name != 'P') return std::nullopt;
  const std::size_t end =
      text_.size() > 1 && text_[1] == '{' ? text_.find('}') : std::min<std::size_t>(1, text_.size());
  text_.remove_prefix(std::min(end == std::string_view::npos ? text_.size() : end + 1, text_.size()));
  CodeSet set;
  set.add_unknown();
  return set;
}

std::optional<char32_t> RegexText::take_escaped() {
  if (text_.empty()) return std::nullopt;
  const char name = text_.front();
  constexpr std::string_view kNames = "afnrtv";
  constexpr std::string_view kValues = "\a\f\n\r\t\v";
  if (const std::size_t known = kNames.find(name); known != std::string_view::npos) {
    text_.remove_prefix(1);
    return static_cast<char32_t>(kValues[known]);
  }
  if (take("x")) return take_hexadecimal();
  if (name >= '0' && name <= '7') return take_octal();
  const char capital = static_cast<char>(name & ~0x20);
  const bool alphanumeric = (name >= '0' && name <= '9') || (capital >= 'A' && capital <= 'Z');
  if (alphanumeric) return std::nullopt;
  return take_code_point();
}

std::optional<char32_t> RegexText::take_hexadecimal() {
  const bool braces = take("{");
  char32_t value = 0;
  std::size_t count = 0;
  while (count < text_.size() && (braces || count < 2)) {
    const std::size_t known = std::string_view("0123456789abcdef0123456789ABCDEF").find(text_[count]);
    if (known == std::string_view::npos) break;
    value = value << 4 | static_cast<char32_t>(known % 16);
    if (value > 0x10ffff) return std::nullopt;
    ++count;
  }
  text_.remove_prefix(count);
  if (count == 0 || (braces && !take("}"))) return std::nullopt;
  return value;
}

char32_t RegexText::take_octal() {
  char32_t value = 0;
  std::size_t count = 0;
  while (count < text_.size() && count < 3 && text_[count] >= '0' && text_[count] <= '7') {
    value = value * 8 + static_cast<char32_t>(text_[count] - '0');
    ++count;
  }
  text_.remove_prefix(count);
  return value;
}

}  // namespace tenon::index
