#include "native/diff/edit/ladder.h"

#include <algorithm>
#include <array>
#include <span>

#include "native/diff/edit/old_side.h"
#include "native/diff/edit/one_off.h"
#include "native/diff/edit/sequence_search.h"

namespace tenon::diff::edit {
namespace {

struct Rung {
  MatchLevel level;
  LineForm form;
};

constexpr std::array kRungs = {
    Rung{MatchLevel::exact, LineForm::exact},
    Rung{MatchLevel::trailing_whitespace, LineForm::without_trailing_space},
    Rung{MatchLevel::indentation_shifted, LineForm::trimmed},
    Rung{MatchLevel::line_trimmed, LineForm::trimmed},
    Rung{MatchLevel::whitespace_normalised, LineForm::single_spaced},
    Rung{MatchLevel::unicode_punctuation, LineForm::ascii},
};

std::vector<std::uint32_t> consecutive(std::uint32_t first, std::size_t count) {
  std::vector<std::uint32_t> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = first + static_cast<std::uint32_t>(i);
  return result;
}

std::vector<Match> matches_on(const Rung& rung, const FileText& file, const std::vector<OldLine>& lines,
                              std::span<const std::string_view> texts, const SearchArea& area) {
  LineRange range = area.lines;
  const auto count = static_cast<std::uint32_t>(lines.size());
  if (area.at_end && range.size() >= count) range.begin = range.end - count;
  std::vector<Match> result;
  for (const std::uint32_t start : find_sequence(file, texts, rung.form, range)) {
    Match match{.level = rung.level, .range = {start, start + count}, .places = consecutive(start, count)};
    if (rung.level == MatchLevel::indentation_shifted &&
        !learn_indentation(file, lines, match.places).is_uniform_shift()) {
      continue;
    }
    result.push_back(std::move(match));
  }
  return result;
}

std::vector<Match> climb(const FileText& file, const std::vector<OldLine>& lines, const SearchArea& area) {
  std::vector<std::string_view> texts;
  for (const OldLine& line : lines) texts.push_back(line.text);
  const bool distinctive = std::ranges::any_of(texts, is_distinctive);
  for (const Rung& rung : kRungs) {
    if (rung.level >= MatchLevel::indentation_shifted && !distinctive) break;
    std::vector<Match> matches = matches_on(rung, file, lines, texts, area);
    if (!matches.empty()) return matches;
  }
  return {};
}

struct Core {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Core without_blank_ends(const std::vector<OldLine>& lines) {
  Core core{0, lines.size()};
  while (core.begin < core.end && is_blank(lines[core.begin].text)) ++core.begin;
  while (core.begin < core.end && is_blank(lines[core.end - 1].text)) --core.end;
  return core;
}

std::vector<Match> climb_without_blank_ends(const FileText& file, const OldSide& old, const SearchArea& area) {
  const Core core = without_blank_ends(old.lines);
  if (core.begin == core.end || core.end - core.begin == old.lines.size()) return {};
  const auto from = old.lines.begin() + static_cast<std::ptrdiff_t>(core.begin);
  const auto to = old.lines.begin() + static_cast<std::ptrdiff_t>(core.end);
  std::vector<Match> matches = climb(file, {from, to}, area);
  for (Match& match : matches) {
    match.places.insert(match.places.begin(), core.begin, kNoLine);
    match.places.insert(match.places.end(), old.lines.size() - core.end, kNoLine);
  }
  return matches;
}

}  // namespace

double confidence_of(MatchLevel level) {
  switch (level) {
    case MatchLevel::exact:
      return 1.0;
    case MatchLevel::trailing_whitespace:
      return 0.99;
    case MatchLevel::indentation_shifted:
      return 0.95;
    case MatchLevel::line_trimmed:
      return 0.9;
    case MatchLevel::whitespace_normalised:
      return 0.87;
    case MatchLevel::unicode_punctuation:
      return 0.85;
    case MatchLevel::one_context_line_off:
      return 0.7;
  }
  return 0;
}

std::vector<Match> find_matches(const FileText& file, const Hunk& hunk, const SearchArea& area) {
  const OldSide old = old_side(hunk);
  if (old.lines.empty() || area.lines.empty()) return {};
  std::vector<Match> matches = climb(file, old.lines, area);
  if (matches.empty()) matches = climb_without_blank_ends(file, old, area);
  if (matches.empty()) matches = find_with_one_line_off(file, old, area);
  return matches;
}

std::vector<std::uint32_t> find_lines(const FileText& file, const std::vector<std::string>& wanted, LineRange area) {
  std::vector<OldLine> lines;
  for (const std::string& line : wanted) lines.push_back({.text = line});
  std::vector<std::uint32_t> result;
  for (const Match& match : climb(file, lines, {.lines = area})) result.push_back(match.range.begin);
  return result;
}

}  // namespace tenon::diff::edit
