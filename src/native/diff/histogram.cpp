#include "native/diff/histogram.h"

namespace tenon::diff {
namespace {

// A line that occurs more often than this is no anchor: if there is none but such, Myers does better.
constexpr std::uint32_t kMostOccurrences = 64;

// Boxes above this size are divided near their middle when several runs are equally good. Taking the first, as git
// does, makes time quadratic for texts whose every other line was changed.
constexpr std::uint32_t kLargeBox = 4096;

// Steps for each line of the texts before the rest is left to Myers.
constexpr std::uint64_t kEffort = 64;

}  // namespace

Histogram::Histogram(const TokenSides& sides, Token token_count)
    : before_(sides.before),
      after_(sides.after),
      token_count_(token_count),
      occurrences_(token_count),
      next_(sides.before.size()),
      effort_(kEffort * (sides.before.size() + sides.after.size())) {}

Myers& Histogram::myers() { return myers_ ? *myers_ : myers_.emplace(TokenSides{before_, after_}, token_count_); }

void Histogram::mark(const Box& all, const MarkedSides& marks) {
  std::vector<Box> pending = {all};
  while (!pending.empty()) {
    const Box box = pending.back();
    pending.pop_back();
    if (box.before.empty() || box.after.empty()) {
      marks.mark(box);
      continue;
    }
    const auto run = exhausted() ? std::nullopt : anchor(box);
    if (exhausted() || only_frequent()) {
      myers().mark(box, Effort::bounded, marks);
    } else if (run) {
      pending.push_back({{run->before.end, box.before.end}, {run->after.end, box.after.end}});
      pending.push_back({{box.before.begin, run->before.begin}, {box.after.begin, run->after.begin}});
    } else {
      marks.mark(box);
    }
  }
}

// The run to divide the box at; nothing if the sides have no line in common, or only frequent ones.
std::optional<Box> Histogram::anchor(const Box& box) {
  best_.reset();
  longest_ = 1;  // a single line must be rare to be taken
  fewest_ = kMostOccurrences + 1;
  common_ = false;
  spent_ += box.before.size() + box.after.size();
  for (std::uint32_t line = box.before.end; line-- > box.before.begin;) {
    Occurrences& same = occurrences_[before_[line]];
    next_[line] = same.first;
    same.first = line + 1;
    ++same.count;
  }
  for (std::uint32_t line = box.after.begin; line < box.after.end;) line = examine(box, line);
  for (std::uint32_t line = box.before.begin; line < box.before.end; ++line) occurrences_[before_[line]] = {};
  return best_;
}

// Tries all runs through a line after; returns the next line that is in none of them.
std::uint32_t Histogram::examine(const Box& box, std::uint32_t line) {
  const Occurrences& same = occurrences_[after_[line]];
  std::uint32_t next_line = line + 1;
  if (same.count == 0) return next_line;
  common_ = true;
  if (same.count > fewest_) return next_line;
  for (std::uint32_t at = same.first; at != 0;) {
    Box run{.before = {at - 1, at}, .after = {line, line + 1}};
    const std::uint32_t rarest = widen(box, run);
    spent_ += run.before.size();
    next_line = std::max(next_line, run.after.end);
    consider(box, run, rarest);
    // What lies in this run would be found as the same run again.
    do {
      at = next_[at - 1];
    } while (at != 0 && at <= run.before.end);
  }
  return next_line;
}

// Extends the run in both directions; returns how often its rarest line occurs.
std::uint32_t Histogram::widen(const Box& box, Box& run) {
  std::uint32_t rarest = occurrences_[before_[run.before.begin]].count;
  const auto see = [&](std::uint32_t line) { rarest = std::min(rarest, occurrences_[before_[line]].count); };
  while (run.before.begin > box.before.begin && run.after.begin > box.after.begin &&
         before_[run.before.begin - 1] == after_[run.after.begin - 1]) {
    --run.before.begin;
    --run.after.begin;
    if (rarest > 1) see(run.before.begin);
  }
  while (run.before.end < box.before.end && run.after.end < box.after.end &&
         before_[run.before.end] == after_[run.after.end]) {
    if (rarest > 1) see(run.before.end);
    ++run.before.end;
    ++run.after.end;
  }
  return rarest;
}

void Histogram::consider(const Box& box, const Box& run, std::uint32_t rarest) {
  const std::uint32_t length = run.before.size();
  const bool better = length > longest_ || rarest < fewest_;
  const bool as_good_and_central = best_ && length == longest_ && rarest == fewest_ && box.before.size() > kLargeBox &&
                                   off_centre(box, run) < off_centre(box, *best_);
  if (!better && !as_good_and_central) return;
  best_ = run;
  longest_ = length;
  fewest_ = rarest;
}

// The sides have lines in common, but none of them is rare.
bool Histogram::only_frequent() const { return common_ && fewest_ > kMostOccurrences; }

std::uint64_t Histogram::off_centre(const Box& box, const Box& run) {
  const std::uint64_t left = run.before.begin - box.before.begin;
  const std::uint64_t right = box.before.end - run.before.end;
  return std::max(left, right) - std::min(left, right);
}

}  // namespace tenon::diff
