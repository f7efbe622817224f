#include "native/diff/patch/hunk_application.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "native/diff/patch/placement.h"

namespace tenon::diff::patch {
namespace {

struct Placed {
  Place place;
  OldSide side;
  std::int64_t hint = 0;
};

// Blank lines that the hunk adds as the last ones of its new side.
struct BlankEnd {
  std::size_t count = 0;
  std::uint32_t patch_line = 0;  // of the first
};

std::string_view added_text(Image& image, std::string_view text, HunkContext& context) {
  if (context.options.whitespace != WhitespaceAction::fix) return text;
  std::string fixed = with_whitespace_fixed(text, context.rule);
  if (fixed == text) return text;
  ++context.whitespace_fixed;
  return image.keep(std::move(fixed));
}

// Some programs write a last line without its newline and do not say so.
enum class LastNewline { kept, dropped };

LastNewline last_newline(const Hunk& hunk, const ApplyOptions& options) {
  if (!options.inaccurate_end) return LastNewline::kept;
  bool old_ended = false;
  bool new_ended = false;
  for (const HunkLine& line : hunk.lines) {
    if (line.kind != LineKind::added) old_ended = line.text.ends_with('\n');
    if (line.kind != LineKind::removed) new_ended = line.text.ends_with('\n');
  }
  return old_ended && new_ended ? LastNewline::dropped : LastNewline::kept;
}

OldSide old_side(const Hunk& hunk, LastNewline newline) {
  OldSide side{.lines = {}, .leading = hunk.leading, .trailing = hunk.trailing};
  for (const HunkLine& line : hunk.lines) {
    if (line.kind == LineKind::added) continue;
    side.lines.push_back({.text = line.text, .context = line.kind == LineKind::context});
  }
  if (newline == LastNewline::dropped) side.lines.back().text.remove_suffix(1);
  return side;
}

// The lines of the new side that are written at a place, one after the other.
class NewSide {
 public:
  NewSide(Image& image, const Hunk& hunk, const Placed& placed, HunkContext& context)
      : image_(image),
        placed_(placed),
        context_(context),
        newline_(last_newline(hunk, context.options)),
        next_(hunk.lines.begin()),
        left_(hunk.new_count) {
    skip_to_new();
    for (std::uint32_t skipped = hunk.leading - placed.side.leading; skipped > 0; --skipped) step();
    size_ = left_ - (hunk.trailing - placed.side.trailing);
    reaches_last_ = size_ == left_;
  }

  std::size_t size() const { return size_; }

  std::string_view take() {
    HunkLine line = *next_;
    step();
    const bool is_last = left_ == 0 && reaches_last_;
    if (is_last && newline_ == LastNewline::dropped) line.text.remove_suffix(1);
    if (line.kind != LineKind::context) return added_text(image_, line.text, context_);
    return placed_.place.context ? next_context() : line.text;
  }

  void leave_out_last(std::size_t lines) { size_ -= std::min(lines, size_); }

 private:
  void skip_to_new() {
    while (left_ > 0 && (*next_).kind == LineKind::removed) ++next_;
  }

  void step() {
    --left_;
    ++next_;
    skip_to_new();
  }

  std::string_view next_context() {
    while (!placed_.side.lines[context_line_].context) ++context_line_;
    return (*placed_.place.context)[context_line_++];
  }

