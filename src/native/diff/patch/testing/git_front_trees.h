// What `git apply` sees of a work tree with an index. For tests.
#pragma once

#include <algorithm>
#include <string>

#include "native/diff/patch/memory_tree.h"
#include "native/diff/patch/testing/case_world.h"

namespace tenon::diff::patch::testing {

enum class Scope { work_tree, index_and_work_tree, index };  // plain, --index, --cached

class ScopedTree final : public Tree {
 public:
  ScopedTree(const CaseWorld& world, Scope scope) : world_(world), scope_(scope) {
    const auto mode = world.config.find("core.filemode");
    trusts_modes_ = mode == world.config.end() || mode->second != "false";
  }

  std::optional<std::string> fault_of(const std::string& path) const override { return MemoryTree().fault_of(path); }

  Presence presence(const std::string& path) const override {
    const Presence staged = MemoryTree(world_.index).presence(path);
    const bool hidden = world_.intent_to_add.contains(path);
    if (scope_ == Scope::index) return hidden ? Presence::nothing : staged;
    if (scope_ == Scope::index_and_work_tree && staged != Presence::nothing) return staged;
    return MemoryTree(world_.files).presence(path);
  }

  std::expected<std::optional<FileContent>, std::string> read(const std::string& path) const override {
    const auto staged = world_.index.find(path);
    const auto present = world_.files.find(path);
    if (scope_ == Scope::work_tree) {
      if (present == world_.files.end()) return read_outside(path);
      FileContent content = present->second;
      if (!trusts_modes_ && staged != world_.index.end()) content.type = staged->second.type;
      return content;
    }
    if (staged == world_.index.end()) return std::nullopt;
    if (scope_ == Scope::index || present == world_.files.end()) return staged->second;
    const bool same = trusts_modes_ ? present->second == staged->second : present->second.bytes == staged->second.bytes;
    if (!same) return std::unexpected(path + ": does not match index");
    return staged->second;
  }

 private:
  // git looks at a name before it refuses it.
  std::optional<FileContent> read_outside(const std::string& path) const {
    constexpr std::string_view kUp = "../";
    const auto found = path.starts_with(kUp) ? world_.outside.find(path.substr(kUp.size())) : world_.outside.end();
    return found == world_.outside.end() ? std::nullopt : std::optional(found->second);
  }

  const CaseWorld& world_;
  Scope scope_;
  bool trusts_modes_ = true;
};

// Removals, then writes; a file takes the place of a directory that became empty.
inline void write_to(Files& files, const ChangeSet& changes) {
  MemoryTree tree(std::move(files));
  tree.write(changes);
  files = tree.files();
}

}  // namespace tenon::diff::patch::testing
