#include "native/diff/patch/quoted_name.h"

#include <fmt/format.h>

namespace tenon::diff::patch {
namespace {

constexpr std::string_view kLetters = "abtnvfr\"\\";
constexpr std::string_view kMeanings = "\a\b\t\n\v\f\r\"\\";
constexpr std::size_t kOctalDigits = 3;

bool is_octal(std::string_view digits) {
  return digits.size() == kOctalDigits && digits[0] <= '3' &&
         digits.find_first_not_of("01234567") == std::string_view::npos;
}

char octal_value(std::string_view digits) {
  unsigned value = 0;
  for (const char digit : digits) value = value * 8 + static_cast<unsigned>(digit - '0');
  return static_cast<char>(static_cast<unsigned char>(value));
}

}  // namespace

std::optional<UnquotedName> unquoted_name(std::string_view text) {
  UnquotedName result;
  for (std::size_t i = 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '"') {
      result.length = i + 1;
      return result;
    }
    if (text[i] != '\\') {
      result.name += text[i];
      continue;
    }
    ++i;
    const std::size_t letter = i < text.size() ? kLetters.find(text[i]) : std::string_view::npos;
    if (letter != std::string_view::npos) {
      result.name += kMeanings[letter];
      continue;
    }
    const std::string_view digits = text.substr(std::min(i, text.size()), kOctalDigits);
    if (!is_octal(digits)) return std::nullopt;
    result.name += octal_value(digits);
    i += kOctalDigits - 1;
  }
  return std::nullopt;
}

std::string quoted_name(std::string_view name) {
  std::string quoted;
  bool needed = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t letter = kMeanings.find(c);
    const bool special = letter != std::string_view::npos || byte < 0x20 || byte >= 0x7F;
    needed = needed || special;
    if (!special) {
      quoted += c;
    } else if (letter != std::string_view::npos) {
      quoted += '\\';
      quoted += kLetters[letter];
    } else {
      quoted += fmt::format("\\{:03o}", byte);
    }
  }
  return needed ? fmt::format("\"{}\"", quoted) : std::string(name);
}

}  // namespace tenon::diff::patch
