#include "native/diff/patch/hunk_reader.h"

#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace tenon::diff::patch {
namespace {

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

// How many lines of a hunk were read.
class HunkCount {
 public:
  void add(LineKind kind) {
    old_ += kind != LineKind::added ? 1 : 0;
    new_ += kind != LineKind::removed ? 1 : 0;
    changes_ = changes_ || kind != LineKind::context;
  }

  bool is_all_of(const Hunk& hunk) const { return old_ == hunk.old_count && new_ == hunk.new_count; }
  bool leaves_room_in(const Hunk& hunk, LineKind kind) const {
    return (kind == LineKind::added || old_ < hunk.old_count) && (kind == LineKind::removed || new_ < hunk.new_count);
  }
  bool changes_something() const { return changes_; }
  std::uint32_t old_lines() const { return old_; }
  std::uint32_t new_lines() const { return new_; }

 private:
  std::uint32_t old_ = 0;
  std::uint32_t new_ = 0;
  bool changes_ = false;
};

void measure_context(Hunk& hunk) {
  bool changed = false;
  for (const HunkLine& line : hunk.lines) {
    const bool context = line.kind == LineKind::context;
    changed = changed || !context;
    if (!changed) ++hunk.leading;
    hunk.trailing = context ? hunk.trailing + 1 : 0;
  }
}

std::unexpected<ParseError> corrupt(std::uint32_t line, std::string_view reason) {
  return std::unexpected(ParseError{.line = line, .message = fmt::format("corrupt patch: {}", reason)});
}

// As many lines as the header says.
std::expected<Hunk, ParseError> read_counted(TextLines& at, Hunk hunk) {
  HunkCount count;
  TextLines here = at;
  while (!count.is_all_of(hunk)) {
    if (here.at_end()) return corrupt(here.number(), "it ends inside a hunk");
    const std::string_view line = here.line();
    if (!line.ends_with('\n')) return corrupt(here.number(), "its last line has no end");
    if (!says_no_newline(line)) {
      const std::optional<LineKind> kind = kind_of_line(line);
      if (!kind) return corrupt(here.number(), "a line of a hunk begins with none of \" -+\"");
      if (!count.leaves_room_in(hunk, *kind)) {
        return corrupt(here.number(), "a hunk has other lines than its header says");
      }
      count.add(*kind);
    }
    here.advance();
  }
  if (!here.at_end() && says_no_newline(here.line())) here.advance();
  if (!count.changes_something()) return corrupt(here.number(), "a hunk changes nothing");
  hunk.lines = HunkLines(at.until(here), at.number());
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

bool is_bare_blank(std::string_view line) { return line == "\n" || line == "\r\n"; }

// As many lines as there are. Blank lines before the next file are more likely between the files than at the end of the
// hunk, unless the header counts them.
std::expected<Hunk, ParseError> read_uncounted(TextLines& at, Hunk hunk) {
  HunkCount count;
  HunkCount count_to_end;
  TextLines end = at;
  for (TextLines here = at; !ends_hunk(here);) {
    const std::string_view line = here.line();
    const bool no_newline = says_no_newline(line);
    const std::optional<LineKind> kind = no_newline ? std::nullopt : kind_of_line(line);
    if (!no_newline && !kind) break;
    if (kind) count.add(*kind);
    here.advance();
    if (is_bare_blank(line) && !count.is_all_of(hunk)) continue;
    end = here;
    count_to_end = count;
  }
  if (!count_to_end.changes_something()) return corrupt(at.number(), "a hunk changes nothing");
  const std::uint32_t old_count = count_to_end.old_lines();
  const std::uint32_t new_count = count_to_end.new_lines();
  hunk.recounted = old_count != hunk.old_count || new_count != hunk.new_count;
  hunk.old_count = old_count;
  hunk.new_count = new_count;
  hunk.lines = HunkLines(at.until(end), at.number());
  at = end;
  return hunk;
}

// True if changed lines follow a hunk that is complete by its header: the header is wrong then, and whoever believed it
// would lose them.
bool goes_on(TextLines at) {
  for (; !ends_hunk(at); at.advance()) {
    const std::optional<LineKind> kind = kind_of_line(at.line());
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
