// What decides, beside the directories themselves, which files belong to a tree: ignore files and the marks of
// repositories, in the tree and above it. When one of them changes, the tree has to be listed anew.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "native/index/trigram/path_list.h"

namespace tenon::index {

// Ignore files in the tree that are there (one that appears changes its directory), and those above the root, there or
// not. `root` absolute and without links, `descriptor` the same, open.
PathList watched_files(const std::filesystem::path& root, int descriptor, std::span<const std::string_view> directories,
                       const std::filesystem::path& global_excludes);

// Whether all of them are as they were.
bool unchanged(int root, const PathList& watched);

// Whether a file of this name, somewhere in the tree, is one to watch.
bool is_watched_name(std::string_view name);

}  // namespace tenon::index
