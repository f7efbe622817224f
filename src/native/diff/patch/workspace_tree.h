// A directory as a patch sees it: only through the guard, only names that a WorkspacePath can have.
#pragma once

#include "native/diff/patch/tree.h"
#include "native/fsops/workspace.h"

namespace tenon::diff::patch {

// Reads at most this much of a file that is to be patched.
inline constexpr std::uint64_t kLargestPatchedFile = 1ULL << 30U;

class WorkspaceTree final : public Tree {
 public:
  // The workspace outlives the tree.
  explicit WorkspaceTree(const fsops::Workspace& workspace) : workspace_(workspace) {}

  std::optional<std::string> fault_of(const std::string& path) const override;
  Presence presence(const std::string& path) const override;
  std::expected<std::optional<FileContent>, std::string> read(const std::string& path) const override;

 private:
  const fsops::Workspace& workspace_;
};

}  // namespace tenon::diff::patch
