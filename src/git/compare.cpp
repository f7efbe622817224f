// Differences between commits, and their merge.
#include <git2.h>

#include "git/parts.h"

namespace tenon::git {
namespace {

using DiffHandle = Handle<git_diff, git_diff_free>;
using PatchHandle = Handle<git_patch, git_patch_free>;

ChangeKind kind_of(git_delta_t status) {
  if (status == GIT_DELTA_ADDED) return ChangeKind::added;
  if (status == GIT_DELTA_DELETED) return ChangeKind::deleted;
  return ChangeKind::modified;
}

std::string text_of(git_patch* patch) {
  git_buf buffer = GIT_BUF_INIT;
  const int result = git_patch_to_buf(&buffer, patch);
  std::string text = result == 0 ? std::string(buffer.ptr, buffer.size) : std::string();
  git_buf_dispose(&buffer);
  check(result, "cannot write a patch");
  return text;
}

FileChange change_of(git_patch* patch) {
  const git_diff_delta* delta = git_patch_get_delta(patch);
  std::size_t added = 0;
  std::size_t deleted = 0;
  check(git_patch_line_stats(nullptr, &added, &deleted, patch), "cannot count the lines of a patch");
  return {.path = delta->status == GIT_DELTA_DELETED ? delta->old_file.path : delta->new_file.path,
          .kind = kind_of(delta->status),
          .binary = (delta->flags & GIT_DIFF_FLAG_BINARY) != 0,
          .lines_added = added,
          .lines_deleted = deleted,
          .patch = text_of(patch)};
}

Conflict conflict_of(const git_index_entry* ancestor, const git_index_entry* ours, const git_index_entry* theirs) {
  const git_index_entry* named = ours != nullptr ? ours : theirs != nullptr ? theirs : ancestor;
  ConflictKind kind = ConflictKind::both_changed;
  if (ancestor == nullptr && ours != nullptr && theirs != nullptr) kind = ConflictKind::both_added;
  if (ancestor != nullptr && ours == nullptr) kind = ConflictKind::deleted_by_us;
  if (ancestor != nullptr && ours != nullptr && theirs == nullptr) kind = ConflictKind::deleted_by_them;
  return {.path = named->path, .kind = kind};
}

std::vector<Conflict> conflicts_of(git_index* index) {
  using Iterator = git_index_conflict_iterator;
  const auto iterator = made<Iterator, git_index_conflict_iterator_free>("cannot read the conflicts of a merge",
                                                                         git_index_conflict_iterator_new, index);
  std::vector<Conflict> conflicts;
  for (;;) {
    const git_index_entry* ancestor = nullptr;
    const git_index_entry* ours = nullptr;
    const git_index_entry* theirs = nullptr;
    const int result = git_index_conflict_next(&ancestor, &ours, &theirs, iterator.get());
    if (result == GIT_ITEROVER) return conflicts;
    check(result, "cannot read the conflicts of a merge");
    conflicts.push_back(conflict_of(ancestor, ours, theirs));
  }
}

}  // namespace

std::vector<FileChange> Repository::changes(const std::optional<CommitId>& from, const CommitId& to) const {
  git_repository* repository = parts_->repository.get();
  const TreeHandle before = from ? find_tree(repository, tree_of(*from)) : TreeHandle();
  const TreeHandle after = find_tree(repository, tree_of(to));
  git_diff_options options;
  check(git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION), "cannot compare two commits");
  options.flags = GIT_DIFF_INDENT_HEURISTIC;
  const DiffHandle diff = made<git_diff, git_diff_free>("cannot compare two commits", git_diff_tree_to_tree, repository,
                                                        before.get(), after.get(), &options);
  std::vector<FileChange> changes;
  for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
    const PatchHandle patch =
        made<git_patch, git_patch_free>("cannot make a patch", git_patch_from_diff, diff.get(), i);
    changes.push_back(change_of(patch.get()));
  }
  return changes;
}

std::expected<TreeId, std::vector<Conflict>> Repository::merge(const CommitId& ours, const CommitId& theirs) {
  git_repository* repository = parts_->repository.get();
  const CommitHandle our_commit = find_commit(repository, ours);
  const CommitHandle their_commit = find_commit(repository, theirs);
  git_merge_options options;
  check(git_merge_options_init(&options, GIT_MERGE_OPTIONS_VERSION), "cannot merge two commits");
  const IndexHandle index = made<git_index, git_index_free>("cannot merge two commits", git_merge_commits, repository,
                                                            our_commit.get(), their_commit.get(), &options);
  if (git_index_has_conflicts(index.get()) != 0) return std::unexpected(conflicts_of(index.get()));
  git_oid tree;
  parts_->unsynced = true;
  check(git_index_write_tree_to(&tree, index.get(), repository), "cannot store the tree of a merge");
  return TreeId{to_text(tree)};
}

}  // namespace tenon::git
