// Which deleted and added files of two directories are one file under two names. For the inside of this room.
#pragma once

#include <vector>

#include "native/diff/tree_diff.h"

namespace tenon::diff {

struct Rename {
  const TreeFile* before = nullptr;
  const TreeFile* after = nullptr;
  std::uint32_t similarity = 0;  // percent
  bool copied = false;           // the old file is still there, or was renamed to another name
};

struct ChangedFiles {
  const DirectoryTree& before;
  const DirectoryTree& after;
  const std::vector<const TreeFile*>& deleted;
  const std::vector<const TreeFile*>& added;
  const std::vector<const TreeFile*>& changed;  // old versions of files that are still there, for copies
};

// At most one for each added file. Files that cannot be read are no candidates.
std::vector<Rename> find_renames(const ChangedFiles& files, const TreeDiffOptions& options);

}  // namespace tenon::diff
