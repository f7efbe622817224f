// Visits everything below a directory that hostile code may have filled: no depth, length of path or size of a
// directory overflows it (one open descriptor, no recursion), no symbolic link is followed, no other mount is entered.
// It can be done in portions, while the tree changes: then it may miss or repeat what is moved meanwhile, but never
// leaves the tree unnoticed.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {

class TreeWalk {
 public:
  // `directory` is where the name stands; the root itself is not visited.
  using Visitor = std::function<void(int directory, const char* name, const struct stat& status)>;

  // `root` is opened again for reading; a directory in it that may not be read is made readable for its owner.
  TreeWalk(int root, Visitor visit);

  // Visits about `count` names. False when all was visited, or the walk lost its way because the tree changed.
  bool step(std::size_t count);

  bool lost() const { return lost_; }

 private:
  struct Level {
    dev_t device;
    ino_t inode;
    std::vector<std::string> pending;  // directories still to be entered
  };

  std::size_t read_some();
  void enter(fsops::FileDescriptor directory);
  bool next_directory();
  bool go_up();

  Visitor visit_;
  fsops::FileDescriptor current_;
  bool reading_ = false;
  bool lost_ = false;
  std::vector<Level> levels_;
};

// The whole tree at once. Only for a tree that nobody changes.
void walk_tree(int root, TreeWalk::Visitor visit);

}  // namespace tenon::sandbox
