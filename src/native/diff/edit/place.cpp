#include "native/diff/edit/place.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "native/diff/edit/anchors.h"
#include "native/diff/edit/elision.h"
#include "native/diff/edit/line_form.h"
#include "native/diff/edit/sequence_search.h"

namespace tenon::diff::edit {
namespace {

constexpr std::size_t kListed = 20;

std::vector<std::uint32_t> first_lines(const std::vector<Match>& matches) {
  std::vector<std::uint32_t> lines;
  for (const Match& match : matches) lines.push_back(match.range.begin + 1);
  return lines;
}

Misplaced ambiguous(const std::vector<Match>& matches) {
  std::vector<std::uint32_t> lines = first_lines(matches);
  const std::size_t listed = std::min(lines.size(), kListed);
  std::string message =
      fmt::format("the lines to find are at {} places: lines {}", lines.size(),
                  fmt::join(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(listed), ", "));
  if (listed < lines.size()) message += " …";
  return {.status = EditStatus::ambiguous,
          .candidates = std::move(lines),
          .message = std::move(message),
          .hint = "Add lines above or below until only one place is meant."};
}

Misplaced not_found(std::string message) {
  return {.status = EditStatus::not_found,
          .candidates = {},
          .message = std::move(message),
          .hint = "Copy the lines to find from the file as it is now, without line numbers."};
}

bool changes(const Hunk& hunk) {
  return std::ranges::any_of(hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::context; });
}

bool has_old_lines(const Hunk& hunk) {
  return std::ranges::any_of(hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::added; });
}

class Places {
 public:
  Places(const FileText& file, std::span<const Hunk> hunks, const PlacementRules& rules)
      : file_(file), hunks_(hunks), rules_(rules) {}

  std::vector<Placed> run() {
    for (const Hunk& hunk : hunks_) {
      failures_.emplace_back();
      candidates_.push_back(candidates_of(hunk));
    }
    if (rules_.order == HunkOrder::as_in_file) narrow_by_order();
    std::vector<Placed> result;
    for (std::size_t i = 0; i < hunks_.size(); ++i) {
      std::vector<Match>& matches = candidates_[i];
      if (matches.size() == 1) {
        result.emplace_back(std::move(matches.front()));
      } else if (!matches.empty()) {
        result.emplace_back(std::unexpected(ambiguous(matches)));
      } else {
        result.emplace_back(std::unexpected(std::move(failures_[i])));
      }
    }
    return result;
  }

 private:
  LineRange whole() const { return {0, file_.size()}; }

  std::vector<Match> candidates_of(const Hunk& hunk) {
    if (!has_old_lines(hunk)) return lone_addition(hunk);
    std::vector<Match> matches = hunk.anchors.empty() ? anywhere(hunk) : anchored(hunk);
    if (matches.size() > 1 && !changes(hunk)) matches.resize(1);
    if (matches.size() > 1) narrow_by_stated_line(hunk, matches);
    if (!matches.empty() || !leaves_lines_out(hunk)) return matches;
    Placed pieces = place_in_pieces(file_, hunk);
    if (pieces) return {std::move(*pieces)};
    failures_.back() = std::move(pieces.error());
    return {};
  }

  std::vector<Match> lone_addition(const Hunk& hunk) {
    const bool at_end = hunk.at_end_of_file || file_.size() == 0 ||
                        (rules_.lone_addition == LoneAddition::appended && hunk.anchors.empty());
    if (at_end || !changes(hunk)) return {Match{.range = {file_.size(), file_.size()}}};
    failures_.back() = {.status = EditStatus::unclear,
                        .candidates = {},
                        .message = "lines are added without a line that says where",
                        .hint = "Add the line above or below as context."};
    return {};
  }

