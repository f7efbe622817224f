#include "native/diff/merge/file_merge.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "native/diff/merge/conflict_regions.h"
#include "native/diff/merge/merge_engine.h"

namespace tenon::diff {
namespace {

constexpr std::size_t kBinarySample = 8000;  // bytes

void check_label(const std::string& label) {
  const bool one_line = std::ranges::none_of(label, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
  if (one_line) return;
  throw Error(ErrorCode::invalid_argument, "a label of a conflict is more than one line",
              "Labels stand behind the markers: use one line without NUL.");
}

void check_options(const FileMergeOptions& options) {
  check_label(options.labels.base);
  check_label(options.labels.ours);
  check_label(options.labels.theirs);
  if (options.marker_size == 0)
    throw Error(ErrorCode::invalid_argument, "conflict markers need at least one character");
}

bool too_large(std::string_view text) {
  return text.size() > kLongestMerge || std::ranges::count(text, '\n') > std::int64_t{kMostMergedLines};
}

FileKind kind_of(const FileVersions& versions) {
  for (const std::string_view text : {versions.base, versions.ours, versions.theirs}) {
    if (is_binary(text)) return FileKind::binary;
    if (too_large(text)) return FileKind::too_large;
  }
  return FileKind::text;
}

FileMerge whole_side(const FileVersions& versions, Preference preference, FileKind kind) {
  const std::string_view side = preference == Preference::theirs ? versions.theirs : versions.ours;
  const bool decided = preference == Preference::ours || preference == Preference::theirs;
  return {.clean = decided, .kind = kind, .text = std::string(side), .conflicts = {}};
}

}  // namespace

bool is_binary(std::string_view bytes) { return bytes.substr(0, kBinarySample).contains('\0'); }

FileMerge merge_file(const FileVersions& versions, const FileMergeOptions& options) {
  check_options(options);
  if (versions.ours == versions.theirs || versions.theirs == versions.base) return {.text = std::string(versions.ours)};
  if (versions.ours == versions.base) return {.text = std::string(versions.theirs)};
  const FileKind kind = kind_of(versions);
  if (kind != FileKind::text) return whole_side(versions, options.preference, kind);
  EngineResult result = run_merge_engine(versions, options, LineEquality::exact);
  FileMerge merge{.clean = result.clean, .kind = kind, .text = std::move(result.text), .conflicts = {}};
  if (!merge.clean) merge.conflicts = locate_conflicts(versions, options);
  return merge;
}

}  // namespace tenon::diff
