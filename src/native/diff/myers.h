// Myers' O(ND) algorithm in linear space (Algorithmica 1, 1986), with the safety valves of xdiff: lines that cannot or
// hardly match are set aside before, and a search that became expensive is split where it got furthest.
// For the inside of this room.
#pragma once

#include "native/diff/marks.h"

namespace tenon::diff {

enum class Effort { bounded, minimal };

class Myers {
 public:
  // `token_count` is above all tokens of both sides.
  Myers(const TokenSides& sides, Token token_count);

  // Marks what differs inside `box`. Time and memory depend on its size only.
  void mark(const Box& box, Effort effort, const MarkedSides& marks);

 private:
  TokenSides sides_;
  std::vector<std::uint32_t> before_counts_;  // by token; all 0 between two calls
  std::vector<std::uint32_t> after_counts_;
};

}  // namespace tenon::diff
