#include "native/diff/line_diff.h"

#include "native/diff/common_ends.h"
#include "native/diff/histogram.h"
#include "native/diff/marks.h"
#include "native/diff/myers.h"
#include "native/diff/slide.h"

namespace tenon::diff {
namespace {

// How often a line occurs counts in the common ends too, for git and for the histogram: without them another line may
// be the rarest, and the difference a longer one. For large texts, where that is rare, the time counts more.
constexpr std::uint32_t kMostLinesWithEnds = 16'384;

LineRange all_of(std::span<const Token> side) { return {0, static_cast<std::uint32_t>(side.size())}; }

void mark_by_myers(const TokenSides& sides, Token token_count, Algorithm algorithm, const MarkedSides& marks) {
  const Effort effort = algorithm == Algorithm::minimal ? Effort::minimal : Effort::bounded;
  Myers(sides, token_count).mark({all_of(sides.before), all_of(sides.after)}, effort, marks);
}

// Lines of both sides; before `first` nothing is changed.
Changes changes_of(const MarkedSides& marks, std::uint32_t first) {
  Changes changes;
  std::uint32_t before = first;
  std::uint32_t after = first;
  while (before < marks.before.size() || after < marks.after.size()) {
    Change change{.before = {before, before}, .after = {after, after}};
    while (change.before.end < marks.before.size() && marks.before[change.before.end] != 0) ++change.before.end;
    while (change.after.end < marks.after.size() && marks.after[change.after.end] != 0) ++change.after.end;
    if (!change.before.empty() || !change.after.empty()) changes.push_back(change);
    before = change.before.end + 1;
    after = change.after.end + 1;
  }
  return changes;
}

// What is compared once the common ends are set aside.
struct Middle {
  SlidingSide before;
  SlidingSide after;
  Token token_count = 0;

  TokenSides tokens() const { return {before.tokens, after.tokens}; }
  MarkedSides marks() const {
    return {before.marks.subspan(before.first_token, before.tokens.size()),
            after.marks.subspan(after.first_token, after.tokens.size())};
  }
};

// Of lines that have tokens; nothing if some have none.
std::optional<LineRange> range_of_tokens(const SlidingSide& side, LineRange lines) {
  const std::uint32_t last = side.first_token + static_cast<std::uint32_t>(side.tokens.size());
  if (lines.begin < side.first_token || lines.end > last) return std::nullopt;
  return LineRange{lines.begin - side.first_token, lines.end - side.first_token};
}

// A removal and an addition that slid to the same place can have lines in common.
void compare_joined_changes(const Middle& middle, std::uint32_t first, Histogram& histogram) {
  const MarkedSides marks = middle.marks();
  std::vector<std::uint32_t> seen_in(middle.token_count);
  std::uint32_t number = 0;
  for (const Change& change : changes_of({middle.before.marks, middle.after.marks}, first)) {
    const auto before = range_of_tokens(middle.before, change.before);
    const auto after = range_of_tokens(middle.after, change.after);
    if (!before || !after || before->empty() || after->empty()) continue;
    ++number;
    for (const Token token : middle.before.tokens.subspan(before->begin, before->size())) seen_in[token] = number;
    if (std::ranges::none_of(middle.after.tokens.subspan(after->begin, after->size()),
                             [&](Token token) { return seen_in[token] == number; })) {
      continue;
    }
    std::ranges::fill(marks.before.subspan(before->begin, before->size()), std::uint8_t{0});
    std::ranges::fill(marks.after.subspan(after->begin, after->size()), std::uint8_t{0});
    histogram.mark({*before, *after}, marks);
  }
}

std::uint32_t slide_both(const Middle& middle, std::uint32_t first, Sliding sliding) {
  first = slide_changes(middle.before, middle.after, first, sliding);
  return slide_changes(middle.after, middle.before, first, sliding);
}

// Marks the changed lines; returns up to where there are none.
std::uint32_t compare(const Middle& middle, const LineDiffOptions& options) {
  std::uint32_t first = middle.before.first_token;
  const bool slides = options.sliding != Sliding::none;
  if (options.algorithm != Algorithm::histogram) {
    mark_by_myers(middle.tokens(), middle.token_count, options.algorithm, middle.marks());
    return slides ? slide_both(middle, first, options.sliding) : first;
  }
  Histogram histogram(middle.tokens(), middle.token_count);
  histogram.mark({all_of(middle.before.tokens), all_of(middle.after.tokens)}, middle.marks());
  if (!slides) return first;
  first = slide_both(middle, first, options.sliding);
  compare_joined_changes(middle, first, histogram);
  return first;
}

}  // namespace

Changes diff_lines(const Lines& before, const Lines& after, const LineDiffOptions& options) {
  CommonEnds common = common_ends(before, after);
  if (common.first_lines + common.last_lines == std::max(before.size(), after.size())) return {};
  if (options.algorithm == Algorithm::histogram && before.size() + after.size() <= kMostLinesWithEnds) common = {};
  const LineRange before_middle{common.first_lines, before.size() - common.last_lines};
  const LineRange after_middle{common.first_lines, after.size() - common.last_lines};

  LineTable table(options.whitespace);
  const std::vector<Token> before_tokens = table.intern(before, before_middle);
  const std::vector<Token> after_tokens = table.intern_like(after, after_middle, before, before_middle, before_tokens);
  std::vector<std::uint8_t> before_marks(before.size());
  std::vector<std::uint8_t> after_marks(after.size());
  const Middle middle{.before = {&before, before_tokens, before_middle.begin, options.whitespace, before_marks},
                      .after = {&after, after_tokens, after_middle.begin, options.whitespace, after_marks},
                      .token_count = table.size()};
  const std::uint32_t first = compare(middle, options);
  return changes_of({before_marks, after_marks}, first);
}

Changes diff_tokens(std::span<const Token> before, std::span<const Token> after, Token token_count,
                    Algorithm algorithm) {
  std::vector<std::uint8_t> before_marks(before.size());
  std::vector<std::uint8_t> after_marks(after.size());
  const MarkedSides marks{before_marks, after_marks};
  if (algorithm == Algorithm::histogram) {
    Histogram({before, after}, token_count).mark({all_of(before), all_of(after)}, marks);
  } else {
    mark_by_myers({before, after}, token_count, algorithm, marks);
  }
  return changes_of(marks, 0);
}

LineCounts count_lines(const Changes& changes) {
  LineCounts counts;
  for (const Change& change : changes) {
    counts.removed += change.before.size();
    counts.added += change.after.size();
  }
  return counts;
}

}  // namespace tenon::diff
