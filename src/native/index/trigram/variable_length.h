// Unsigned numbers in as few bytes as they need: seven bits a byte, the lowest first, the high bit set on all but the
// last (LEB128, DWARF 5 §7.6).
#pragma once

#include <cstddef>
#include <cstdint>

namespace tenon::index {

inline constexpr std::size_t kLongestNumber = 5;  // bytes

// Writes the number to `at`, where there is room for the longest; returns the place behind it.
inline unsigned char* put_variable(unsigned char* at, std::uint32_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<unsigned char>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<unsigned char>(value);
  return at;
}

}  // namespace tenon::index
