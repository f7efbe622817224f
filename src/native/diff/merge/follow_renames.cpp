#include "native/diff/merge/content_merge.h"
#include "native/diff/merge/renames.h"

namespace tenon::diff {
namespace {

class Follower {
 public:
  Follower(const Trees& trees, PathStates& states, const TreeMergeOptions& options)
      : trees_(trees), states_(states), options_(options) {}

  // Both sides renamed the file, perhaps to the same path.
  void renamed_twice(const std::string& from, const std::string& to_ours, const std::string& to_theirs) {
    PathState& old = states_.at(from);
    if (to_ours == to_theirs) return bring_base(old, states_.at(to_ours));
    Version& ours = *states_.at(to_ours).at(Side::ours);
    Version& theirs = *states_.at(to_theirs).at(Side::theirs);
    const std::optional<Version> base = std::exchange(old.at(Side::base), std::nullopt);
    TreeConflict conflict = conflict_of(ConflictKind::rename_rename, from, base, ours, theirs);
    if (ours.is_link() == theirs.is_link()) {
      const ContentMerge merge = merge_inner(base, ours, theirs);
      // Where nothing could be joined, each path keeps what its side has, and nothing is lost.
      if (merge.conflicts.empty() || has_text(merge)) {
        take(ours, merge);
        take(theirs, merge);
      }
    }
    conflicts_.push_back(std::move(conflict));
  }

  // Only `side` renamed the file.
  void renamed(Side side, const std::string& from, const std::string& to) {
    const Side other = other_of(side);
    PathState& old = states_.at(from);
    PathState& target = states_.at(to);
    const bool removed = !old.has(other);
    const bool changed_type = !removed && old.at(other)->is_link() != target.at(side)->is_link();
    if (removed || changed_type)
      return renamed_and_gone(side, old, target, changed_type ? ConflictKind::type : ConflictKind::rename_delete);
    if (target.has(other)) return renamed_onto_another(side, old, target);
    target.at(other) = std::exchange(old.at(other), std::nullopt);
    bring_base(old, target);
  }

  std::vector<TreeConflict> finish() { return std::move(conflicts_); }

 private:
  static void bring_base(PathState& old, PathState& target) {
    target.at(Side::base) = std::exchange(old.at(Side::base), std::nullopt);
  }

  static bool has_text(const ContentMerge& merge) {
    return merge.content.made && merge.content.made->kind == FileKind::text;
  }

  static void take(Version& version, const ContentMerge& merge) {
    version.type = merge.type;
    version.content = merge.content;
  }

  // The other side removed it, or put something else into its old place.
  void renamed_and_gone(Side side, PathState& old, PathState& target, ConflictKind kind) {
    const std::optional<Version> none;
    const std::optional<Version>& here = target.at(side);
    conflicts_.push_back(conflict_of(kind, here->path, old.at(Side::base), side == Side::ours ? here : none,
                                     side == Side::ours ? none : here));
    if (target.has(other_of(side))) {
      old.at(Side::base).reset();
    } else {
      bring_base(old, target);
      target.kept = true;
    }
  }

  // The other side has a file of its own at the new path: what became of the renamed one is merged first, and the two
  // files then meet as if both sides had added one.
  void renamed_onto_another(Side side, PathState& old, PathState& target) {
    const std::optional<Version> base = std::exchange(old.at(Side::base), std::nullopt);
    const std::optional<Version> there = std::exchange(old.at(other_of(side)), std::nullopt);
    Version& here = *target.at(side);
    const Version& ours = side == Side::ours ? here : *there;
    const Version& theirs = side == Side::ours ? *there : here;
    const ContentMerge merge = merge_inner(base, ours, theirs);
    for (const ConflictKind kind : merge.conflicts) {
      TreeConflict conflict = conflict_of(kind, here.path, base, ours, theirs);
      describe_regions(conflict, merge.content);
      conflicts_.push_back(std::move(conflict));
    }
    take(here, merge);
  }

  ContentMerge merge_inner(const std::optional<Version>& base, const Version& ours, const Version& theirs) const {
    return merge_content(trees_, base, ours, theirs, options_.files, Nesting::inner);
  }

  const Trees& trees_;
  PathStates& states_;
  const TreeMergeOptions& options_;
  std::vector<TreeConflict> conflicts_;
};

}  // namespace

std::vector<TreeConflict> follow_renames(const Trees& trees, PathStates& states, const Renames& of_ours,
                                         const Renames& of_theirs, const TreeMergeOptions& options) {
  Follower follower(trees, states, options);
  for (const auto& [from, to] : of_ours) {
    const auto again = of_theirs.find(from);
    if (again != of_theirs.end()) {
      follower.renamed_twice(from, to, again->second);
    } else {
      follower.renamed(Side::ours, from, to);
    }
  }
  for (const auto& [from, to] : of_theirs) {
    if (!of_ours.contains(from)) follower.renamed(Side::theirs, from, to);
  }
  return follower.finish();
}

}  // namespace tenon::diff