  std::vector<Match> anywhere(const Hunk& hunk) {
    std::vector<Match> matches = in_area(hunk, whole());
    if (!matches.empty()) return matches;
    failures_.back() = not_found("the lines to find are not in the file");
    if (hunk.at_end_of_file) {
      for (const Match& match : find_matches(file_, hunk, {.lines = whole()})) {
        failures_.back().candidates.push_back(match.range.begin + 1);
      }
      if (!failures_.back().candidates.empty()) {
        failures_.back().message = fmt::format("the lines to find are not at the end of the file, but at line {}",
                                               fmt::join(failures_.back().candidates, ", "));
        failures_.back().hint = "Leave out '*** End of File' if the change is not at the end of the file.";
      }
    }
    return {};
  }

  // Blank lines at the end of the file may follow what an author takes for its last lines.
  std::vector<Match> in_area(const Hunk& hunk, LineRange area) const {
    std::vector<Match> matches = find_matches(file_, hunk, {.lines = area, .at_end = hunk.at_end_of_file});
    if (!matches.empty() || !hunk.at_end_of_file) return matches;
    while (!area.empty() && is_blank(file_.content(area.end - 1))) --area.end;
    return find_matches(file_, hunk, {.lines = area, .at_end = true});
  }

  std::vector<Match> anchored(const Hunk& hunk) {
    const std::vector<LineRange> parts = anchored_parts(file_, hunk.anchors);
    if (parts.empty()) return without_anchor(hunk);
    std::vector<Match> matches;
    for (const LineRange part : parts) {
      for (Match& match : in_area(hunk, part)) add_strictest(matches, std::move(match));
    }
    if (matches.empty()) matches = in_area(hunk, {parts.front().begin, file_.size()});
    if (matches.empty()) {
      failures_.back() = not_found(fmt::format("the lines to find are not below '{}'", hunk.anchors.back()));
      failures_.back().candidates = first_lines(find_matches(file_, hunk, {.lines = whole()}));
    }
    return matches;
  }

  static void add_strictest(std::vector<Match>& matches, Match match) {
    if (!matches.empty() && matches.front().level < match.level) return;
    if (!matches.empty() && match.level < matches.front().level) matches.clear();
    if (std::ranges::find(matches, match) == matches.end()) matches.push_back(std::move(match));
  }

  // An anchor that is nowhere is a context line that is off: as much else must be right.
  std::vector<Match> without_anchor(const Hunk& hunk) {
    std::vector<Match> matches = in_area(hunk, whole());
    const auto distinctive = std::ranges::count_if(
        hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::added && is_distinctive(line.text); });
    const bool certain = matches.size() == 1 && matches.front().level <= MatchLevel::indentation_shifted &&
                         distinctive >= std::ptrdiff_t{kLinesBesideOneOff};
    if (certain) {
      matches.front().level = MatchLevel::one_context_line_off;
      return matches;
    }
    failures_.back() = not_found(fmt::format("the line '{}' after '@@' is not in the file", hunk.anchors.front()));
    failures_.back().candidates = first_lines(matches);
    return {};
  }

  static void narrow_by_stated_line(const Hunk& hunk, std::vector<Match>& matches) {
    if (!hunk.stated_line) return;
    const auto stated =
        std::ranges::find_if(matches, [&](const Match& match) { return match.range.begin + 1 == *hunk.stated_line; });
    if (stated != matches.end()) matches = {*stated};
  }

  // Hunks in the order of the file: one that fits in several places stands between its neighbours. Says nothing if the
  // hunks with one place are in another order.
  void narrow_by_order() {
    std::vector<std::size_t> certain;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (candidates_[i].size() == 1) certain.push_back(i);
    }
    const bool ordered =
        std::ranges::is_sorted(certain, {}, [&](std::size_t i) { return candidates_[i].front().range.begin; });
    if (!ordered) return;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (candidates_[i].size() < 2) continue;
      const auto next = std::ranges::upper_bound(certain, i);
      LineRange between = whole();
      if (next != certain.begin()) between.begin = candidates_[*std::prev(next)].front().range.end;
      if (next != certain.end()) between.end = candidates_[*next].front().range.begin;
      std::vector<Match> inside;
      std::ranges::copy_if(candidates_[i], std::back_inserter(inside), [&](const Match& match) {
        return between.begin <= match.range.begin && match.range.end <= between.end;
      });
      if (inside.size() == 1) candidates_[i] = std::move(inside);
    }
  }

  const FileText& file_;
  std::span<const Hunk> hunks_;
  const PlacementRules& rules_;
  std::vector<std::vector<Match>> candidates_;
  std::vector<Misplaced> failures_;
};

