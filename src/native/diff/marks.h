// What an algorithm of the line diff finds: for each line of both sides whether it is changed. For the inside of this
// room.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "native/diff/line_table.h"
#include "native/diff/lines.h"

namespace tenon::diff {

// A byte for each line, 1 if it is changed: std::vector<bool> is slower to scan.
using Marks = std::span<std::uint8_t>;

// Both sides of a comparison, or a part of them, as tokens.
struct TokenSides {
  std::span<const Token> before;
  std::span<const Token> after;
};

// The lines of both sides that are compared with each other.
struct Box {
  LineRange before;
  LineRange after;
};

struct MarkedSides {
  Marks before;
  Marks after;

  // All of the box is changed.
  void mark(const Box& box) const {
    std::fill(before.begin() + box.before.begin, before.begin() + box.before.end, std::uint8_t{1});
    std::fill(after.begin() + box.after.begin, after.begin() + box.after.end, std::uint8_t{1});
  }
};

}  // namespace tenon::diff
