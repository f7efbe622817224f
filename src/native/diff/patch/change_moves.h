// The renames by which changes of a workspace come true, and by which they are taken back. Each can be repeated after
// it was interrupted anywhere: what is done shows in which names exist. For the inside of the writer.
#pragma once

#include <set>
#include <string>

#include "native/diff/patch/change_journal.h"
#include "native/diff/patch/change_writer.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/workspace.h"

namespace tenon::diff::patch {

class ChangeMoves {
 public:
  // Opens the root for itself and takes its lock; throws busy if another process has it.
  ChangeMoves(const fsops::Workspace& workspace, const BeforeStep& before_step);

  int root() const { return root_.number(); }
  void before_step(std::string_view step) const;

  // Throws, with some moves done and others not.
  void finish(const ChangeJournal& journal) const;

  // New files end under their staged names again. Throws if even that is not possible.
  void undo(const ChangeJournal& journal) const;

  // Names in the root.
  void rename_own(const std::string& from, const std::string& to) const;
  // No error if it is not there.
  void remove_own(const std::string& name) const;

  // Throws not_found, or what read(2) says.
  std::string read_own(const std::string& name) const;

  // All that belong to unfinished changes.
  std::vector<std::string> own_names() const;

 private:
  using Directories = std::set<std::string>;

  bool exists_in_root(const std::string& name) const;
  void remove_file(const Move& move) const;
  void write_file(const Move& move) const;
  void keep_old(const Move& move, int parent) const;
  void restore(const Move& move) const;
  void take_back(const Move& move) const;
  void remove_empty_parents(const fsops::WorkspacePath& path, const Directories& needed) const;
  fsops::FileDescriptor parent_of(const fsops::WorkspacePath& path) const;

  const fsops::Workspace& workspace_;
  const BeforeStep& before_step_;
  fsops::FileDescriptor root_;
};

}  // namespace tenon::diff::patch
