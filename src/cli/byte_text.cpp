#include "cli/byte_text.h"

#include <fmt/format.h>

#include "core/unicode.h"

namespace tenon::cli {

std::optional<std::string> text_of(std::string_view bytes) {
  return is_valid_text(bytes) ? std::optional<std::string>(bytes) : std::nullopt;
}

std::optional<std::string> hex_of(std::string_view bytes) {
  if (is_valid_text(bytes)) return std::nullopt;
  std::string digits;
  digits.reserve(2 * bytes.size());
  for (const char byte : bytes) fmt::format_to(std::back_inserter(digits), "{:02x}", static_cast<unsigned char>(byte));
  return digits;
}

}  // namespace tenon::cli
