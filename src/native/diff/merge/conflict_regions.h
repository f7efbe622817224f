// Which lines of which version a conflict is about, for the inside of this folder.
#pragma once

#include <vector>

#include "native/diff/merge/file_merge.h"

namespace tenon::diff {

// The conflicts of a merge that was not clean, in order.
std::vector<FileConflict> locate_conflicts(const FileVersions& versions, const FileMergeOptions& options);

}  // namespace tenon::diff
