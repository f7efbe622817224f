// The walk behind Workspace::walk, for the inside of this room.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "native/fsops/workspace.h"

namespace tenon::fsops {

struct Walk {
  Listing listing;
  std::vector<std::string> unfinished;  // paths of unfinished writes
};

// `below` is the path of `directory` in its workspace; empty: it is the workspace.
Walk walk_directory(int directory, const std::string& below, const WalkLimits& limits);

Entry entry_of(WorkspacePath path, const struct stat& status);

}  // namespace tenon::fsops
