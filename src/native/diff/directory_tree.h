// The files of a directory, as one side of a comparison of trees. Everything counts but what is below a `.git`
// directory or file; links are compared as links; sockets, FIFOs and devices are left out. Names are bytes.
//
// Reading is by descriptor below the directory: no link is followed, whatever happens to the tree meanwhile. Thread
// safe.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "native/diff/patch/change_set.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/tree_walk.h"

namespace tenon::diff {

struct TreeFile {
  std::string path;  // below the directory, `/` between components
  FileType type = FileType::regular;
  std::uint64_t size = 0;  // bytes; of a link: of its target's name
  std::uint64_t device = 0;
  std::uint64_t inode = 0;  // equal ones are one file
};

class DirectoryTree {
 public:
  // Throws not_found, permission_denied, conflict when it is no directory.
  DirectoryTree(const std::filesystem::path& directory, std::uint32_t threads);

  const std::vector<TreeFile>& files() const { return files_; }                      // ordered by path, byte by byte
  const std::vector<fsops::TreeWalkFailure>& failures() const { return failures_; }  // what could not be listed

  // To read a regular file; the error number otherwise.
  std::expected<fsops::FileDescriptor, int> open(const TreeFile& file) const;

  // All bytes, or where the link leads. A file larger than `limit`: EFBIG.
  std::expected<std::string, int> read(const TreeFile& file, std::uint64_t limit) const;

 private:
  fsops::FileDescriptor directory_;
  std::vector<TreeFile> files_;
  std::vector<fsops::TreeWalkFailure> failures_;
};

}  // namespace tenon::diff
