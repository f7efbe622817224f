// Which files differ between two directories, and which were renamed. Contents are compared, never times.
//
// Renames are found as git finds them (gitdiffcore(7)): first files of equal content, then files of the same name in
// other directories that are similar, then the most similar pairs of all. Empty files are never renamed.
//
// A file that cannot be read is reported and left out; the rest goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/diff/directory_tree.h"

namespace tenon::diff {

enum class TreeStatus { added, deleted, modified, type_changed, renamed, copied };

// The letter of git's --name-status.
char letter_of(TreeStatus status);

struct TreeChange {
  TreeStatus status = TreeStatus::modified;
  std::optional<TreeFile> before;
  std::optional<TreeFile> after;
  std::uint32_t similarity = 0;  // percent; of renames and copies; 100: equal
};

struct TreeFailure {
  std::string path;
  int error_number = 0;
};

struct TreeDiff {
  std::vector<TreeChange> changes;  // ordered by path (the new one where there are two)
  std::vector<TreeFailure> failures;
};

enum class RenameDetection {
  none,
  renames,
  renames_and_copies  // added files are compared with changed ones too
};

struct TreeDiffOptions {
  RenameDetection detection = RenameDetection::renames;
  std::uint32_t least_similarity = 50;            // percent; 100: equal contents only
  std::uint64_t most_pairs = 1'000'000;           // more candidates: only equal contents and equal names are found
  std::uint64_t largest_compared = 64ULL << 20U;  // bytes; larger files are renamed only with equal content
  std::uint32_t threads = 1;
};

// O(files + bytes of files of equal size), and for renames O(added × deleted) up to the limit.
TreeDiff diff_trees(const DirectoryTree& before, const DirectoryTree& after, const TreeDiffOptions& options = {});

}  // namespace tenon::diff
