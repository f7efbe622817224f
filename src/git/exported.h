// The repository that the user gets, seen as files: its configuration is the user's and is never read. Everything in it
// is reached through the guard. For the inside of this room.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "git/library.h"
#include "git/tree_files.h"

namespace tenon::git {

using FilesByPath = std::map<std::string, TreeFile>;
FilesByPath by_path(std::vector<TreeFile> files);

// The user's index, as a copy of ours: libgit2 wants a path, and the guard gives bytes.
class ExportedIndex {
 public:
  // `scratch` is a directory of ours.
  ExportedIndex(const fsops::Workspace& git, const std::filesystem::path& scratch);

  bool entry_is(const std::string& path, const TreeFile* expected) const;
  void put(const TreeFile& file, const fsops::Workspace& files);
  void remove(const std::string& path);
  void write(const fsops::Workspace& git);

 private:
  std::filesystem::path copy_;
  IndexHandle index_;
};

class ExportedRepository {
 public:
  // conflict: there is no repository with `branch` checked out. busy: git is at work there.
  static ExportedRepository open(const std::filesystem::path& directory, const std::string& branch);

  // Where the branch is; nothing if it has no commit.
  std::optional<CommitId> head() const;

  // Paths that differ between two trees and whose file or index entry is neither the one of `before` nor that of
  // `after`. A file that already is as `after` has it was put there by an update that was interrupted.
  std::vector<std::string> obstacles(const FilesByPath& before, const FilesByPath& after,
                                     const ExportedIndex& index) const;

  const fsops::Workspace& files() const { return files_; }
  const fsops::Workspace& git() const { return git_; }

 private:
  ExportedRepository(fsops::Workspace files, fsops::Workspace git, std::string branch)
      : files_(std::move(files)), git_(std::move(git)), branch_(std::move(branch)) {}

  bool file_is(const std::string& path, const TreeFile* expected) const;

  fsops::Workspace files_;
  fsops::Workspace git_;
  std::string branch_;
};

}  // namespace tenon::git
