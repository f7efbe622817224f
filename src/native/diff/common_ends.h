// The lines that two texts begin and end with alike, found by comparing bytes. For the inside of this room.
#pragma once

#include "native/diff/lines.h"

namespace tenon::diff {

// Together never more than the shorter text has.
struct CommonEnds {
  std::uint32_t first_lines = 0;
  std::uint32_t last_lines = 0;
};

CommonEnds common_ends(const Lines& before, const Lines& after);

}  // namespace tenon::diff
