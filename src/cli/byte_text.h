// Bytes from outside in JSON, which knows only text. Where they are not UTF-8, or hold a NUL, a member `<name>_hex`
// stands in place of `<name>`, with two hexadecimal digits for each byte: nothing is replaced unsaid.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::cli {

// The bytes, or nothing when they are no text.
std::optional<std::string> text_of(std::string_view bytes);

// Their digits when they are no text, or nothing.
std::optional<std::string> hex_of(std::string_view bytes);

}  // namespace tenon::cli