// What is there once is hardly meant to be there twice. Short lines (`end`) and closing tags often are.
bool is_telling(std::string_view line) {
  constexpr std::ptrdiff_t kLetters = 6;
  const auto letters = std::ranges::count_if(line, [](char c) { return is_distinctive({&c, 1}); });
  return letters >= kLetters && !trimmed(line).starts_with("</");
}

bool same_lines(const FileText& file, std::int64_t first, std::span<const std::string_view> lines, LineForm form) {
  if (first < 0 || first + std::ssize(lines) > std::int64_t{file.size()}) return false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(i);
    if (!same_in_form(file.content(line), lines[i], form)) return false;
  }
  return true;
}

}  // namespace

std::vector<Placed> place_hunks(const FileText& file, std::span<const Hunk> hunks, const PlacementRules& rules) {
  return Places(file, hunks, rules).run();
}

std::optional<LineRange> place_of_new_lines(const FileText& file, const Hunk& hunk) {
  Hunk wanted;
  wanted.anchors = hunk.anchors;
  bool removes_only = true;
  std::size_t added = 0;  // lines that say something
  std::size_t context = 0;
  for (const HunkLine& line : hunk.lines) {
    if (line.kind == LineKind::removed) continue;
    wanted.lines.push_back({.kind = LineKind::context, .text = line.text});
    removes_only = removes_only && line.kind != LineKind::added;
    if (is_distinctive(line.text)) ++(line.kind == LineKind::added ? added : context);
  }
  // Lines that are gone are told by what has moved together around them.
  const bool around = !hunk.lines.empty() && hunk.lines.front().kind == LineKind::context &&
                      hunk.lines.back().kind == LineKind::context && context >= 2;
  // One line may stand anywhere for another reason; together with a second one it is hardly there by chance.
  const bool told_by_lines = added > 0 && added + context >= 2;
  if (removes_only ? !around : !told_by_lines) return std::nullopt;
  const std::vector<Match> matches = find_matches(file, wanted, {.lines = {0, file.size()}});
  if (matches.empty() || matches.front().level > MatchLevel::indentation_shifted) return std::nullopt;
  return matches.front().range;
}

bool adds_what_is_there(const FileText& file, const Hunk& hunk, const Match& match) {
  const auto is_added = [](const HunkLine& line) { return line.kind == LineKind::added; };
  const auto is_context = [](const HunkLine& line) { return line.kind == LineKind::context; };
  const auto front = std::ranges::find_if_not(hunk.lines, is_added);
  const auto context_end = std::find_if_not(front, hunk.lines.end(), is_context);
  if (!std::all_of(context_end, hunk.lines.end(), is_added)) return false;
  std::vector<std::string_view> before;
  std::vector<std::string_view> after;
  for (auto line = hunk.lines.begin(); line != front; ++line) before.push_back(line->text);
  for (auto line = context_end; line != hunk.lines.end(); ++line) after.push_back(line->text);
  const LineForm form =
      match.level < MatchLevel::indentation_shifted ? LineForm::without_trailing_space : LineForm::trimmed;
  if (front == hunk.lines.end()) {
    after = std::move(before);  // without context they are for the end of the file
    before.clear();
    return std::ranges::any_of(after, is_telling) &&
           same_lines(file, std::int64_t{match.range.begin} - std::ssize(after), after, form);
  }
  const bool telling = std::ranges::any_of(before, is_telling) || std::ranges::any_of(after, is_telling);
  return telling && same_lines(file, std::int64_t{match.range.begin} - std::ssize(before), before, form) &&
         same_lines(file, match.range.end, after, form);
}

}  // namespace tenon::diff::edit
