#include "native/diff/patch/hunk_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace tenon::diff::patch {
namespace {

constexpr std::string_view kNoNewline = "\\ ";
constexpr std::size_t kShortestNoNewline = 12;  // translated forms of "\ No newline at end of file" are longer

struct Range {
  std::uint32_t start = 0;
  std::uint32_t count = 1;
};

std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || number > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<Range> take_range(std::string_view& text, std::string_view before, std::string_view after) {
  if (!text.starts_with(before)) return std::nullopt;
  text.remove_prefix(before.size());
  Range range;
  const std::optional<std::uint32_t> start = take_number(text);
  if (!start) return std::nullopt;
  range.start = *start;
  if (text.starts_with(',')) {
    text.remove_prefix(1);
    const std::optional<std::uint32_t> count = take_number(text);
    if (!count) return std::nullopt;
    range.count = *count;
  }
  if (!text.starts_with(after)) return std::nullopt;
  text.remove_prefix(after.size());
  return range;
}

std::optional<Hunk> hunk_of_header(std::string_view line) {
  const std::optional<Range> old_range = take_range(line, "@@ -", " +");
  const std::optional<Range> new_range = old_range ? take_range(line, "", " @@") : std::nullopt;
  if (!new_range) return std::nullopt;
  Hunk hunk;
  hunk.old_start = old_range->start;
  hunk.old_count = old_range->count;
  hunk.new_start = new_range->start;
  hunk.new_count = new_range->count;
  return hunk;
}

bool is_no_newline(std::string_view line) { return line.starts_with(kNoNewline) && line.size() >= kShortestNoNewline; }

// A blank line is a context line that lost its space on the way; GNU diff writes it so.
std::optional<LineKind> kind_of(std::string_view line) {
  switch (line.front()) {
    case ' ':
    case '\n':
      return LineKind::context;
    case '\r':
      return line == "\r\n" ? std::optional(LineKind::context) : std::nullopt;
    case '-':
      return LineKind::removed;
    case '+':
      return LineKind::added;
    default:
      return std::nullopt;
  }
}

std::string_view content_of(std::string_view line) {
  return line.front() == '\n' || line.front() == '\r' ? line : line.substr(1);
}

class HunkLines {
 public:
  explicit HunkLines(Hunk& hunk) : hunk_(hunk) {}

  void add(LineKind kind, std::string_view line, std::uint32_t number) {
    hunk_.lines.push_back({.kind = kind, .text = content_of(line), .number = number});
    old_count_ += kind != LineKind::added ? 1 : 0;
    new_count_ += kind != LineKind::removed ? 1 : 0;
  }

  void end_without_newline() {
    if (hunk_.lines.empty()) return;
    std::string_view& text = hunk_.lines.back().text;
    if (text.ends_with('\n')) text.remove_suffix(1);
  }

  bool complete() const { return old_count_ == hunk_.old_count && new_count_ == hunk_.new_count; }
  bool fits(LineKind kind) const {
    return (kind == LineKind::added || old_count_ < hunk_.old_count) &&
           (kind == LineKind::removed || new_count_ < hunk_.new_count);
  }

 private:
  Hunk& hunk_;
  std::uint32_t old_count_ = 0;
  std::uint32_t new_count_ = 0;
};

bool changes_something(const Hunk& hunk) {
  return std::ranges::any_of(hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::context; });
}

void measure_context(Hunk& hunk) {
  const auto is_change = [](const HunkLine& line) { return line.kind != LineKind::context; };
  const auto first = std::ranges::find_if(hunk.lines, is_change);
  hunk.leading = static_cast<std::uint32_t>(first - hunk.lines.begin());
  hunk.trailing = 0;
  for (auto line = hunk.lines.rbegin(); line != hunk.lines.rend() && !is_change(*line); ++line) ++hunk.trailing;
}

std::unexpected<ParseError> corrupt(std::uint32_t line, std::string_view reason) {
  return std::unexpected(ParseError{.line = line, .message = fmt::format("corrupt patch: {}", reason)});
}

