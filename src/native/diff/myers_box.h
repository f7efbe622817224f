// The search of Myers' algorithm for a point to divide a comparison at. For the inside of this room.
#pragma once

#include <cstdint>
#include <vector>

#include "native/diff/marks.h"
#include "native/diff/myers.h"

namespace tenon::diff {

// Positions are counted from 0 on both sides; a diagonal is the position before less the one after.
struct Split {
  std::int32_t before = 0;
  std::int32_t after = 0;
  Effort left = Effort::minimal;  // of what comes before the point; bounded: nothing is known about it
  Effort right = Effort::minimal;
};

struct Bounds {
  std::int32_t before_begin = 0;
  std::int32_t before_end = 0;
  std::int32_t after_begin = 0;
  std::int32_t after_end = 0;
};

class MyersSearch {
 public:
  explicit MyersSearch(const TokenSides& sides);

  // Neither side of `bounds` is empty, and neither their first nor their last lines are equal.
  Split split(const Bounds& bounds, Effort effort);

 private:
  struct Reach;

  bool advance_forward(const Bounds& bounds, Reach& reach, const Reach& other, Split& found);
  bool advance_backward(const Bounds& bounds, Reach& reach, const Reach& other, Split& found);
  bool promising_forward(const Bounds& bounds, const Reach& reach, std::int32_t cost, Split& found) const;
  bool promising_backward(const Bounds& bounds, const Reach& reach, std::int32_t cost, Split& found) const;
  Split furthest(const Bounds& bounds, const Reach& forward, const Reach& backward) const;

  const Token* before_;
  const Token* after_;
  std::int32_t cost_limit_ = 0;
  std::vector<std::int32_t> storage_;
  std::int32_t* forward_ = nullptr;   // by diagonal: the furthest position before that was reached
  std::int32_t* backward_ = nullptr;  // the same from the end
};

}  // namespace tenon::diff