  Image& image_;
  const Placed& placed_;
  HunkContext& context_;
  LastNewline newline_;
  HunkLines::Iterator next_;
  std::size_t left_;
  std::size_t size_ = 0;
  bool reaches_last_ = false;
  std::size_t context_line_ = 0;  // of the old side
};

BlankEnd blank_end_of(const Hunk& hunk, const WhitespaceRule& rule) {
  BlankEnd end;
  if (!rule.blank_at_end_of_file) return end;
  for (const HunkLine& line : hunk.lines) {
    const bool blank = is_blank(line.text);
    if (line.kind == LineKind::added && blank) {
      if (end.count++ == 0) end.patch_line = line.number;
    } else if (line.kind != LineKind::context || !blank) {
      end.count = 0;
    }
  }
  return end;
}

MatchRules match_rules(const HunkContext& context) {
  MatchRules rules{.match = context.options.whitespace_match, .fix = {}};
  if (context.options.whitespace == WhitespaceAction::fix) rules.fix = context.rule;
  return rules;
}

// One context line less, at the end that has more of them.
void reduce(OldSide& side, std::int64_t& hint) {
  if (side.leading >= side.trailing) {
    side.lines.erase(side.lines.begin());
    --side.leading;
    --hint;
  }
  if (side.trailing > side.leading) {
    side.lines.pop_back();
    --side.trailing;
  }
}

bool may_reduce(const OldSide& side, const ApplyOptions& options) {
  return options.least_context && (side.leading > *options.least_context || side.trailing > *options.least_context);
}

std::int64_t zero_based(std::uint32_t line) { return line > 0 ? static_cast<std::int64_t>(line) - 1 : 0; }

// git's way. The ends of a file count as context: a hunk that begins at the first line or ends without context belongs
// there.
std::optional<Placed> find_nearest(Image& image, const Hunk& hunk, OldSide side, HunkContext& context) {
  const bool zero_context = context.options.zero_context == ZeroContext::accepted;
  Anchors anchors{.at_begin = hunk.old_start == 0 || (hunk.old_start == 1 && !zero_context),
                  .at_end = !zero_context && hunk.trailing == 0};
  const MatchRules rules = match_rules(context);
  std::int64_t hint = zero_based(hunk.new_start);
  for (;;) {
    if (auto place = nearest_place(image, side, hint, anchors, rules)) {
      return Placed{.place = *std::move(place), .side = std::move(side), .hint = hint};
    }
    if (!may_reduce(side, context.options)) return std::nullopt;
    if (anchors.at_begin || anchors.at_end) {
      anchors = {};
      continue;
    }
    reduce(side, hint);
  }
}

constexpr std::size_t kMostCandidates = 20;

std::vector<std::uint32_t> numbered(const std::vector<std::size_t>& lines) {
  std::vector<std::uint32_t> numbers;
  for (const std::size_t line : lines) numbers.push_back(static_cast<std::uint32_t>(line) + 1);
  return numbers;
}

// Where the header says, or as far off as the hunk before, or the only place there is. Where the first two are
// different places and both fit, one is as likely as the other, but for a hunk without context below, which says that
// it belongs to the end.
std::optional<Place> certain_place(Image& image, const OldSide& side, std::int64_t hint, const HunkContext& context,
                                   HunkReport& report) {
  const MatchRules rules = match_rules(context);
  const std::int64_t shifted = side.lines.empty() ? hint : hint + context.offset;
  std::vector<Place> numbered_places;
  for (const std::int64_t line : {hint, shifted}) {
    if (line < 0 || (line == hint && !numbered_places.empty())) continue;
    if (auto place = place_at(image, side, static_cast<std::size_t>(line), {}, rules)) {
      numbered_places.push_back(*std::move(place));
    }
  }
  if (numbered_places.size() == 1) return numbered_places.front();
  if (numbered_places.size() == 2) {
    const auto at_end =
        std::ranges::find(numbered_places, image.size(), [](const Place& place) { return place.first + place.count; });
    if (side.leading > 0 && side.trailing == 0 && at_end != numbered_places.end()) return *at_end;
    for (const Place& place : numbered_places) report.candidates.push_back(static_cast<std::uint32_t>(place.first) + 1);
    std::ranges::sort(report.candidates);
    return std::nullopt;
  }
  if (side.lines.empty() && image.size() > 0) return std::nullopt;
  const std::vector<std::size_t> places = all_places(image, side, rules, kMostCandidates);
  if (places.size() == 1) return place_at(image, side, places.front(), {}, rules);
  report.candidates = numbered(places);
  return std::nullopt;
}

std::optional<Placed> find_certain(Image& image, const Hunk& hunk, OldSide side, HunkContext& context,
                                   HunkReport& report) {
  if (side.lines.empty() && image.size() > 0 && context.options.zero_context == ZeroContext::refused) {
    report.problem = "it has no context: only its line number says where it goes";
    return std::nullopt;
  }
  std::int64_t hint = (hunk.old_count == 0 ? hunk.old_start : zero_based(hunk.old_start)) + context.growth;
  for (;;) {
    report.candidates.clear();
    if (auto place = certain_place(image, side, hint, context, report)) {
      return Placed{.place = *std::move(place), .side = std::move(side), .hint = hint};
    }
    if (!report.candidates.empty() || !may_reduce(side, context.options)) return std::nullopt;
    reduce(side, hint);
  }
}

bool says_something(const SideLine& line) {
  return std::ranges::any_of(line.text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<signed char>(c) < 0;
  });
}

// Whether what the hunk would make is already there, in one place. A single line may stand somewhere for another
// reason: it counts where the header says.
bool is_applied_already(Image& image, const Hunk& hunk, const HunkContext& context) {
  if (hunk.new_count > image.size()) return false;
  OldSide made;
  for (const HunkLine& line : hunk.lines) {
    if (line.kind != LineKind::removed) made.lines.push_back({.text = line.text});
  }
  const auto telling = std::ranges::count_if(made.lines, says_something);
  if (telling == 0) return false;
  const std::vector<std::size_t> places = all_places(image, made, match_rules(context), 2);
  if (places.size() != 1) return false;
  return telling > 1 || static_cast<std::int64_t>(places.front()) == zero_based(hunk.new_start);
}

void explain(Image& image, const Hunk& hunk, const HunkContext& context, HunkReport& report) {
  if (!report.problem.empty()) return;
  if (!report.candidates.empty()) {
    report.problem = fmt::format("it fits at lines {}: more context is needed", fmt::join(report.candidates, ", "));
    return;
  }
  report.already_applied = is_applied_already(image, hunk, context);
  report.problem = report.already_applied ? "it is already applied" : "its lines are not in the file";
}

// New blank lines at the end of the file are whitespace errors that only show here.
void see_to_blank_end(const Image& image, const Hunk& hunk, const FilePatch& file, const Placed& placed,
                      NewSide& new_side, HunkContext& context) {
  const BlankEnd end = blank_end_of(hunk, context.rule);
  const bool reaches_end = placed.place.first + placed.side.lines.size() >= image.size();
  if (end.count == 0 || !reaches_end || context.options.whitespace == WhitespaceAction::ignore) return;
  context.whitespace.push_back({.file = file.name(), .line = end.patch_line, .problem = "new blank line at EOF"});
  if (context.options.whitespace == WhitespaceAction::fix) new_side.leave_out_last(end.count);
}

}  // namespace

