// A change whose first line equals the line after it can be moved down by one, one whose last line equals the line
// before it can be moved up: it says the same. This moves changes to where they read best, and joins those that meet.
// For the inside of this room.
#pragma once

#include "native/diff/line_diff.h"
#include "native/diff/marks.h"

namespace tenon::diff {

// One side of the comparison; the lines outside of the tokens are compared by their bytes.
struct SlidingSide {
  const Lines* lines = nullptr;
  std::span<const Token> tokens;  // of the lines from first_token on
  std::uint32_t first_token = 0;
  Whitespace whitespace = Whitespace::exact;
  Marks marks;  // of all lines

  bool same(std::uint32_t one, std::uint32_t other) const;
};

// Moves the changes of `side`. Before the line `common` nothing is changed on either side; returns up to where that is
// true now.
std::uint32_t slide_changes(const SlidingSide& side, const SlidingSide& other, std::uint32_t common, Sliding sliding);

}  // namespace tenon::diff
