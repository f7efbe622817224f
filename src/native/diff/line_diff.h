// What lines must be removed from one text and added to make the other.
//
//   Lines before(old_text), after(new_text);
//   for (const Change& change : diff_lines(before, after)) …
//
// Histogram is the algorithm of `git diff --histogram`: recursion around the longest run of the rarest common lines,
// with Myers (O(ND), 1986) where no common line is rare. Both have the safety valves of xdiff, so that time is near
// linear for any input. Changes are moved to where people would put them (indent heuristic) where they can slide.
// Thread safe: no state. Memory O(lines).
#pragma once

#include <span>
#include <vector>

#include "native/diff/line_table.h"
#include "native/diff/lines.h"

namespace tenon::diff {

enum class Algorithm {
  histogram,
  myers,
  minimal  // Myers without the valves: the fewest changed lines, quadratic in the worst case
};

// A place where the texts differ: these lines of one stand where those of the other stood. One of both may be empty,
// never both.
struct Change {
  LineRange before;
  LineRange after;

  bool operator==(const Change&) const = default;
};

// In order; between two changes is at least one line that both have.
using Changes = std::vector<Change>;

// Where a change that could stand in several places is put.
enum class Sliding {
  none,              // where the algorithm left it
  to_end,            // as far down as possible, aligned with changes of the other side
  indent_heuristic,  // the best of these places by indentation and blank lines
};

struct LineDiffOptions {
  Algorithm algorithm = Algorithm::histogram;
  Whitespace whitespace = Whitespace::exact;
  Sliding sliding = Sliding::indent_heuristic;
};

Changes diff_lines(const Lines& before, const Lines& after, const LineDiffOptions& options = {});

// The same for sequences of anything that was given tokens; `token_count` is above all of them. Nothing slides.
Changes diff_tokens(std::span<const Token> before, std::span<const Token> after, Token token_count,
                    Algorithm algorithm = Algorithm::histogram);

struct LineCounts {
  std::uint64_t removed = 0;
  std::uint64_t added = 0;

  bool operator==(const LineCounts&) const = default;
};

LineCounts count_lines(const Changes& changes);

}  // namespace tenon::diff
