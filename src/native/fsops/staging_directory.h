// A directory tree in the making: beside its place, under a reserved name, and renamed when it is whole. It is locked
// (flock(2)) by its maker, so that what has no living maker can be told apart and removed. For the inside of this room.
#pragma once

#include <filesystem>
#include <string>

#include "native/fsops/file_descriptor.h"
#include "native/fsops/transfer.h"

namespace tenon::fsops {

// Target of a directory that is only for trying something, and never published.
inline constexpr const char* kProbeName = ".tenon-unfinished-probe";

class StagingDirectory {
 public:
  // For a directory `target`, whose parent must exist. refuse: something other than an empty directory is there:
  // conflict, now or when it is published. Removes what killed makers left beside it.
  StagingDirectory(const std::filesystem::path& target, Existing existing);
  StagingDirectory(const StagingDirectory&) = delete;
  StagingDirectory& operator=(const StagingDirectory&) = delete;
  ~StagingDirectory();

  int descriptor() const { return directory_.number(); }

  // Puts it in its place.
  void publish();

 private:
  void check_target() const;
  bool make_and_lock();
  void exchange();

  std::filesystem::path target_;
  Existing existing_;
  FileDescriptor parent_;
  std::string name_;
  FileDescriptor directory_;
  bool published_ = false;
};

}  // namespace tenon::fsops
