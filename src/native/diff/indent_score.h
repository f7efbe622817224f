// How good a place is to begin or end a change, by indentation and blank lines: the model that git fitted to places
// that people chose (--indent-heuristic). For the inside of this room.
#pragma once

#include "native/diff/lines.h"

namespace tenon::diff {

// Lower is better. A change has two borders; its score is the sum of theirs.
struct IndentScore {
  std::int32_t indent = 0;
  std::int32_t penalty = 0;

  IndentScore operator+(const IndentScore& other) const {
    return {.indent = indent + other.indent, .penalty = penalty + other.penalty};
  }

  // Negative if this is better than the other.
  std::int32_t compared_with(const IndentScore& other) const;
};

// Of a border between the lines `line` - 1 and `line`. Looks at a bounded number of lines around it.
IndentScore score_of_border(const Lines& lines, std::uint32_t line);

}  // namespace tenon::diff
