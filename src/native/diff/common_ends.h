// The lines that two texts begin and end with alike, found by comparing bytes. For the inside of this room.
#pragma once

#include "native/diff/lines.h"

namespace tenon::diff {

// Together never more than the shorter text has.
struct CommonEnds {
  std::uint32_t first_lines = 0;
  std::uint32_t last_lines = 0;
};

std::size_t common_prefix_bytes(std::string_view one, std::string_view other);
std::size_t common_suffix_bytes(std::string_view one, std::string_view other);

CommonEnds common_ends(const Lines& before, const Lines& after);

}  // namespace tenon::diff
