#include "native/diff/patch/workspace_tree.h"

#include <fcntl.h>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/beneath.h"
#include "native/fsops/link_text.h"

namespace tenon::diff::patch {
namespace {

using Read = std::expected<std::optional<FileContent>, std::string>;

std::string link_target(const fsops::Workspace& workspace, const fsops::WorkspacePath& path) {
  const std::optional<fsops::WorkspacePath> parent = path.parent();
  const auto directory =
      fsops::open_beneath(workspace.descriptor(), parent ? parent->text() : ".", O_PATH | O_DIRECTORY);
  if (!directory) throw fsops::path_error("read", path.text(), directory.error());
  auto target = fsops::link_text(directory->number(), std::string(path.name()));
  if (!target) throw fsops::path_error("read", path.text(), target.error());
  return *std::move(target);
}

// Directories of the path that are links or special files hide what is below them.
std::optional<fsops::Entry> entry_at(const fsops::Workspace& workspace, const fsops::WorkspacePath& path) {
  try {
    return workspace.find(path);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::permission_denied) return std::nullopt;
    throw;
  }
}

}  // namespace

std::optional<std::string> WorkspaceTree::fault_of(const std::string& path) const {
  const auto checked = fsops::WorkspacePath::check(path);
  if (!checked) {
    constexpr std::size_t kShown = 200;
    return fmt::format("the path \"{}\" is refused: {}", fsops::printable(path.substr(0, kShown)), checked.error());
  }
  return std::nullopt;
}

Presence WorkspaceTree::presence(const std::string& path) const {
  const auto checked = fsops::WorkspacePath::check(path);
  const std::optional<fsops::Entry> entry = checked ? entry_at(workspace_, *checked) : std::nullopt;
  if (!entry) return Presence::nothing;
  switch (entry->kind) {
    case fsops::EntryKind::file:
      return Presence::file;
    case fsops::EntryKind::directory:
      return Presence::directory;
    case fsops::EntryKind::link:
      return Presence::link;
    case fsops::EntryKind::other:
      return Presence::other;
  }
  return Presence::other;
}

Read WorkspaceTree::read(const std::string& path) const {
  const auto checked = fsops::WorkspacePath::check(path);
  const std::optional<fsops::Entry> entry = checked ? entry_at(workspace_, *checked) : std::nullopt;
  if (!entry) return std::nullopt;
  switch (entry->kind) {
    case fsops::EntryKind::link:
      return FileContent{.bytes = link_target(workspace_, *checked), .type = FileType::link};
    case fsops::EntryKind::file:
      if (entry->size > kLargestPatchedFile) {
        return std::unexpected(fmt::format("{}: it is larger than {} bytes", path, kLargestPatchedFile));
      }
      return FileContent{.bytes = workspace_.read(*checked, kLargestPatchedFile),
                         .type = entry->mode == fsops::FileMode::executable ? FileType::executable : FileType::regular};
    case fsops::EntryKind::directory:
      return std::unexpected(fmt::format("{}: it is a directory", path));
    case fsops::EntryKind::other:
      return std::unexpected(fmt::format("{}: it is no regular file", path));
  }
  return std::nullopt;
}

}  // namespace tenon::diff::patch
