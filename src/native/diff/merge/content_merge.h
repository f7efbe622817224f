// The merge of the versions of one file, whatever their paths, for the inside of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/diff/merge/path_state.h"

namespace tenon::diff {

enum class Nesting {
  none,
  inner  // its result is merged again: its markers are one character longer
};

struct ContentMerge {
  FileType type = FileType::regular;
  Content content;
  std::vector<ConflictKind> conflicts;  // content, add_add, mode or link
};

// `ours` and `theirs` are both files or both links; a base of the other kind counts as none.
ContentMerge merge_content(const Trees& trees, const std::optional<Version>& base, const Version& ours,
                           const Version& theirs, const FileMergeOptions& options, Nesting nesting);

TreeConflict conflict_of(ConflictKind kind, std::string path, const std::optional<Version>& base,
                         const std::optional<Version>& ours, const std::optional<Version>& theirs);

// What a conflict of content says about the lines.
void describe_regions(TreeConflict& conflict, const Content& merged);

}  // namespace tenon::diff
