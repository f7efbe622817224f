#include "native/diff/patch/memory_tree.h"

#include <algorithm>

#include <fmt/format.h>

#include "native/fsops/workspace_path.h"

namespace tenon::diff::patch {
namespace {

bool is_component_fine(std::string_view component) {
  return !component.empty() && component != "." && component != ".." && !fsops::looks_like_git_directory(component);
}

}  // namespace

std::optional<std::string> MemoryTree::fault_of(const std::string& path) const {
  std::string_view rest = path;
  for (;;) {
    const std::size_t slash = rest.find('/');
    if (!is_component_fine(rest.substr(0, slash))) {
      return fmt::format("the path \"{}\" is refused", fsops::printable(path));
    }
    if (slash == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(slash + 1);
  }
}

Presence MemoryTree::presence(const std::string& path) const {
  const auto found = files_.find(path);
  if (found != files_.end()) return found->second.type == FileType::link ? Presence::link : Presence::file;
  const auto below = files_.lower_bound(path + "/");
  const bool is_directory = below != files_.end() && below->first.starts_with(path + "/");
  return is_directory ? Presence::directory : Presence::nothing;
}

std::expected<std::optional<FileContent>, std::string> MemoryTree::read(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? std::optional<FileContent>() : found->second;
}

void MemoryTree::write(const ChangeSet& changes) {
  for (const FileChange& change : changes.changes) {
    if (!change.after) files_.erase(change.path);
  }
  for (const FileChange& change : changes.changes) {
    if (change.after) files_[change.path] = *change.after;
  }
}

}  // namespace tenon::diff::patch
