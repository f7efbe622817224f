// The scale of the valves of xdiff: a power of two near the square root. For the inside of this room.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tenon::diff {

// At least the square root, less than four times as much.
constexpr std::int32_t rough_square_root(std::size_t number) {
  std::int32_t root = 1;
  for (; number > 0; number >>= 2U) root <<= 1U;
  return root;
}

}  // namespace tenon::diff
