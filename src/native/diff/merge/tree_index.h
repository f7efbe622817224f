// The directories of a tree, made from a flat list of its files, with a key for each directory.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "native/diff/merge/merge_tree.h"

namespace tenon::diff {

struct IndexedFile {
  std::string path;
  FileType type = FileType::regular;
  fsops::ContentKey key;
};

class TreeIndex {
 public:
  TreeIndex() = default;

  // In any order, each path once. O(n log n).
  explicit TreeIndex(std::vector<IndexedFile> files);

  std::vector<MergeNode> list(const std::string& directory) const;

 private:
  std::unordered_map<std::string, std::vector<MergeNode>> directories_;
};

}  // namespace tenon::diff
