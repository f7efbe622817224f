// A directory tree in the making: beside its place, under a reserved name, and renamed when it is whole. It is locked
// (flock(2)) by its maker, so that what has no living maker can be told apart and removed. For the inside of this room.
#pragma once

#include <filesystem>
#include <string>

#include "native/fsops/file_descriptor.h"
#include "native/fsops/transfer.h"

namespace tenon::fsops {

class StagingDirectory {
 public:
  // For a directory `target`, whose parent must exist. Removes what killed makers left beside it.
  explicit StagingDirectory(const std::filesystem::path& target);
  StagingDirectory(const StagingDirectory&) = delete;
  StagingDirectory& operator=(const StagingDirectory&) = delete;
  ~StagingDirectory();

  int descriptor() const { return directory_.number(); }

  // Puts it in its place. refuse: something other than an empty directory is there: conflict.
  void publish(Existing existing);

 private:
  bool make_and_lock();
  void exchange();

  std::filesystem::path target_;
  FileDescriptor parent_;
  std::string name_;
  FileDescriptor directory_;
  bool published_ = false;
};

}  // namespace tenon::fsops
