// Trigrams of three ASCII characters, which most are: they have numbers of 21 bits, in the order of the trigrams.
#pragma once

#include "native/index/trigram/trigram_query.h"

namespace tenon::index {

inline constexpr unsigned kAsciiNumberBits = 21;

constexpr bool is_ascii(Trigram trigram) { return (trigram & 0x80'80'80U) == 0; }

constexpr Trigram ascii_number(Trigram trigram) {
  return (trigram >> 2 & 0x7fU << 14) | (trigram >> 1 & 0x7fU << 7) | (trigram & 0x7fU);
}

constexpr Trigram ascii_trigram(Trigram number) {
  return (number & 0x7fU << 14) << 2 | (number & 0x7fU << 7) << 1 | (number & 0x7fU);
}

}  // namespace tenon::index
