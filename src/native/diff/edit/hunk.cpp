#include "native/diff/edit/hunk.h"

namespace tenon::diff::edit {
namespace {

std::vector<std::string> lines_without(const Hunk& hunk, LineKind kind) {
  std::vector<std::string> result;
  for (const HunkLine& line : hunk.lines) {
    if (line.kind != kind) result.push_back(line.text);
  }
  return result;
}

}  // namespace

std::vector<std::string> old_lines(const Hunk& hunk) { return lines_without(hunk, LineKind::added); }

std::vector<std::string> new_lines(const Hunk& hunk) { return lines_without(hunk, LineKind::removed); }

}  // namespace tenon::diff::edit
