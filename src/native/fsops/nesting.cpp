#include "native/fsops/nesting.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::fsops {
namespace {

FileDescriptor open_at(int directory, const char* name) {
  FileDescriptor opened(::openat(directory, name, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!opened) throw system_error(fmt::format("cannot open {}", name), errno);
  return opened;
}

struct stat status_of(const FileDescriptor& directory) {
  struct stat status{};
  if (::fstat(directory.number(), &status) != 0) throw system_error("cannot look at a directory", errno);
  return status;
}

bool same(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

bool lies_in(const std::filesystem::path& directory, const std::filesystem::path& above) {
  const struct stat wanted = status_of(open_at(AT_FDCWD, above.c_str()));
  FileDescriptor current = open_at(AT_FDCWD, directory.c_str());
  for (;;) {
    const struct stat here = status_of(current);
    if (same(here, wanted)) return true;
    FileDescriptor parent = open_at(current.number(), "..");
    if (same(status_of(parent), here)) return false;
    current = std::move(parent);
  }
}

}  // namespace tenon::fsops
