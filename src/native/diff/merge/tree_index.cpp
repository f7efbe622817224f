#include "native/diff/merge/tree_index.h"

#include <algorithm>

namespace tenon::diff {
namespace {

// A directory's key is that of a text with a record for each node; names have no NUL.
fsops::ContentKey key_of(const std::vector<MergeNode>& nodes) {
  std::string records;
  for (const MergeNode& node : nodes) {
    records += node.type ? static_cast<char>('0' + static_cast<int>(*node.type)) : 'd';
    records.append(reinterpret_cast<const char*>(&node.key), sizeof(node.key));
    records += node.name;
    records += '\0';
  }
  return fsops::content_key(records);
}

struct OpenDirectory {
  std::string path;
  std::vector<MergeNode> nodes;
};

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_in(const std::string& path, const std::string& directory) {
  return directory.empty() ||
         (path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/');
}

}  // namespace

TreeIndex::TreeIndex(std::vector<IndexedFile> files) {
  std::ranges::sort(files, {}, &IndexedFile::path);
  std::vector<OpenDirectory> open = {{}};
  const auto close = [&] {
    OpenDirectory done = std::move(open.back());
    open.pop_back();
    std::ranges::sort(done.nodes, {}, &MergeNode::name);
    if (!open.empty()) open.back().nodes.push_back({.name = name_of(done.path), .type = {}, .key = key_of(done.nodes)});
    directories_.emplace(std::move(done.path), std::move(done.nodes));
  };
  for (const IndexedFile& file : files) {
    const std::string directory = parent_of(file.path);
    while (!is_in(file.path, open.back().path)) close();
    while (open.back().path != directory) {
      const std::size_t from = open.back().path.empty() ? 0 : open.back().path.size() + 1;
      open.push_back({.path = directory.substr(0, directory.find('/', from)), .nodes = {}});
    }
    open.back().nodes.push_back({.name = name_of(file.path), .type = file.type, .key = file.key});
  }
  while (!open.empty()) close();
}

std::vector<MergeNode> TreeIndex::list(const std::string& directory) const {
  const auto found = directories_.find(directory);
  return found == directories_.end() ? std::vector<MergeNode>{} : found->second;
}

}  // namespace tenon::diff
