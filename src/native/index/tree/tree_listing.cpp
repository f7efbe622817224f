#include "native/index/tree/tree_listing.h"

#include <algorithm>
#include <deque>

#include "native/index/search/path_order.h"

namespace tenon::index {
namespace {

struct Gathered {
  std::string bytes;
  struct Item {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool directory = false;
  };
  std::vector<Item> items;
};

}  // namespace

TreeFiles list_files(const std::filesystem::path& root, const fsops::TreeWalkOptions& walk) {
  fsops::TreeWalkOptions options = walk;
  options.directories = fsops::DirectoryEntries::listed;
  std::deque<Gathered> threads;
  fsops::TreeWalkReport report = fsops::walk_tree(root, options, [&](std::uint32_t) {
    return [gathered = &threads.emplace_back()](const fsops::TreeEntry& entry) {
      const bool directory = entry.kind == fsops::EntryKind::directory;
      if (!directory && entry.kind != fsops::EntryKind::file) return;
      gathered->items.push_back({gathered->bytes.size(), entry.path.size(), directory});
      gathered->bytes += entry.path;
    };
  });
  TreeFiles tree{.failures = std::move(report.failures)};
  tree.arenas.reserve(threads.size());
  for (Gathered& gathered : threads) {
    const std::string_view bytes = tree.arenas.emplace_back(std::move(gathered.bytes));
    for (const Gathered::Item& item : gathered.items) {
      (item.directory ? tree.directories : tree.files).push_back(bytes.substr(item.begin, item.size));
    }
    gathered = {};
  }
  std::ranges::sort(tree.files, path_before);
  std::ranges::sort(tree.directories, path_before);
  return tree;
}

}  // namespace tenon::index