// As many lines as the header says.
std::expected<Hunk, ParseError> read_counted(TextLines& at, Hunk hunk) {
  HunkLines lines(hunk);
  TextLines here = at;
  while (!lines.complete()) {
    if (here.at_end()) return corrupt(here.number(), "it ends inside a hunk");
    const std::string_view line = here.line();
    if (!line.ends_with('\n')) return corrupt(here.number(), "its last line has no end");
    if (is_no_newline(line)) {
      lines.end_without_newline();
    } else {
      const std::optional<LineKind> kind = kind_of(line);
      if (!kind) return corrupt(here.number(), "a line of a hunk begins with none of \" -+\"");
      if (!lines.fits(*kind)) return corrupt(here.number(), "a hunk has other lines than its header says");
      lines.add(*kind, line, here.number());
    }
    here.advance();
  }
  if (!here.at_end() && is_no_newline(here.line())) {
    lines.end_without_newline();
    here.advance();
  }
  if (!changes_something(hunk)) return corrupt(here.number(), "a hunk changes nothing");
  at = here;
  return hunk;
}

bool is_signature(std::string_view line) {
  return line == "-- \n" || line == "-- \r\n" || line == "--\n" || line == "--\r\n";
}

// True where a hunk cannot go on: the next hunk or file, the signature of a mail, the end of a fence.
bool ends_hunk(const TextLines& at) {
  if (at.at_end()) return true;
  const std::string_view line = at.line();
  if (line.starts_with("@@ ") || line.starts_with("diff ") || line.starts_with("Index: ")) return true;
  if (is_signature(line) || line.starts_with("```")) return true;
  if (!line.starts_with("--- ")) return false;
  TextLines next = at;
  next.advance();
  return !next.at_end() && next.line().starts_with("+++ ");
}

// Blank lines before the next file are more likely between the files than at the end of the hunk.
void drop_blank_end(Hunk& hunk, TextLines& at, const TextLines& begin) {
  std::size_t kept = hunk.lines.size();
  while (kept > 0 && hunk.lines[kept - 1].kind == LineKind::context &&
         (hunk.lines[kept - 1].text == "\n" || hunk.lines[kept - 1].text == "\r\n") &&
         hunk.lines[kept - 1].text.data()[-1] == '\n') {
    --kept;
  }
  if (kept == hunk.lines.size()) return;
  const std::uint32_t last = kept == 0 ? begin.number() : hunk.lines[kept - 1].number + 1;
  hunk.lines.resize(kept);
  at = begin;
  while (at.number() < last) at.advance();
  if (!at.at_end() && is_no_newline(at.line())) at.advance();
}

// As many lines as there are.
std::expected<Hunk, ParseError> read_uncounted(TextLines& at, Hunk hunk) {
  HunkLines lines(hunk);
  const TextLines begin = at;
  TextLines here = at;
  for (; !ends_hunk(here); here.advance()) {
    if (is_no_newline(here.line())) {
      lines.end_without_newline();
      continue;
    }
    const std::optional<LineKind> kind = kind_of(here.line());
    if (!kind) break;
    lines.add(*kind, here.line(), here.number());
  }
  drop_blank_end(hunk, here, begin);
  if (!changes_something(hunk)) return corrupt(begin.number(), "a hunk changes nothing");
  const auto count = [&](LineKind other) {
    return static_cast<std::uint32_t>(
        std::ranges::count_if(hunk.lines, [&](const HunkLine& line) { return line.kind != other; }));
  };
  const std::uint32_t old_count = count(LineKind::added);
  const std::uint32_t new_count = count(LineKind::removed);
  hunk.recounted = old_count != hunk.old_count || new_count != hunk.new_count;
  hunk.old_count = old_count;
  hunk.new_count = new_count;
  at = here;
  return hunk;
}

// True if changed lines follow a hunk that is complete by its header: the header is wrong then, and whoever believed it
// would lose them.
bool goes_on(TextLines at) {
  for (; !ends_hunk(at); at.advance()) {
    const std::optional<LineKind> kind = kind_of(at.line());
    if (!kind) return false;
    if (*kind != LineKind::context) return true;
  }
  return false;
}

}  // namespace

bool is_hunk_header(std::string_view line) { return hunk_of_header(line).has_value(); }

std::expected<Hunk, ParseError> read_hunk(TextLines& at, Counts counts) {
  const TextLines begin = at;
  std::optional<Hunk> header = hunk_of_header(at.line());
  if (!header) return corrupt(at.number(), "the header of a hunk cannot be read");
  header->number = at.number();
  at.advance();
  const TextLines behind_header = at;
  std::expected<Hunk, ParseError> hunk =
      counts == Counts::ignored ? read_uncounted(at, *header) : read_counted(at, *header);
  if (counts == Counts::repaired && (!hunk || goes_on(at))) {
    at = behind_header;
    hunk = read_uncounted(at, *header);
  }
  if (!hunk) return hunk;
  measure_context(*hunk);
  hunk->text = begin.until(at);
  return hunk;
}

}  // namespace tenon::diff::patch
