// UTF-8 (RFC 3629), one code point at a time, for patterns.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::index {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;
};

// The first code point of the text; nothing when the text is empty or does not begin with a valid one.
std::optional<CodePoint> first_code_point(std::string_view text);

// `value` below 0x110000.
void append_utf8(std::string& text, char32_t value);

}  // namespace tenon::index
