// Three-way merge of trees: what both sides did to their files since the base.
//
//   const TreeMerge merge = merge_trees({.base = base, .ours = ours, .theirs = theirs}, {});
//   patch::write_changes(workspace_of_ours, merge.changes);
//
// The rules are those of git's merge strategy "ort" without the renames of directories (git-merge(1),
// merge.directoryRenames=false): directories that are equal in all three trees are not entered; files are followed
// through renames of either side (equal content first, then equal names, then similar content); contents are merged by
// merge_file.
//
// Conflicts are results, not failures: the files with markers, and what else a person has to look at, stand in
// `changes` as git would put them into the working tree; `conflicts` says what they are, with the versions (stages) of
// each. What cannot be read, or has a name that no workspace may have, stays as it is in ours, is reported, and keeps
// the merge from being clean.
//
// Thread safe. Memory: the contents of what changes, the paths of directories that differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "native/diff/merge/file_merge.h"
#include "native/diff/merge/merge_tree.h"

namespace tenon::diff {

enum class ConflictKind {
  content,         // both changed the same lines, or a file that is not merged by lines
  add_add,         // both brought a file to the same path: added, or renamed
  mode,            // one made it executable, the other not
  link,            // both changed where a link leads
  type,            // one has a file, the other a link
  modify_delete,   // one changed it, the other removed it
  rename_delete,   // one renamed it, the other removed it
  rename_rename,   // both renamed it, to different paths
  directory_file,  // one has a file where the other has a directory
};
BOOST_DESCRIBE_ENUM(ConflictKind, content, add_add, mode, link, type, modify_delete, rename_delete, rename_rename,
                    directory_file)

// One version of a file in conflict, a stage in git's words.
struct ConflictVersion {
  std::string path;
  FileType type = FileType::regular;

  bool operator==(const ConflictVersion&) const = default;
};

struct TreeConflict {
  ConflictKind kind = ConflictKind::content;
  std::string path;  // where the result stands; of a file that is gone: where it was
  std::optional<ConflictVersion> base;
  std::optional<ConflictVersion> ours;
  std::optional<ConflictVersion> theirs;
  FileKind file_kind = FileKind::text;  // of content and add_add
  std::vector<FileConflict> regions;    // of content and add_add, in the text at `path`

  bool operator==(const TreeConflict&) const = default;
};

enum class RenameSearch { similar, off };

struct TreeMergeOptions {
  FileMergeOptions files;
  RenameSearch renames = RenameSearch::similar;
  std::uint32_t least_similarity = 50;  // percent, as git's -M
  std::uint32_t rename_limit = 7000;    // more candidates on a side: only equal contents and names are followed
  std::uint32_t threads = 1;
};

struct Trees {
  const MergeTree& base;
  const MergeTree& ours;
  const MergeTree& theirs;
};

// A file whose result is neither that of ours nor that of theirs.
struct MergedFile {
  std::string path;

  bool operator==(const MergedFile&) const = default;
};

struct TreeMerge {
  ChangeSet changes;  // what makes ours the result, ordered by path
  std::vector<MergedFile> merged;
  std::vector<TreeConflict> conflicts;                    // ordered by path
  std::vector<std::vector<std::string>> case_collisions;  // that neither side had: one file where case does not count
  std::vector<fsops::Refusal> left_out;                   // of any tree, ordered by path

  bool clean() const { return conflicts.empty() && left_out.empty(); }
};

// Throws what reading the trees throws, and merge_file.
TreeMerge merge_trees(const Trees& trees, const TreeMergeOptions& options);

}  // namespace tenon::diff
