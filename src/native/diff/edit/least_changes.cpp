#include "native/diff/edit/least_changes.h"

#include <string>
#include <utility>

#include "native/diff/line_diff.h"
#include "native/diff/lines.h"

namespace tenon::diff::edit {
namespace {

void append(std::vector<HunkLine>& out, LineKind kind, const Lines& lines, LineRange range) {
  for (std::uint32_t line = range.begin; line < range.end; ++line) {
    out.push_back({.kind = kind, .text = std::string(without_terminator(lines[line]))});
  }
}

void append_difference(std::vector<HunkLine>& out, std::string_view old_text, std::string_view new_text) {
  const Lines before(old_text);
  const Lines after(new_text);
  std::uint32_t done = 0;
  for (const Change& change : diff_lines(before, after)) {
    append(out, LineKind::context, before, {done, change.before.begin});
    append(out, LineKind::removed, before, change.before);
    append(out, LineKind::added, after, change.after);
    done = change.before.end;
  }
  append(out, LineKind::context, before, {done, before.size()});
}

}  // namespace

Hunk with_least_changes(Hunk hunk) {
  std::vector<HunkLine> result;
  std::string removed;
  std::string added;
  const auto flush = [&] {
    append_difference(result, removed, added);
    removed.clear();
    added.clear();
  };
  for (HunkLine& line : hunk.lines) {
    if (line.kind == LineKind::context) {
      flush();
      result.push_back(std::move(line));
      continue;
    }
    std::string& side = line.kind == LineKind::removed ? removed : added;
    side += line.text;
    side += '\n';
  }
  flush();
  hunk.lines = std::move(result);
  return hunk;
}

Hunk hunk_between(std::string_view old_text, std::string_view new_text) {
  Hunk hunk;
  append_difference(hunk.lines, old_text, new_text);
  return hunk;
}

}  // namespace tenon::diff::edit
