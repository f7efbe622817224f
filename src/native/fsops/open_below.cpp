#include "native/fsops/open_below.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace tenon::fsops {

std::expected<FileDescriptor, int> open_below(int directory, std::string_view path, int flags) {
  FileDescriptor parent;
  int at = directory;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    const std::string name(path.substr(0, slash));
    FileDescriptor next(::openat(at, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return std::unexpected(errno);
    parent = std::move(next);
    at = parent.number();
    path.remove_prefix(slash + 1);
  }
  const std::string name(path.empty() ? std::string_view(".") : path);
  FileDescriptor opened(::openat(at, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
  if (!opened) return std::unexpected(errno);
  return opened;
}

}  // namespace tenon::fsops
