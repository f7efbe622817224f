// The files and directories of a tree that searches look at, in path order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/tree_walk.h"

namespace tenon::index {

// The paths point into arenas of the listing.
struct TreeFiles {
  std::vector<std::string_view> files;        // regular ones
  std::vector<std::string_view> directories;  // without the root itself
  std::vector<fsops::TreeWalkFailure> failures;
  std::vector<std::string> arenas;
};

// Throws as walk_tree().
TreeFiles list_files(const std::filesystem::path& root, const fsops::TreeWalkOptions& walk);

}  // namespace tenon::index
