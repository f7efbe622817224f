// Finds the one place in a file that a hunk means. Levels are tried from the strictest to the loosest; the first at
// which the old lines occur decides: once is a match, more often is ambiguous, and nothing is guessed.
//
//   exact                   all bytes but the line ends
//   trailing_whitespace     spaces, tabs and "\r" at ends of lines do not count
//   indentation_shifted     all lines are indented by the same text more, or less, than the hunk has it
//   line_trimmed            whitespace at both ends does not count
//   whitespace_normalised   runs of whitespace are one space
//   unicode_punctuation     dashes, quotes, spaces and ellipses are their ASCII form, characters without width nothing
//   one_context_line_off    one context line is different, too many, or missing; the rest as in the first three levels
//
// From indentation_shifted on a letter or digit must be in the old lines. One context line may be off only if
// - it is a context line, or a line of the file between two lines of the hunk; removed lines always match,
// - at least kLinesBesideOneOff other old lines with a letter or digit match,
// - the place of added lines stays certain: they do not follow a context line at the end of the hunk that is off, nor
//   precede one at its beginning, and a line that the hunk leaves out is between two context lines,
// - exactly one place in the file fits so.
// Blank lines at both ends of the old lines that the file does not have are left out before that.
// Similarity is never enough; it only makes suggestions (closest_text.h).
//
// Several places are narrowed down by what the author said beside the text: an anchor, the order of the hunks, or a
// stated line number that is exactly right. Each of these must leave one place.
//
// A FileText is not thread safe (it caches levels); O(bytes) for each level used, then O(hunk) on average.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "native/diff/edit/file_text.h"
#include "native/diff/edit/hunk.h"
#include "native/diff/lines.h"

namespace tenon::diff::edit {

enum class MatchLevel {
  exact,
  trailing_whitespace,
  indentation_shifted,
  line_trimmed,
  whitespace_normalised,
  unicode_punctuation,
  one_context_line_off
};
BOOST_DESCRIBE_ENUM(MatchLevel, exact, trailing_whitespace, indentation_shifted, line_trimmed, whitespace_normalised,
                    unicode_punctuation, one_context_line_off)

inline constexpr std::uint32_t kLinesBesideOneOff = 3;

// 1 for exact, less for each level; never above 0.7 with a context line off.
double confidence_of(MatchLevel level);

// A line of the hunk that the file does not have.
inline constexpr std::uint32_t kNoLine = UINT32_MAX;

struct Match {
  MatchLevel level = MatchLevel::exact;
  LineRange range;                    // lines of the file, counted from 0
  std::vector<std::uint32_t> places;  // of each old line the line of the file, or kNoLine

  bool operator==(const Match&) const = default;
};

// The part of a file in which a hunk may be.
struct SearchArea {
  LineRange lines;
  bool at_end = false;  // the last old line must be the last line of the area
};

// All matches at the first level that has any, by line. Empty `old` has none.
std::vector<Match> find_matches(const FileText& file, const Hunk& hunk, const SearchArea& area);

// The first lines of all places of `wanted`, at the first of the levels exact to unicode_punctuation that has any.
std::vector<std::uint32_t> find_lines(const FileText& file, const std::vector<std::string>& wanted, LineRange area);

}  // namespace tenon::diff::edit
