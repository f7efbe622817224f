#include "native/index/search/unicode_classes.h"

namespace tenon::index {
namespace {

// Alphabetic, marks, decimal numbers, connectors and joiners; the ranges are the alphabetic symbols that are no
// letters.
constexpr std::string_view kWord =
    R"(\pL\pM\p{Nd}\p{Nl}\p{Pc}\x{200c}\x{200d}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189})";
constexpr std::string_view kDigit = R"(\p{Nd})";
constexpr std::string_view kSpace =
    R"(\t-\r\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";

std::string_view members(char name) {
  switch (name) {
    case 'w':
    case 'W':
      return kWord;
    case 'd':
    case 'D':
      return kDigit;
    case 's':
    case 'S':
      return kSpace;
    default:
      return {};
  }
}

}  // namespace

std::string with_unicode_classes(std::string_view pattern) {
  std::string result;
  bool in_brackets = false;
  bool quoted = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char byte = pattern[i];
    const bool escape = byte == '\\' && i + 1 < pattern.size();
    if (quoted || (!escape && byte != '[' && byte != ']')) {
      quoted = quoted && !pattern.substr(i).starts_with("\\E");
      result += byte;
      continue;
    }
    if (escape) {
      const char name = pattern[++i];
      const std::string_view listed = members(name);
      const bool negated = name >= 'A' && name <= 'Z';
      if (listed.empty() || (negated && in_brackets)) {
        quoted = name == 'Q' && !in_brackets;
        result += byte;
        result += name;
      } else if (in_brackets) {
        result += listed;
      } else {
        result += negated ? "[^" : "[";
        result += listed;
        result += ']';
      }
      continue;
    }
    result += byte;
    if (byte == '[' && !in_brackets) {
      in_brackets = true;
      // A bracket that closes directly after the opening is a member.
      if (pattern.substr(i + 1).starts_with('^')) result += pattern[++i];
      if (pattern.substr(i + 1).starts_with(']')) result += pattern[++i];
    } else if (byte == '[' && pattern.substr(i + 1).starts_with(':')) {
      const std::size_t end = pattern.find(":]", i);
      if (end == std::string_view::npos) continue;
      result += pattern.substr(i + 1, end + 1 - i);
      i = end + 1;
    } else if (byte == ']') {
      in_brackets = false;
    }
  }
  return result;
}

}  // namespace tenon::index
