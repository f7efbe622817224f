#include "native/diff/unified.h"

#include "native/diff/painter.h"

namespace tenon::diff {
namespace {

std::string range_text(LineRange range) {
  const std::uint32_t start = range.empty() ? range.begin : range.begin + 1;
  return range.size() == 1 ? fmt::format("{}", start) : fmt::format("{},{}", start, range.size());
}

void add_lines(Painter& painter, const Lines& lines, LineRange range, char sign, std::string_view colour) {
  for (std::uint32_t line = range.begin; line < range.end; ++line) {
    const std::string_view text = lines[line];
    const bool whole = text.ends_with('\n');
    painter.line(colour, sign, whole ? text.substr(0, text.size() - 1) : text);
    if (!whole) painter.line({}, '\\', " No newline at end of file");
  }
}

}  // namespace

std::string hunk_range_text(const Hunk& hunk) {
  return fmt::format("@@ -{} +{} @@", range_text(hunk.before), range_text(hunk.after));
}

std::string unified_text(const Lines& before, const Lines& after, const Changes& changes,
                         const std::vector<Hunk>& hunks, const Palette& palette) {
  Painter painter(palette);
  for (const Hunk& hunk : hunks) {
    painter.paint(palette.range, hunk_range_text(hunk));
    if (!hunk.function.empty()) {
      painter.paint({}, " ");
      painter.paint({}, hunk.function);
    }
    painter.paint({}, "\n");
    // Where whitespace is ignored the sides of a common line differ; the new one is shown.
    std::uint32_t line = hunk.after.begin;
    for (std::size_t i = hunk.first_change; i < hunk.last_change; ++i) {
      const Change& change = changes[i];
      add_lines(painter, after, {line, change.after.begin}, ' ', {});
      add_lines(painter, before, change.before, '-', palette.removed);
      add_lines(painter, after, change.after, '+', palette.added);
      line = change.after.end;
    }
    add_lines(painter, after, {line, hunk.after.end}, ' ', {});
  }
  return painter.take();
}

}  // namespace tenon::diff
