#include "native/diff/myers.h"

#include "native/diff/myers_box.h"
#include "native/diff/square_root.h"

namespace tenon::diff {
namespace {

// How many times a line occurs on the other side.
enum class Matches : std::uint8_t { none, some, many };

constexpr std::int32_t kFewestMany = 1024;  // more occurrences than this are many in any text
constexpr std::size_t kNeighbourhood = 100;
constexpr std::size_t kUnmatchedToDrop = 3;  // times as many as common ones

// A line with many matches is worth nothing where nearly all around it is unmatched: it would only break up a change.
bool worthless(const std::vector<Matches>& matches, std::size_t line) {
  const std::size_t first = line > kNeighbourhood ? line - kNeighbourhood : 0;
  const std::size_t last = std::min(matches.size() - 1, line + kNeighbourhood);
  std::size_t unmatched_above = 0;
  std::size_t unmatched_below = 0;
  std::size_t many = 2;
  for (std::size_t i = line; i-- > first && matches[i] != Matches::some;) {
    ++(matches[i] == Matches::none ? unmatched_above : many);
  }
  if (unmatched_above == 0) return false;
  for (std::size_t i = line + 1; i <= last && matches[i] != Matches::some; ++i) {
    ++(matches[i] == Matches::none ? unmatched_below : many);
  }
  if (unmatched_below == 0) return false;
  return many * kUnmatchedToDrop < unmatched_above + unmatched_below;
}

// The lines of one side that take part, and where they stand.
struct Candidates {
  std::vector<Token> tokens;
  std::vector<std::uint32_t> lines;
};

Candidates candidates_of(std::span<const Token> side, LineRange range, const std::vector<std::uint32_t>& other_counts,
                         Effort effort, Marks marks) {
  const auto limit = static_cast<std::uint32_t>(std::min(kFewestMany, rough_square_root(range.size())));
  std::vector<Matches> matches(range.size());
  for (std::uint32_t i = 0; i < range.size(); ++i) {
    const std::uint32_t count = other_counts[side[range.begin + i]];
    matches[i] = count == 0                                    ? Matches::none
                 : count >= limit && effort == Effort::bounded ? Matches::many
                                                               : Matches::some;
  }
  Candidates kept;
  kept.tokens.reserve(range.size());
  kept.lines.reserve(range.size());
  for (std::uint32_t i = 0; i < range.size(); ++i) {
    if (matches[i] == Matches::none || (matches[i] == Matches::many && worthless(matches, i))) {
      marks[range.begin + i] = 1;
    } else {
      kept.tokens.push_back(side[range.begin + i]);
      kept.lines.push_back(range.begin + i);
    }
  }
  return kept;
}

std::span<const Token> part(std::span<const Token> side, LineRange range) {
  return side.subspan(range.begin, range.size());
}

Bounds without_common_ends(Bounds bounds, const TokenSides& sides) {
  const Token* before = sides.before.data();
  const Token* after = sides.after.data();
  while (bounds.before_begin < bounds.before_end && bounds.after_begin < bounds.after_end &&
         before[bounds.before_begin] == after[bounds.after_begin]) {
    ++bounds.before_begin;
    ++bounds.after_begin;
  }
  while (bounds.before_begin < bounds.before_end && bounds.after_begin < bounds.after_end &&
         before[bounds.before_end - 1] == after[bounds.after_end - 1]) {
    --bounds.before_end;
    --bounds.after_end;
  }
  return bounds;
}

void mark_candidates(const std::vector<std::uint32_t>& lines, std::int32_t begin, std::int32_t end, Marks marks) {
  for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) marks[lines[i]] = 1;
}

struct Pending {
  Bounds bounds;
  Effort effort = Effort::bounded;
};

}  // namespace

Myers::Myers(const TokenSides& sides, Token token_count)
    : sides_(sides), before_counts_(token_count), after_counts_(token_count) {}

void Myers::mark(const Box& box, Effort effort, const MarkedSides& marks) {
  for (const Token token : part(sides_.before, box.before)) ++before_counts_[token];
  for (const Token token : part(sides_.after, box.after)) ++after_counts_[token];
  const Candidates before = candidates_of(sides_.before, box.before, after_counts_, effort, marks.before);
  const Candidates after = candidates_of(sides_.after, box.after, before_counts_, effort, marks.after);
  for (const Token token : part(sides_.before, box.before)) before_counts_[token] = 0;
  for (const Token token : part(sides_.after, box.after)) after_counts_[token] = 0;

  const TokenSides kept{before.tokens, after.tokens};
  MyersSearch search(kept);
  std::vector<Pending> pending = {{.bounds = {.before_begin = 0,
                                              .before_end = static_cast<std::int32_t>(before.tokens.size()),
                                              .after_begin = 0,
                                              .after_end = static_cast<std::int32_t>(after.tokens.size())},
                                   .effort = effort}};
  while (!pending.empty()) {
    const Bounds bounds = without_common_ends(pending.back().bounds, kept);
    const Effort wanted = pending.back().effort;
    pending.pop_back();
    if (bounds.before_begin == bounds.before_end) {
      mark_candidates(after.lines, bounds.after_begin, bounds.after_end, marks.after);
    } else if (bounds.after_begin == bounds.after_end) {
      mark_candidates(before.lines, bounds.before_begin, bounds.before_end, marks.before);
    } else {
      const Split at = search.split(bounds, wanted);
      pending.push_back({{at.before, bounds.before_end, at.after, bounds.after_end}, at.right});
      pending.push_back({{bounds.before_begin, at.before, bounds.after_begin, at.after}, at.left});
    }
  }
}

}  // namespace tenon::diff
