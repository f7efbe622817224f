#include "native/fsops/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "native/fsops/workspace_path.h"

namespace tenon::fsops {

std::expected<FileDescriptor, int> open_beneath(int directory, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NOCTTY));
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  // The kernel answers EAGAIN when it could not rule out that a rename at that moment led outside.
  constexpr int kTries = 128;
  int error_number = EAGAIN;
  for (int i = 0; i < kTries && (error_number == EAGAIN || error_number == EINTR); ++i) {
    const long number = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    if (number >= 0) return FileDescriptor(static_cast<int>(number));
    error_number = errno;
  }
  return std::unexpected(error_number);
}

Error path_error(std::string_view what, std::string_view path, int error_number) {
  const std::string name = printable(path);
  switch (error_number) {
    case ELOOP:
      return Error(ErrorCode::permission_denied, fmt::format("cannot {} \"{}\": it goes over a link", what, name));
    case EXDEV:
      return Error(ErrorCode::permission_denied, fmt::format("cannot {} \"{}\": it leaves the workspace", what, name));
    case ENXIO:
    case ENODEV:
      return Error(ErrorCode::permission_denied, fmt::format("cannot {} \"{}\": not a regular file", what, name));
    case ENOTDIR:
      return Error(ErrorCode::conflict,
                   fmt::format("cannot {} \"{}\": a file stands where it needs a directory", what, name));
    case EISDIR:
    case ENOTEMPTY:
      return Error(ErrorCode::conflict, fmt::format("cannot {} \"{}\": it is a directory", what, name));
    case EAGAIN:
      return Error(ErrorCode::busy, fmt::format("cannot {} \"{}\": it is being moved", what, name), "Try again.");
    case ENAMETOOLONG:
      return Error(ErrorCode::invalid_argument, fmt::format("cannot {} \"{}\": the name is too long", what, name));
    case ENOSYS:
      return Error(ErrorCode::unsupported, "this kernel has no openat2, which keeps paths inside their workspace",
                   "Use Linux 5.6 or later, and a container runtime whose seccomp profile allows openat2.");
    default:
      return system_error(fmt::format("cannot {} \"{}\"", what, name), error_number);
  }
}

std::expected<struct stat, int> status_of(int directory, const std::string& name) {
  struct stat status{};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::unexpected(errno);
  return status;
}

DirectoryReader::DirectoryReader(int directory) {
  FileDescriptor copy(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!copy) throw system_error("cannot open a directory", errno);
  stream_.reset(::fdopendir(copy.number()));
  if (!stream_) throw system_error("cannot read a directory", errno);
  copy.release();
}

std::string DirectoryReader::next() {
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream_.get());
    if (entry == nullptr && errno != 0) throw system_error("cannot read a directory", errno);
    if (entry == nullptr) return {};
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return std::string(name);
  }
}

}  // namespace tenon::fsops
