// The engine answers with text only, and text does not tell where its lines came from, nor a marker from a line that
// looks like one. So the same merge is made once more with other lines in place of the real ones: equal lines become
// equal words, none of which begins as a marker does, and behind each word stand spaces that write down where the line
// came from. The engine compares without spaces at the end, therefore decides as before, and hands the origins back.
#include "native/diff/merge/conflict_regions.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/error.h"
#include "native/diff/line_diff.h"
#include "native/diff/merge/merge_engine.h"

namespace tenon::diff {
namespace {

// Digits of words. The engine joins conflicts with no letter or digit between them, so a line without any must become a
// word without any.
constexpr std::string_view kLetterDigits = "abcdefghijklmnop";
constexpr std::string_view kPunctuationDigits = "!#$%&()*+,-./:;?";
// Digits of origins.
constexpr std::string_view kSpaceDigits = " \t\v\f";

constexpr LineDiffOptions kAlignment{.algorithm = Algorithm::myers};

enum class Text : std::uint8_t { base, ours, theirs };

struct Origin {
  Text version = Text::base;
  std::uint32_t line = 0;
};

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void append_digits(std::string& text, std::uint32_t number, std::string_view digits) {
  do {
    text += digits[number % digits.size()];
    number /= static_cast<std::uint32_t>(digits.size());
  } while (number > 0);
}

std::string with_origins(const Lines& lines, Text version, LineTable& table) {
  std::string text;
  text.reserve(lines.size() * 16UL);
  for (std::uint32_t line = 0; line < lines.size(); ++line) {
    const bool has_letters = std::ranges::any_of(lines[line], is_alphanumeric);
    append_digits(text, table.intern(lines[line]), has_letters ? kLetterDigits : kPunctuationDigits);
    text += kSpaceDigits[static_cast<std::size_t>(version)];
    append_digits(text, line, kSpaceDigits);
    text += '\n';
  }
  return text;
}

Origin origin_of(std::string_view line) {
  std::size_t at = std::min(line.find_first_of(kSpaceDigits), line.size());
  Origin origin{.version = static_cast<Text>(kSpaceDigits.find(line[at])), .line = 0};
  std::uint32_t weight = 1;
  for (++at; at < line.size(); ++at, weight *= 4) {
    origin.line += weight * static_cast<std::uint32_t>(kSpaceDigits.find(line[at]));
  }
  return origin;
}

// Grows with each line that is added; a range without lines has no place yet.
void add_line(std::optional<LineRange>& range, std::uint32_t line) {
  if (!range) range = LineRange{.begin = line, .end = line};
  range->end = line + 1;
}

struct Found {
  LineRange marked;
  std::optional<LineRange> base;
  std::optional<LineRange> ours;
  std::optional<LineRange> theirs;
  std::uint32_t next_of_ours = 0;  // the line of ours that stands behind the conflict
};

// The conflicts in what the engine made of lines with origins.
class Reader {
 public:
  explicit Reader(std::uint32_t lines_of_ours) : lines_of_ours_(lines_of_ours) {}

  void read(std::string_view line, std::uint32_t number) {
    switch (line.front()) {
      case '<':
        found_.push_back({.marked = {.begin = number, .end = number}, .next_of_ours = lines_of_ours_});
        part_ = Text::ours;
        return;
      case '|':
        part_ = Text::base;
        return;
      case '=':
        part_ = Text::theirs;
        return;
      case '>':
        found_.back().marked.end = number + 1;
        part_ = std::nullopt;
        awaits_line_ = true;
        return;
      default:
        add(origin_of(line));
    }
  }

  std::vector<Found> finish() { return std::move(found_); }

 private:
  void add(const Origin& origin) {
    if (!part_) return between(origin);
    Found& conflict = found_.back();
    if (*part_ == Text::base) add_line(conflict.base, origin.line);
    if (*part_ == Text::ours) add_line(conflict.ours, origin.line);
    if (*part_ == Text::theirs) add_line(conflict.theirs, origin.line);
  }

  // Lines that all have are taken from ours, and one of them follows each conflict that is not the end.
  void between(const Origin& origin) {
    if (awaits_line_ && origin.version == Text::ours) found_.back().next_of_ours = origin.line;
    awaits_line_ = false;
  }

