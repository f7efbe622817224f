// Files into a repository and out of it.
#include <git2.h>

#include <fmt/format.h>

#include "git/parts.h"
#include "git/submodule_file.h"
#include "git/tree_files.h"

namespace tenon::git {
namespace {

// An index that is never written to a file: it nests the paths into trees.
class TreeWriter {
 public:
  TreeWriter() : index_(made<git_index, git_index_free>("cannot make a tree", git_index_new)) {}

  void add(const fsops::WorkspacePath& path, const git_oid& blob, fsops::FileMode mode) {
    git_index_entry entry{};
    entry.path = path.text().c_str();
    entry.mode = mode == fsops::FileMode::executable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
    entry.id = blob;
    check(git_index_add(index_.get(), &entry), "cannot add " + path.text() + " to a tree");
  }

  TreeId write(git_repository* repository) {
    git_oid tree;
    check(git_index_write_tree_to(&tree, index_.get(), repository), "cannot store a tree");
    return {to_text(tree)};
  }

 private:
  IndexHandle index_;
};

std::optional<std::string> fault_of(const fsops::Entry& entry) {
  switch (entry.kind) {
    case fsops::EntryKind::link:
      return entry.path.text() + ": it is a link";
    case fsops::EntryKind::other:
      return entry.path.text() + ": not a regular file";
    case fsops::EntryKind::directory:
      return entry.path.text() + ": it is a directory";
    case fsops::EntryKind::file:
      break;
  }
  return std::nullopt;
}

void check_submodule_files(const fsops::Workspace& workspace, const std::vector<fsops::WorkspacePath>& paths) {
  std::vector<std::string> refusals;
  for (const fsops::WorkspacePath& path : paths) {
    if (!looks_like_submodule_file(path.name())) continue;
    const std::optional<std::string> fault = fault_of_submodule_file(workspace.read(path));
    if (fault) refusals.push_back(path.text() + ": " + *fault);
  }
  check_none_refused(refusals);
}

}  // namespace

TreeId Repository::snapshot(const fsops::Workspace& workspace) {
  const fsops::Listing listing = workspace.walk();
  std::vector<std::string> refusals;
  for (const fsops::Refusal& refusal : listing.refusals) refusals.push_back(refusal.path + ": " + refusal.reason);
  check_none_refused(refusals);
  std::vector<fsops::WorkspacePath> paths;
  for (const fsops::Entry& entry : listing.entries) {
    if (entry.kind != fsops::EntryKind::directory) paths.push_back(entry.path);
  }
  return snapshot(workspace, paths);
}

TreeId Repository::snapshot(const fsops::Workspace& workspace, const std::vector<fsops::WorkspacePath>& paths) {
  check_layout(paths);
  std::vector<fsops::Entry> files;
  std::vector<std::string> refusals;
  for (const fsops::WorkspacePath& path : paths) {
    const std::optional<fsops::Entry> entry = workspace.find(path);
    if (!entry) throw Error(ErrorCode::not_found, fmt::format("there is no file {} to commit", path.text()));
    const std::optional<std::string> fault = fault_of(*entry);
    if (fault) refusals.push_back(*fault);
    files.push_back(*entry);
  }
  check_none_refused(refusals);
  check_submodule_files(workspace, paths);
  TreeWriter tree;
  for (const fsops::Entry& file : files) tree.add(file.path, parts_->write_blob(workspace.read(file.path)), file.mode);
  parts_->unsynced = true;
  return tree.write(parts_->repository.get());
}

void Repository::checkout(const CommitId& commit, const std::filesystem::path& directory) const {
  const std::vector<TreeFile> files = tree_files(parts_->repository.get(), to_oid(tree_of(commit).text));
  const fsops::Workspace workspace = fsops::Workspace::open(directory);
  std::error_code failed;
  if (!std::filesystem::is_empty(directory, failed)) {
    throw Error(ErrorCode::conflict, fmt::format("the directory {} is not empty", directory.string()));
  }
  for (const TreeFile& file : files) workspace.write(file.path, parts_->read_blob(file.blob), file.mode);
}

}  // namespace tenon::git
