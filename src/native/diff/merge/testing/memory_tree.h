// A tree to merge that is files in memory.
#pragma once

#include <map>
#include <string>

#include "native/diff/merge/tree_index.h"

namespace tenon::diff::testing {

using Files = std::map<std::string, FileContent>;

class MemoryMergeTree final : public MergeTree {
 public:
  explicit MemoryMergeTree(Files files) : files_(std::move(files)) {
    std::vector<IndexedFile> indexed;
    for (const auto& [path, content] : files_) {
      indexed.push_back({.path = path, .type = content.type, .key = fsops::content_key(content.bytes)});
    }
    index_ = TreeIndex(std::move(indexed));
  }

  std::vector<MergeNode> list(const std::string& directory) const override { return index_.list(directory); }
  std::string read(const std::string& path) const override { return files_.at(path).bytes; }

 private:
  Files files_;
  TreeIndex index_;
};

}  // namespace tenon::diff::testing
