#include "native/diff/merge/content_merge.h"

#include <fmt/format.h>

namespace tenon::diff {
namespace {

// As git: where the paths of the sides differ, the labels name them.
MergeLabels labels_of(const MergeLabels& given, const std::optional<Version>& base, const Version& ours,
                      const Version& theirs) {
  if (ours.path == theirs.path) return given;
  return {.base = base ? fmt::format("{}:{}", given.base, base->path) : given.base,
          .ours = fmt::format("{}:{}", given.ours, ours.path),
          .theirs = fmt::format("{}:{}", given.theirs, theirs.path)};
}

bool has_type(const std::optional<Version>& version, FileType type) { return version && version->type == type; }

// Of two regular files; a side that did not change the executable bit agrees with the other.
void merge_type(ContentMerge& merge, const std::optional<Version>& base, const Version& ours, const Version& theirs) {
  if (ours.type == theirs.type || has_type(base, ours.type)) {
    merge.type = theirs.type;
    return;
  }
  merge.type = ours.type;
  if (!has_type(base, theirs.type)) merge.conflicts.push_back(ConflictKind::mode);
}

void merge_links(ContentMerge& merge, const Version& ours, const Version& theirs, Preference preference) {
  merge.content = preference == Preference::theirs ? theirs.content : ours.content;
  if (preference != Preference::ours && preference != Preference::theirs) merge.conflicts.push_back(ConflictKind::link);
}

void merge_bytes(ContentMerge& merge, const Trees& trees, const std::optional<Version>& base, const Version& ours,
                 const Version& theirs, FileMergeOptions options) {
  options.labels = labels_of(options.labels, base, ours, theirs);
  const std::string base_bytes = base ? bytes_of(trees, base->content) : "";
  const std::string our_bytes = bytes_of(trees, ours.content);
  const std::string their_bytes = bytes_of(trees, theirs.content);
  auto made =
      std::make_shared<FileMerge>(merge_file({.base = base_bytes, .ours = our_bytes, .theirs = their_bytes}, options));
  if (!made->clean) merge.conflicts.push_back(base ? ConflictKind::content : ConflictKind::add_add);
  merge.content.made = std::move(made);
}

std::optional<ConflictVersion> version_of(const std::optional<Version>& version) {
  if (!version) return std::nullopt;
  return ConflictVersion{.path = version->path, .type = version->type};
}

}  // namespace

ContentMerge merge_content(const Trees& trees, const std::optional<Version>& base, const Version& ours,
                           const Version& theirs, const FileMergeOptions& options, Nesting nesting) {
  const bool comparable = base && base->is_link() == ours.is_link();
  const std::optional<Version> common = comparable ? base : std::nullopt;
  ContentMerge merge{.type = ours.type, .content = ours.content, .conflicts = {}};
  if (same_content(ours.content, theirs.content) || (common && same_content(ours.content, common->content))) {
    merge.content = theirs.content;
  } else if (common && same_content(theirs.content, common->content)) {
    merge.content = ours.content;
  } else if (ours.is_link()) {
    merge_links(merge, ours, theirs, options.preference);
  } else {
    FileMergeOptions wanted = options;
    if (nesting == Nesting::inner) ++wanted.marker_size;
    merge_bytes(merge, trees, common, ours, theirs, wanted);
  }
  if (!ours.is_link()) merge_type(merge, base, ours, theirs);
  return merge;
}

TreeConflict conflict_of(ConflictKind kind, std::string path, const std::optional<Version>& base,
                         const std::optional<Version>& ours, const std::optional<Version>& theirs) {
  return {.kind = kind,
          .path = std::move(path),
          .base = version_of(base),
          .ours = version_of(ours),
          .theirs = version_of(theirs),
          .file_kind = FileKind::text,
          .regions = {}};
}

void describe_regions(TreeConflict& conflict, const Content& merged) {
  const bool has_lines = conflict.kind == ConflictKind::content || conflict.kind == ConflictKind::add_add;
  if (!has_lines || !merged.made) return;
  conflict.file_kind = merged.made->kind;
  conflict.regions = merged.made->conflicts;
}

}  // namespace tenon::diff
