// System calls that cannot leave a directory, for the inside of this room.
#pragma once

#include <sys/stat.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include <dirent.h>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::fsops {

// openat2(2) below `directory` without links, magic links and other mounts; O_CLOEXEC and O_NOCTTY are added. The error
// number otherwise.
std::expected<FileDescriptor, int> open_beneath(int directory, const std::string& path, int flags);

// An Error for a name in a workspace: what would lead outside is permission_denied, whatever the kernel calls it.
Error path_error(std::string_view what, std::string_view path, int error_number);

// Status of a name itself, links not followed; the error number otherwise.
std::expected<struct stat, int> status_of(int directory, const std::string& name);

// Reads the names in a directory, without `.` and `..`.
class DirectoryReader {
 public:
  // Takes its own descriptor, so that `directory` stays usable; it must have been opened for reading.
  explicit DirectoryReader(int directory);

  // Empty at the end.
  std::string next();

 private:
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  std::unique_ptr<DIR, Close> stream_;
};

}  // namespace tenon::fsops