  std::uint32_t lines_of_ours_;
  std::vector<Found> found_;
  std::optional<Text> part_;
  bool awaits_line_ = false;
};

struct Sides {
  Lines base;
  Lines ours;
  Lines theirs;
};

std::vector<Found> find_conflicts(const Sides& sides, FileMergeOptions options, ConflictStyle style) {
  LineTable table;
  const std::string base = with_origins(sides.base, Text::base, table);
  const std::string ours = with_origins(sides.ours, Text::ours, table);
  const std::string theirs = with_origins(sides.theirs, Text::theirs, table);
  options.style = style;
  options.marker_size = 7;
  options.labels = {};
  const EngineResult result =
      run_merge_engine({.base = base, .ours = ours, .theirs = theirs}, options, LineEquality::but_for_spaces_at_end);
  Reader reader(sides.ours.size());
  const Lines lines(result.text);
  for (std::uint32_t line = 0; line < lines.size(); ++line) reader.read(without_terminator(lines[line]), line);
  return reader.finish();
}

// Where in `after` stands what is before line `line` of `before`.
std::uint32_t counterpart(const Changes& changes, std::uint32_t line) {
  const auto next =
      std::ranges::upper_bound(changes, line, {}, [](const Change& change) { return change.before.begin; });
  if (next == changes.begin()) return line;
  const Change& last = *std::prev(next);
  if (line < last.before.end) return last.after.begin;
  return last.after.end + (line - last.before.end);
}

// Gives a place to the ranges without lines: before the line that is the counterpart of the one behind the conflict,
// and in any case between the conflicts before and behind. Another alignment than the engine's may have been found.
class Placing {
 public:
  Placing(const std::vector<Found>& found, std::optional<LineRange> Found::* range, Changes from_ours,
          std::uint32_t end)
      : found_(found), range_(range), from_ours_(std::move(from_ours)), end_(end) {}

  std::vector<LineRange> all() const {
    std::vector<LineRange> ranges;
    std::uint32_t least = 0;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      ranges.push_back(placed(i, least));
      least = ranges.back().end;
    }
    return ranges;
  }

 private:
  LineRange placed(std::size_t index, std::uint32_t least) const {
    const Found& conflict = found_[index];
    if (conflict.*range_) return *(conflict.*range_);
    const auto next = std::find_if(found_.begin() + static_cast<std::ptrdiff_t>(index), found_.end(),
                                   [&](const Found& later) { return (later.*range_).has_value(); });
    const std::uint32_t most = next == found_.end() ? end_ : ((*next).*range_)->begin;
    const std::uint32_t at = std::clamp(counterpart(from_ours_, conflict.next_of_ours), least, most);
    return {.begin = at, .end = at};
  }

  const std::vector<Found>& found_;
  std::optional<LineRange> Found::* range_;
  Changes from_ours_;
  std::uint32_t end_;  // lines of the version
};

bool meet(const LineRange& one, const LineRange& other) { return one.begin <= other.end && other.begin <= one.end; }

// The base of all conflicts in their whole form that this one was cut from.
LineRange base_of(const FileConflict& conflict, const std::vector<FileConflict>& whole) {
  std::optional<LineRange> base;
  for (const FileConflict& candidate : whole) {
    if (!meet(candidate.ours, conflict.ours) || !meet(candidate.theirs, conflict.theirs)) continue;
    if (!base) base = candidate.base;
    base->end = std::max(base->end, candidate.base.end);
  }
  return base.value_or(conflict.base);
}

std::vector<FileConflict> resolved(const std::vector<Found>& found, const Sides& sides) {
  const std::vector<LineRange> base =
      Placing(found, &Found::base, diff_lines(sides.ours, sides.base, kAlignment), sides.base.size()).all();
  const std::vector<LineRange> theirs =
      Placing(found, &Found::theirs, diff_lines(sides.ours, sides.theirs, kAlignment), sides.theirs.size()).all();
  std::vector<FileConflict> conflicts;
  conflicts.reserve(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const LineRange behind{.begin = found[i].next_of_ours, .end = found[i].next_of_ours};
    conflicts.push_back(
        {.marked = found[i].marked, .base = base[i], .ours = found[i].ours.value_or(behind), .theirs = theirs[i]});
  }
  return conflicts;
}

}  // namespace

std::vector<FileConflict> locate_conflicts(const FileVersions& versions, const FileMergeOptions& options) {
  const Sides sides{.base = Lines(versions.base), .ours = Lines(versions.ours), .theirs = Lines(versions.theirs)};
  std::vector<FileConflict> conflicts = resolved(find_conflicts(sides, options, options.style), sides);
  if (options.style != ConflictStyle::merge) return conflicts;
  const std::vector<FileConflict> whole = resolved(find_conflicts(sides, options, ConflictStyle::diff3), sides);
  for (FileConflict& conflict : conflicts) conflict.base = base_of(conflict, whole);
  return conflicts;
}

}  // namespace tenon::diff
