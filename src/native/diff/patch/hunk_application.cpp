#include "native/diff/patch/hunk_application.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "native/diff/patch/placement.h"

namespace tenon::diff::patch {
namespace {

struct Placed {
  Place place;
  Sides sides;
  std::int64_t hint = 0;
};

// Blank lines that the hunk adds as the last ones of its new side.
struct BlankEnd {
  std::size_t count = 0;
  std::uint32_t patch_line = 0;  // of the first
};

std::string_view added_text(Image& image, const HunkLine& line, HunkContext& context) {
  if (context.options.whitespace != WhitespaceAction::fix) return line.text;
  std::string fixed = with_whitespace_fixed(line.text, context.rule);
  if (fixed == line.text) return line.text;
  ++context.whitespace_fixed;
  return image.keep(std::move(fixed));
}

Sides sides_of(Image& image, const Hunk& hunk, HunkContext& context) {
  Sides sides{.before = {}, .after = {}, .leading = hunk.leading, .trailing = hunk.trailing};
  for (const HunkLine& line : hunk.lines) {
    const bool in_both = line.kind == LineKind::context;
    if (line.kind != LineKind::added) sides.before.push_back({.text = line.text, .context = in_both});
    if (in_both) sides.after.push_back({.text = line.text, .context = true});
    if (line.kind == LineKind::added) {
      sides.after.push_back({.text = added_text(image, line, context), .context = false});
    }
  }
  return sides;
}

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

// Some programs write a last line without its newline and do not say so.
void drop_last_newline(Sides& sides) {
  if (sides.before.empty() || sides.after.empty()) return;
  std::string_view& before = sides.before.back().text;
  std::string_view& after = sides.after.back().text;
  if (!before.ends_with('\n') || !after.ends_with('\n')) return;
  before.remove_suffix(1);
  after.remove_suffix(1);
}

MatchRules match_rules(const HunkContext& context) {
  MatchRules rules{.match = context.options.whitespace_match, .fix = {}};
  if (context.options.whitespace == WhitespaceAction::fix) rules.fix = context.rule;
  return rules;
}

// One context line less, at the end that has more of them.
void reduce(Sides& sides, std::int64_t& hint) {
  if (sides.leading >= sides.trailing) {
    sides.before.erase(sides.before.begin());
    sides.after.erase(sides.after.begin());
    --sides.leading;
    --hint;
  }
  if (sides.trailing > sides.leading) {
    sides.before.pop_back();
    sides.after.pop_back();
    --sides.trailing;
  }
}

bool may_reduce(const Sides& sides, const ApplyOptions& options) {
  return options.least_context && (sides.leading > *options.least_context || sides.trailing > *options.least_context);
}

std::int64_t zero_based(std::uint32_t line) { return line > 0 ? static_cast<std::int64_t>(line) - 1 : 0; }

// git's way. The ends of a file count as context: a hunk that begins at the first line or ends without context belongs
// there.
std::optional<Placed> find_nearest(Image& image, const Hunk& hunk, Sides sides, HunkContext& context) {
  const bool zero_context = context.options.zero_context == ZeroContext::accepted;
  Anchors anchors{.at_begin = hunk.old_start == 0 || (hunk.old_start == 1 && !zero_context),
                  .at_end = !zero_context && hunk.trailing == 0};
  const MatchRules rules = match_rules(context);
  std::int64_t hint = zero_based(hunk.new_start);
  for (;;) {
    if (auto place = nearest_place(image, sides, hint, anchors, rules)) {
      return Placed{.place = *std::move(place), .sides = std::move(sides), .hint = hint};
    }
    if (!may_reduce(sides, context.options)) return std::nullopt;
    if (anchors.at_begin || anchors.at_end) {
      anchors = {};
      continue;
    }
    reduce(sides, hint);
  }
}

constexpr std::size_t kMostCandidates = 20;

std::vector<std::uint32_t> numbered(const std::vector<std::size_t>& lines) {
  std::vector<std::uint32_t> numbers;
  for (const std::size_t line : lines) numbers.push_back(static_cast<std::uint32_t>(line) + 1);
  return numbers;
}

// Where the header says, or as far off as the hunk before, or the only place there is.
std::optional<Place> certain_place(Image& image, const Sides& sides, std::int64_t hint, const HunkContext& context,
                                   HunkReport& report) {
  const MatchRules rules = match_rules(context);
  for (const std::int64_t line : {hint, hint + context.offset}) {
    if (line < 0) continue;
    if (auto place = place_at(image, sides, static_cast<std::size_t>(line), {}, rules)) return place;
  }
  if (sides.before.empty() && image.size() > 0) return std::nullopt;
  const std::vector<std::size_t> places = all_places(image, sides, rules, kMostCandidates);
  if (places.size() == 1) return place_at(image, sides, places.front(), {}, rules);
  report.candidates = numbered(places);
  return std::nullopt;
}

std::optional<Placed> find_certain(Image& image, const Hunk& hunk, Sides sides, HunkContext& context,
                                   HunkReport& report) {
  if (sides.before.empty() && image.size() > 0 && context.options.zero_context == ZeroContext::refused) {
    report.problem = "it has no context: only its line number says where it goes";
    return std::nullopt;
  }
  std::int64_t hint = (hunk.old_count == 0 ? hunk.old_start : zero_based(hunk.old_start)) + context.growth;
  for (;;) {
    report.candidates.clear();
    if (auto place = certain_place(image, sides, hint, context, report)) {
      return Placed{.place = *std::move(place), .sides = std::move(sides), .hint = hint};
    }
    if (!report.candidates.empty() || !may_reduce(sides, context.options)) return std::nullopt;
    reduce(sides, hint);
  }
}

// Whether what the hunk would make is already there, in one place.
bool is_applied_already(Image& image, const Sides& sides, const HunkContext& context) {
  const Sides made{.before = sides.after, .after = {}};
  const bool says_something =
      std::ranges::any_of(made.before, [](const SideLine& line) { return !is_blank(line.text); });
  return says_something && all_places(image, made, match_rules(context), 2).size() == 1;
}

void explain(Image& image, const Sides& sides, const HunkContext& context, HunkReport& report) {
  if (!report.problem.empty()) return;
  if (!report.candidates.empty()) {
    report.problem = fmt::format("it fits at lines {}: more context is needed", fmt::join(report.candidates, ", "));
    return;
  }
  report.already_applied = is_applied_already(image, sides, context);
  report.problem = report.already_applied ? "it is already applied" : "its lines are not in the file";
}

// New blank lines at the end of the file are whitespace errors that only show here.
void see_to_blank_end(const Image& image, const Hunk& hunk, const FilePatch& file, Placed& placed,
                      HunkContext& context) {
  const BlankEnd end = blank_end_of(hunk, context.rule);
  const bool reaches_end = placed.place.first + placed.sides.before.size() >= image.size();
  if (end.count == 0 || !reaches_end || context.options.whitespace == WhitespaceAction::ignore) return;
  context.whitespace.push_back({.file = file.name(), .line = end.patch_line, .problem = "new blank line at EOF"});
  if (context.options.whitespace != WhitespaceAction::fix) return;
  placed.place.after.resize(placed.place.after.size() - std::min(end.count, placed.place.after.size()));
}

}  // namespace

HunkReport apply_hunk(Image& image, const Hunk& hunk, const FilePatch& file, HunkContext& context) {
  HunkReport report{.patch_line = hunk.number, .recounted = hunk.recounted};
  Sides sides = sides_of(image, hunk, context);
  if (context.options.inaccurate_end) drop_last_newline(sides);
  std::optional<Placed> placed = context.options.policy == MatchPolicy::nearest
                                     ? find_nearest(image, hunk, sides, context)
                                     : find_certain(image, hunk, sides, context, report);
  if (!placed) {
    explain(image, sides, context, report);
    return report;
  }
  see_to_blank_end(image, hunk, file, *placed, context);
  report.applied = true;
  report.line = static_cast<std::uint32_t>(placed->place.first) + 1;
  report.offset = static_cast<std::int64_t>(placed->place.first) - placed->hint;
  report.context_left = hunk.leading - placed->sides.leading + hunk.trailing - placed->sides.trailing;
  context.offset = report.offset;
  context.growth +=
      static_cast<std::int64_t>(placed->place.after.size()) - static_cast<std::int64_t>(placed->place.count);
  image.replace(placed->place.first, placed->place.count, placed->place.after);
  return report;
}

}  // namespace tenon::diff::patch
