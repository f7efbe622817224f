// A directory as a tree to merge. Read when it is made: every file once, in parallel, for its key. Names are resolved
// through the guard, links are not followed. Left out without a word: `.git`, and what an unfinished write of ours
// left. Left out and reported: what cannot be read, special files, and names that no workspace may have.
#pragma once

#include <cstdint>
#include <filesystem>

#include "native/diff/merge/tree_index.h"
#include "native/fsops/workspace.h"

namespace tenon::diff {

// Makes the keys of one merge: with a number that nobody knows before, nobody can prepare contents that are different
// and have one key.
struct KeySeed {
  std::uint64_t value = 0;

  static KeySeed random();
};

class MergeDirectory final : public MergeTree {
 public:
  // Throws not_found, permission_denied or conflict when it is no directory that can be read.
  MergeDirectory(const std::filesystem::path& directory, KeySeed seed, std::uint32_t threads);

  std::vector<MergeNode> list(const std::string& directory) const override { return index_.list(directory); }

  // Throws quota_exceeded for files longer than kLongestMerge.
  std::string read(const std::string& path) const override;
  std::vector<fsops::Refusal> left_out() const override { return left_out_; }

  const fsops::Workspace& workspace() const { return workspace_; }

 private:
  fsops::Workspace workspace_;
  TreeIndex index_;
  std::vector<fsops::Refusal> left_out_;
};

}  // namespace tenon::diff
