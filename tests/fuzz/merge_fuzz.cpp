// Three versions in one input, each of two seed bytes apart: whatever they are, the merge obeys its laws, and conflicts
// as data are those of the text.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "native/diff/merge/file_merge.h"

namespace {

using tenon::diff::ConflictStyle;
using tenon::diff::FileConflict;
using tenon::diff::FileMerge;
using tenon::diff::FileVersions;
using tenon::diff::LineRange;
using tenon::diff::Lines;
using tenon::diff::merge_file;
using tenon::diff::Preference;

constexpr std::string_view kBetween = "\n\xFF\xFE\n";  // between two versions

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view next_version(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(kBetween), rest.size());
  const std::string_view version = rest.substr(0, end);
  rest.remove_prefix(std::min(end + kBetween.size(), rest.size()));
  return version;
}

bool is_marker(std::string_view line, char mark, std::size_t size) {
  return line.size() >= size && line.substr(0, size).find_first_not_of(mark) == std::string_view::npos;
}

void check_conflicts(const FileMerge& merge, const FileVersions& versions, std::uint16_t marker_size) {
  const Lines text(merge.text);
  const Lines base(versions.base);
  const Lines ours(versions.ours);
  const Lines theirs(versions.theirs);
  FileConflict last;
  for (const FileConflict& conflict : merge.conflicts) {
    require(conflict.marked.begin >= last.marked.end && conflict.marked.end <= text.size());
    require(conflict.ours.begin >= last.ours.end && conflict.ours.end <= ours.size());
    require(conflict.theirs.begin >= last.theirs.end && conflict.theirs.end <= theirs.size());
    require(conflict.base.begin <= conflict.base.end && conflict.base.end <= base.size());
    require(is_marker(text[conflict.marked.begin], '<', marker_size));
    require(is_marker(text[conflict.marked.end - 1], '>', marker_size));
    last = conflict;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto style = static_cast<ConflictStyle>(data[0] % 3);
  const auto marker_size = static_cast<std::uint16_t>(1 + data[1] % 12);
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string_view base = next_version(rest);
  const std::string_view ours = next_version(rest);
  const FileVersions versions{.base = base, .ours = ours, .theirs = rest};

  const FileMerge merge = merge_file(versions, {.style = style, .marker_size = marker_size});
  require(merge.kind != tenon::diff::FileKind::text || merge.clean == merge.conflicts.empty());
  check_conflicts(merge, versions, marker_size);

  const FileMerge exchanged = merge_file({.base = base, .ours = rest, .theirs = ours}, {.style = style});
  require(merge.clean == exchanged.clean);
  if (merge.clean) require(merge.text == exchanged.text);
  require(merge_file({.base = base, .ours = ours, .theirs = base}).text == ours);
  require(merge_file({.base = base, .ours = base, .theirs = ours}).text == ours);
  if (merge.kind == tenon::diff::FileKind::text) {
    require(merge_file(versions, {.preference = Preference::both_sides}).clean);
  }
  return 0;
}
