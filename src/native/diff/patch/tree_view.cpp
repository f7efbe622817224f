#include "native/diff/patch/tree_view.h"

#include <algorithm>

namespace tenon::diff::patch {
namespace {

// `a`, `a/b` of `a/b/c`.
std::vector<std::string> directories_of(const std::string& path) {
  std::vector<std::string> directories;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    directories.push_back(path.substr(0, slash));
  }
  return directories;
}

}  // namespace

std::uint32_t mode_of(FileType type) {
  switch (type) {
    case FileType::link:
      return kLinkMode;
    case FileType::executable:
      return kExecutableMode;
    case FileType::regular:
      return kRegularMode;
  }
  return kRegularMode;
}

FileType type_of(std::uint32_t mode) {
  if (mode == kLinkMode) return FileType::link;
  return mode == kExecutableMode ? FileType::executable : FileType::regular;
}

TreeView::TreeView(const Tree& tree, const std::vector<FilePatch>& files) : tree_(tree) {
  for (const FilePatch& file : files) {
    const bool leaves = file.old_name && (!file.new_name || file.renames);
    if (leaves) goes_away_.insert(*file.old_name);
    if (leaves && file.old_mode == kLinkMode) links_removed_.insert(*file.old_name);
    if (file.new_name && file.new_mode == kLinkMode) links_made_.insert(*file.new_name);
  }
}

TreeView::Earlier TreeView::earlier(const std::string& path) const {
  const auto found = results_.find(path);
  if (found == results_.end()) return Earlier::nothing;
  return found->second ? Earlier::content : Earlier::removal;
}

Presence TreeView::presence(const std::string& path) const {
  const auto found = results_.find(path);
  if (found == results_.end()) return tree_.presence(path);
  if (!found->second) return Presence::nothing;
  return found->second->type == FileType::link ? Presence::link : Presence::file;
}

bool TreeView::is_beyond_link(const std::string& path) const {
  return std::ranges::any_of(directories_of(path), [&](const std::string& directory) {
    if (links_made_.contains(directory)) return true;
    return !links_removed_.contains(directory) && presence(directory) == Presence::link;
  });
}

bool TreeView::is_below_file(const std::string& path) const {
  return std::ranges::any_of(directories_of(path), [&](const std::string& directory) {
    const Presence present = presence(directory);
    return present != Presence::nothing && present != Presence::directory;
  });
}

void TreeView::touch(const std::string& path) {
  if (originals_.contains(path)) return;
  originals_[path] = tree_.read(path).value_or(std::nullopt);
  order_.push_back(path);
}

void TreeView::write(const std::string& path, FileContent content) {
  touch(path);
  results_[path] = std::move(content);
}

void TreeView::remove(const std::string& path) {
  touch(path);
  results_[path] = std::nullopt;
}

ChangeSet TreeView::changes() const {
  ChangeSet changes;
  for (const std::string& path : order_) {
    FileChange change{.path = path, .before = originals_.at(path), .after = results_.at(path)};
    if (change.before != change.after) changes.changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace tenon::diff::patch
