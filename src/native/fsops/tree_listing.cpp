#include <algorithm>

#include "native/fsops/tree_walk.h"

namespace tenon::fsops {
namespace {

struct Found {
  std::size_t at = 0;  // in the arena of its thread
  std::size_t length = 0;
  EntryKind kind = EntryKind::file;
};

}  // namespace

TreeListing list_tree(const std::filesystem::path& root, const TreeWalkOptions& options) {
  TreeListing listing;
  listing.arenas_.resize(std::max(options.threads, 1U));
  std::vector<std::vector<Found>> found(listing.arenas_.size());
  listing.report_ = walk_tree(root, options, [&](std::uint32_t thread) {
    return [&arena = listing.arenas_[thread], &mine = found[thread]](const TreeEntry& entry) {
      mine.push_back({.at = arena.size(), .length = entry.path.size(), .kind = entry.kind});
      arena += entry.path;
    };
  });
  listing.items_.reserve(listing.report_.entries);
  for (std::size_t thread = 0; thread < found.size(); ++thread) {
    for (const Found& each : found[thread]) {
      const std::string_view arena = listing.arenas_[thread];
      listing.items_.push_back({.path = arena.substr(each.at, each.length), .kind = each.kind});
    }
  }
  std::ranges::sort(listing.items_, {}, &TreeListing::Item::path);
  return listing;
}

}  // namespace tenon::fsops
