#include "native/diff/indent_score.h"

#include <optional>

namespace tenon::diff {
namespace {

constexpr std::int32_t kMostIndent = 200;
constexpr std::int32_t kMostBlankLines = 20;
constexpr std::int32_t kTabWidth = 8;

constexpr std::int32_t kStartOfFile = 1;
constexpr std::int32_t kEndOfFile = 21;
constexpr std::int32_t kBlankLine = -30;
constexpr std::int32_t kBlankLineBelow = 6;
constexpr std::int32_t kIndentWeight = 60;

// Penalties of a border by how the line below it is indented, without and with blank lines at the border.
struct Penalty {
  std::int32_t dense = 0;
  std::int32_t spaced = 0;
};
constexpr Penalty kDeeper{.dense = -4, .spaced = 10};
constexpr Penalty kOutdentBeforeDeeper{.dense = 24, .spaced = 17};
constexpr Penalty kDedent{.dense = 23, .spaced = 17};

// Columns; nothing for a blank line.
std::optional<std::int32_t> indent_of(std::string_view line) {
  std::int32_t columns = 0;
  for (const char c : line) {
    if (c == ' ') {
      ++columns;
    } else if (c == '\t') {
      columns += kTabWidth - columns % kTabWidth;
    } else if (c != '\n' && c != '\r') {
      return columns;
    }
    if (columns >= kMostIndent) return kMostIndent;
  }
  return std::nullopt;
}

// What is found when going away from a border until a line that is not blank.
struct Surroundings {
  std::int32_t blank_lines = 0;
  std::optional<std::int32_t> indent;  // nothing: the end of the text came first
};

Surroundings above(const Lines& lines, std::uint32_t line) {
  Surroundings found;
  while (line-- > 0) {
    found.indent = indent_of(lines[line]);
    if (found.indent) return found;
    if (++found.blank_lines == kMostBlankLines) return {.blank_lines = found.blank_lines, .indent = 0};
  }
  return found;
}

Surroundings below(const Lines& lines, std::uint32_t line) {
  Surroundings found;
  for (; line < lines.size(); ++line) {
    found.indent = indent_of(lines[line]);
    if (found.indent) return found;
    if (++found.blank_lines == kMostBlankLines) return {.blank_lines = found.blank_lines, .indent = 0};
  }
  return found;
}

std::int32_t sign(std::int32_t number) { return (number > 0 ? 1 : 0) - (number < 0 ? 1 : 0); }

}  // namespace

std::int32_t IndentScore::compared_with(const IndentScore& other) const {
  return kIndentWeight * sign(indent - other.indent) + (penalty - other.penalty);
}

IndentScore score_of_border(const Lines& lines, std::uint32_t line) {
  const bool at_end = line >= lines.size();
  const std::optional<std::int32_t> own = at_end ? std::nullopt : indent_of(lines[line]);
  const Surroundings before = above(lines, line);
  const Surroundings after = at_end ? Surroundings{} : below(lines, line + 1);

  const std::int32_t blank_below = own ? 0 : 1 + after.blank_lines;
  const std::int32_t blank = before.blank_lines + blank_below;
  const std::optional<std::int32_t> indent = own ? own : after.indent;

  IndentScore score{.indent = indent.value_or(-1)};
  if (!before.indent && before.blank_lines == 0) score.penalty += kStartOfFile;
  if (at_end) score.penalty += kEndOfFile;
  score.penalty += kBlankLine * blank + kBlankLineBelow * blank_below;
  if (!indent || !before.indent || *indent == *before.indent) return score;
  const bool deeper_follows = after.indent && *after.indent > *indent;
  const Penalty& change = *indent > *before.indent ? kDeeper : deeper_follows ? kOutdentBeforeDeeper : kDedent;
  score.penalty += blank != 0 ? change.spaced : change.dense;
  return score;
}

}  // namespace tenon::diff
