// What becomes of one path of a tree, for the inside of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/diff/merge/path_state.h"

namespace tenon::diff {

struct PathMerge {
  std::optional<Version> file;    // what stands at the path
  std::optional<Version> beside;  // the file that a link met there
  std::string label;              // of the side that `beside` is from
  std::vector<TreeConflict> conflicts;
};

PathMerge merge_path(const Trees& trees, const std::string& path, const PathState& state,
                     const TreeMergeOptions& options);

}  // namespace tenon::diff