HunkReport apply_hunk(Image& image, const Hunk& hunk, const FilePatch& file, HunkContext& context) {
  HunkReport report{.patch_line = hunk.number, .recounted = hunk.recounted};
  OldSide side = old_side(hunk, last_newline(hunk, context.options));
  const std::optional<Placed> placed = context.options.policy == MatchPolicy::nearest
                                           ? find_nearest(image, hunk, std::move(side), context)
                                           : find_certain(image, hunk, std::move(side), context, report);
  if (!placed) {
    explain(image, hunk, context, report);
    return report;
  }
  NewSide new_side(image, hunk, *placed, context);
  see_to_blank_end(image, hunk, file, *placed, new_side, context);
  report.applied = true;
  report.line = static_cast<std::uint32_t>(placed->place.first) + 1;
  report.offset = static_cast<std::int64_t>(placed->place.first) - placed->hint;
  report.context_left = hunk.leading - placed->side.leading + hunk.trailing - placed->side.trailing;
  context.offset = report.offset;
  context.growth += static_cast<std::int64_t>(new_side.size()) - static_cast<std::int64_t>(placed->place.count);
  image.replace(placed->place.first, placed->place.count, new_side.size(), [&] { return new_side.take(); });
  return report;
}

}  // namespace tenon::diff::patch
