// libgit2's git_merge_file and nothing else of it, for the inside of this folder.
#pragma once

#include <optional>
#include <string>

#include "native/diff/merge/file_merge.h"

namespace tenon::diff {

enum class LineEquality {
  exact,
  but_for_spaces_at_end,  // whose spaces come out is the engine's choice
};

struct EngineResult {
  bool clean = true;
  std::string text;
};

// The versions must be text. Throws unavailable when there is no memory for it.
EngineResult run_merge_engine(const FileVersions& versions, const FileMergeOptions& options, LineEquality equality);

}  // namespace tenon::diff
