#include "native/diff/merge/path_merge.h"

#include "native/diff/merge/content_merge.h"

namespace tenon::diff {
namespace {

PathMerge with_result(const std::optional<Version>& version) {
  PathMerge merge;
  merge.file = version;
  return merge;
}

// The link keeps the path: what goes through it finds what it expects.
PathMerge separate(const std::string& path, const PathState& state, const MergeLabels& labels) {
  const std::optional<Version>& ours = state.at(Side::ours);
  const std::optional<Version>& theirs = state.at(Side::theirs);
  const bool keeps_ours = ours->is_link();
  return {.file = keeps_ours ? ours : theirs,
          .beside = keeps_ours ? theirs : ours,
          .label = keeps_ours ? labels.theirs : labels.ours,
          .conflicts = {conflict_of(ConflictKind::type, path, state.at(Side::base), ours, theirs)}};
}

PathMerge join(const Trees& trees, const std::string& path, const PathState& state, const FileMergeOptions& options) {
  const std::optional<Version>& base = state.at(Side::base);
  const std::optional<Version>& ours = state.at(Side::ours);
  const std::optional<Version>& theirs = state.at(Side::theirs);
  ContentMerge content = merge_content(trees, base, *ours, *theirs, options, Nesting::none);
  PathMerge merge;
  for (const ConflictKind kind : content.conflicts) {
    TreeConflict conflict = conflict_of(kind, path, base, ours, theirs);
    describe_regions(conflict, content.content);
    merge.conflicts.push_back(std::move(conflict));
  }
  merge.file = Version{.path = path, .type = content.type, .content = std::move(content.content)};
  return merge;
}

}  // namespace

PathMerge merge_path(const Trees& trees, const std::string& path, const PathState& state,
                     const TreeMergeOptions& options) {
  const std::optional<Version>& base = state.at(Side::base);
  const std::optional<Version>& ours = state.at(Side::ours);
  const std::optional<Version>& theirs = state.at(Side::theirs);
  if (state.kept) return with_result(ours ? ours : theirs);
  if (same(ours, theirs) || same(base, theirs)) return with_result(ours);
  if (same(base, ours)) return with_result(theirs);
  if (!ours || !theirs) {
    PathMerge merge = with_result(ours ? ours : theirs);
    merge.conflicts = {conflict_of(ConflictKind::modify_delete, path, base, ours, theirs)};
    return merge;
  }
  if (ours->is_link() != theirs->is_link()) return separate(path, state, options.files.labels);
  return join(trees, path, state, options.files);
}

}  // namespace tenon::diff
