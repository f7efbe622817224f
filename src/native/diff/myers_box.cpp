#include "native/diff/myers_box.h"

#include <cstdlib>
#include <limits>

#include "native/diff/square_root.h"

namespace tenon::diff {
namespace {

// The valves of xdiff. A run of more than kSnake common lines makes a diagonal interesting; past kHeuristicCost edits a
// diagonal that got kProgress times further than the edits explain is good enough; past the cost limit any is.
constexpr std::int32_t kSnake = 20;
constexpr std::int32_t kHeuristicCost = 256;
constexpr std::int32_t kLowestCostLimit = 256;
constexpr std::int64_t kProgress = 4;

constexpr std::int32_t kNever = -1;
constexpr std::int32_t kBeyond = std::numeric_limits<std::int32_t>::max();

}  // namespace

// The diagonals that one direction has reached.
struct MyersSearch::Reach {
  std::int32_t middle = 0;  // where it began
  std::int32_t low = 0;
  std::int32_t high = 0;
  bool long_snake = false;

  bool contains(std::int32_t diagonal) const { return low <= diagonal && diagonal <= high; }
};

MyersSearch::MyersSearch(const TokenSides& sides) : before_(sides.before.data()), after_(sides.after.data()) {
  const std::size_t diagonals = sides.before.size() + sides.after.size() + 3;
  cost_limit_ = std::max(kLowestCostLimit, rough_square_root(diagonals));
  storage_.resize(2 * diagonals);
  forward_ = storage_.data() + sides.after.size() + 1;
  backward_ = forward_ + diagonals;
}

bool MyersSearch::advance_forward(const Bounds& bounds, Reach& reach, const Reach& other, Split& found) {
  const std::int32_t lowest = bounds.before_begin - bounds.after_end;
  const std::int32_t highest = bounds.before_end - bounds.after_begin;
  if (reach.low > lowest) {
    forward_[--reach.low - 1] = kNever;
  } else {
    ++reach.low;
  }
  if (reach.high < highest) {
    forward_[++reach.high + 1] = kNever;
  } else {
    --reach.high;
  }
  // The directions can meet here only if their diagonals have different parity.
  const bool may_meet = ((reach.middle - other.middle) & 1) != 0;
  for (std::int32_t d = reach.high; d >= reach.low; d -= 2) {
    const std::int32_t start = std::max(forward_[d - 1] + 1, forward_[d + 1]);
    std::int32_t x = start;
    std::int32_t y = x - d;
    while (x < bounds.before_end && y < bounds.after_end && before_[x] == after_[y]) ++x, ++y;
    reach.long_snake |= x - start > kSnake;
    forward_[d] = x;
    if (may_meet && other.contains(d) && backward_[d] <= x) {
      found = {.before = x, .after = y};
      return true;
    }
  }
  return false;
}

bool MyersSearch::advance_backward(const Bounds& bounds, Reach& reach, const Reach& other, Split& found) {
  const std::int32_t lowest = bounds.before_begin - bounds.after_end;
  const std::int32_t highest = bounds.before_end - bounds.after_begin;
  if (reach.low > lowest) {
    backward_[--reach.low - 1] = kBeyond;
  } else {
    ++reach.low;
  }
  if (reach.high < highest) {
    backward_[++reach.high + 1] = kBeyond;
  } else {
    --reach.high;
  }
  const bool may_meet = ((reach.middle - other.middle) & 1) == 0;
  for (std::int32_t d = reach.high; d >= reach.low; d -= 2) {
    const std::int32_t start = backward_[d - 1] < backward_[d + 1] ? backward_[d - 1] : backward_[d + 1] - 1;
    std::int32_t x = start;
    std::int32_t y = x - d;
    while (x > bounds.before_begin && y > bounds.after_begin && before_[x - 1] == after_[y - 1]) --x, --y;
    reach.long_snake |= start - x > kSnake;
    backward_[d] = x;
    if (may_meet && other.contains(d) && x <= forward_[d]) {
      found = {.before = x, .after = y};
      return true;
    }
  }
  return false;
}

bool MyersSearch::promising_forward(const Bounds& bounds, const Reach& reach, std::int32_t cost, Split& found) const {
  std::int64_t best = 0;
  for (std::int32_t d = reach.high; d >= reach.low; d -= 2) {
    const std::int32_t x = forward_[d];
    const std::int32_t y = x - d;
    const std::int64_t progress =
        std::int64_t{x - bounds.before_begin} + (y - bounds.after_begin) - std::abs(d - reach.middle);
    const bool inside = x >= bounds.before_begin + kSnake && x < bounds.before_end &&
                        y >= bounds.after_begin + kSnake && y < bounds.after_end;
    if (progress <= kProgress * cost || progress <= best || !inside) continue;
    if (!std::equal(before_ + x - kSnake, before_ + x, after_ + y - kSnake)) continue;
    best = progress;
    found = {.before = x, .after = y, .left = Effort::minimal, .right = Effort::bounded};
  }
  return best > 0;
}

bool MyersSearch::promising_backward(const Bounds& bounds, const Reach& reach, std::int32_t cost, Split& found) const {
  std::int64_t best = 0;
  for (std::int32_t d = reach.high; d >= reach.low; d -= 2) {
    const std::int32_t x = backward_[d];
    const std::int32_t y = x - d;
    const std::int64_t progress =
        std::int64_t{bounds.before_end - x} + (bounds.after_end - y) - std::abs(d - reach.middle);
    const bool inside = x > bounds.before_begin && x <= bounds.before_end - kSnake && y > bounds.after_begin &&
                        y <= bounds.after_end - kSnake;
    if (progress <= kProgress * cost || progress <= best || !inside) continue;
    if (!std::equal(before_ + x, before_ + x + kSnake, after_ + y)) continue;
    best = progress;
    found = {.before = x, .after = y, .left = Effort::bounded, .right = Effort::minimal};
  }
  return best > 0;
}

// Where either direction got furthest, whatever that is worth.
Split MyersSearch::furthest(const Bounds& bounds, const Reach& forward, const Reach& backward) const {
  std::int64_t best_forward = -1;
  std::int32_t forward_x = -1;
  for (std::int32_t d = forward.high; d >= forward.low; d -= 2) {
    std::int32_t x = std::min(forward_[d], bounds.before_end);
    if (x - d > bounds.after_end) x = bounds.after_end + d;
    const std::int64_t sum = 2 * std::int64_t{x} - d;
    if (sum <= best_forward) continue;
    best_forward = sum;
    forward_x = x;
  }
  std::int64_t best_backward = std::numeric_limits<std::int64_t>::max();
  std::int32_t backward_x = 0;
  for (std::int32_t d = backward.high; d >= backward.low; d -= 2) {
    std::int32_t x = std::max(backward_[d], bounds.before_begin);
    if (x - d < bounds.after_begin) x = bounds.after_begin + d;
    const std::int64_t sum = 2 * std::int64_t{x} - d;
    if (sum >= best_backward) continue;
    best_backward = sum;
    backward_x = x;
  }
  const std::int64_t left_by_backward = std::int64_t{bounds.before_end} + bounds.after_end - best_backward;
  const std::int64_t done_by_forward = best_forward - (std::int64_t{bounds.before_begin} + bounds.after_begin);
  if (left_by_backward < done_by_forward) {
    return {.before = forward_x,
            .after = static_cast<std::int32_t>(best_forward - forward_x),
            .left = Effort::minimal,
            .right = Effort::bounded};
  }
  return {.before = backward_x,
          .after = static_cast<std::int32_t>(best_backward - backward_x),
          .left = Effort::bounded,
          .right = Effort::minimal};
}

Split MyersSearch::split(const Bounds& bounds, Effort effort) {
  const std::int32_t first = bounds.before_begin - bounds.after_begin;
  const std::int32_t last = bounds.before_end - bounds.after_end;
  Reach forward{.middle = first, .low = first, .high = first};
  Reach backward{.middle = last, .low = last, .high = last};
  forward_[first] = bounds.before_begin;
  backward_[last] = bounds.before_end;
  Split found;
  for (std::int32_t cost = 1;; ++cost) {
    forward.long_snake = false;
    backward.long_snake = false;
    if (advance_forward(bounds, forward, backward, found)) return found;
    if (advance_backward(bounds, backward, forward, found)) return found;
    if (effort == Effort::minimal) continue;
    if ((forward.long_snake || backward.long_snake) && cost > kHeuristicCost) {
      if (promising_forward(bounds, forward, cost, found)) return found;
      if (promising_backward(bounds, backward, cost, found)) return found;
    }
    if (cost >= cost_limit_) return furthest(bounds, forward, backward);
  }
}

}  // namespace tenon::diff
