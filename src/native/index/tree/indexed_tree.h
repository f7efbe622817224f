// Which tree an index is of, and how it is asked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "native/fsops/tree_walk.h"
#include "native/index/trigram/file_stamp.h"

namespace tenon::index {

enum class IndexUse { when_cheaper, whenever_possible };

struct IndexedTree {
  std::filesystem::path home;  // of all indexes
  std::filesystem::path root;  // of the tree; links in it are resolved
  std::filesystem::path global_excludes;
  std::uint32_t threads = 1;
  IndexUse use = IndexUse::when_cheaper;              // by the costs that were measured when it was built
  std::function<std::int64_t()> clock = stamp_clock;  // that of the file system, as nanoseconds since 1970
};

// How searches of a tree walk it, so that index and scan see the same files.
fsops::TreeWalkOptions default_walk(const IndexedTree& tree);

}  // namespace tenon::index
