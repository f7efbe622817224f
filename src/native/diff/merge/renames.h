// Files that went to another path on one side, for the inside of this folder.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "native/diff/merge/path_state.h"

namespace tenon::diff {

using Renames = std::map<std::string, std::string>;  // old path to new one; each of both once

// Among the files that the base has and the side has not, and those that the side has and the base has not. Similar
// contents are looked for only where the other side changed or removed the file: elsewhere it makes no difference.
Renames renames_of(const Trees& trees, const PathStates& states, Side side, const TreeMergeOptions& options);

// Brings the versions of renamed files together under their new paths; what stands against it are the results.
std::vector<TreeConflict> follow_renames(const Trees& trees, PathStates& states, const Renames& of_ours,
                                         const Renames& of_theirs, const TreeMergeOptions& options);

}  // namespace tenon::diff
