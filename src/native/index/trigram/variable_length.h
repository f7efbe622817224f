// Unsigned numbers in as few bytes as they need: seven bits a byte, the lowest first, the high bit set on all but the
// last (LEB128, DWARF 5 §7.6).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tenon::index {

template <class Bytes>
void append_variable(Bytes& bytes, std::uint32_t value) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<unsigned char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<unsigned char>(value));
}

// Takes a number from the front; nothing when the bytes end within it or it is larger than 32 bits.
inline std::optional<std::uint32_t> take_variable(std::span<const unsigned char>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 5; ++i) {
    value |= static_cast<std::uint64_t>(bytes[i] & 0x7f) << (7 * i);
    if ((bytes[i] & 0x80) != 0) continue;
    bytes = bytes.subspan(i + 1);
    if (value > UINT32_MAX) return std::nullopt;
    return static_cast<std::uint32_t>(value);
  }
  return std::nullopt;
}

}  // namespace tenon::index
