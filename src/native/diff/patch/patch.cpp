#include "native/diff/patch/patch.h"

#include <algorithm>
#include <utility>

namespace tenon::diff::patch {
namespace {

std::uint64_t count(const std::vector<Hunk>& hunks, LineKind kind) {
  std::uint64_t lines = 0;
  for (const Hunk& hunk : hunks) {
    lines += static_cast<std::uint64_t>(
        std::ranges::count_if(hunk.lines, [kind](const HunkLine& line) { return line.kind == kind; }));
  }
  return lines;
}

void reverse(Hunk& hunk) {
  std::swap(hunk.old_start, hunk.new_start);
  std::swap(hunk.old_count, hunk.new_count);
  hunk.lines = hunk.lines.reversed();
}

void reverse(FilePatch& file) {
  std::swap(file.old_name, file.new_name);
  std::swap(file.old_mode, file.new_mode);
  std::swap(file.old_id, file.new_id);
  std::swap(file.creates, file.deletes);
  std::swap(file.binary_forward, file.binary_reverse);
  for (Hunk& hunk : file.hunks) reverse(hunk);
}

}  // namespace

std::uint64_t FilePatch::added() const { return count(hunks, LineKind::added); }

std::uint64_t FilePatch::removed() const { return count(hunks, LineKind::removed); }

Patch reversed(Patch patch) {
  for (FilePatch& file : patch.files) reverse(file);
  std::ranges::reverse(patch.files);
  return patch;
}

}  // namespace tenon::diff::patch
