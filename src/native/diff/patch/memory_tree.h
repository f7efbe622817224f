// Files in memory: a tree for tests, and what an index is to a patch. Any name is possible that git would accept.
#pragma once

#include <map>
#include <string>

#include "native/diff/patch/tree.h"

namespace tenon::diff::patch {

class MemoryTree final : public Tree {
 public:
  MemoryTree() = default;
  explicit MemoryTree(std::map<std::string, FileContent> files) : files_(std::move(files)) {}

  std::optional<std::string> fault_of(const std::string& path) const override;
  Presence presence(const std::string& path) const override;
  std::expected<std::optional<FileContent>, std::string> read(const std::string& path) const override;

  void write(const ChangeSet& changes);

  const std::map<std::string, FileContent>& files() const { return files_; }

 private:
  std::map<std::string, FileContent> files_;
};

}  // namespace tenon::diff::patch
