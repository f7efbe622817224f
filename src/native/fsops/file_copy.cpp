#include "native/fsops/file_copy.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

namespace tenon::fsops {
namespace {

// Between two checks whether the end is wished.
constexpr off_t kPiece = 64LL << 20;

std::expected<void, int> write_all(int target, const char* bytes, std::size_t size, off_t at) {
  while (size > 0) {
    const ssize_t written = ::pwrite(target, bytes, size, at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(errno);
    bytes += written;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return {};
}

// Where the kernel does not copy between two file systems.
std::expected<void, int> copy_through_memory(int source, int target, off_t from, off_t to, const TransferMeter& meter) {
  std::vector<char> buffer(1U << 18U);
  while (from < to) {
    meter.check();
    const auto wanted = std::min<std::size_t>(buffer.size(), static_cast<std::size_t>(to - from));
    const ssize_t got = ::pread(source, buffer.data(), wanted, from);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno);
    if (got == 0) return {};
    const std::expected<void, int> written = write_all(target, buffer.data(), static_cast<std::size_t>(got), from);
    if (!written) return written;
    from += got;
  }
  return {};
}

std::expected<void, int> copy_range(int source, int target, off_t from, off_t to, const TransferMeter& meter) {
  off_t read_at = from;
  off_t write_at = from;
  while (read_at < to) {
    meter.check();
    const auto wanted = static_cast<std::size_t>(std::min(to - read_at, kPiece));
    const ssize_t copied = ::copy_file_range(source, &read_at, target, &write_at, wanted, 0);
    if (copied > 0 || (copied < 0 && errno == EINTR)) continue;
    if (copied == 0) return {};
    const bool unsupported = errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
    if (!unsupported) return std::unexpected(errno);
    return copy_through_memory(source, target, read_at, to, meter);
  }
  return {};
}

std::expected<void, int> copy_with_holes(int source, int target, off_t size, const TransferMeter& meter) {
  for (off_t at = 0; at < size;) {
    const off_t data = ::lseek(source, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) break;
    if (data < 0) return copy_range(source, target, at, size, meter);
    const off_t hole = ::lseek(source, data, SEEK_HOLE);
    const off_t end = hole < 0 ? size : std::min(hole, size);
    const std::expected<void, int> copied = copy_range(source, target, data, end, meter);
    if (!copied) return copied;
    at = end;
  }
  if (::ftruncate(target, size) != 0) return std::unexpected(errno);
  return {};
}

bool changes_owner(const struct stat& status) {
  return ::geteuid() == 0 && (status.st_uid != 0 || status.st_gid != ::getegid());
}

// In a user namespace there are owners that root cannot name; files of theirs become root's.
bool owner_refused(int chown_result) { return chown_result != 0 && errno != EINVAL && errno != EPERM; }

std::array<timespec, 2> times_of(const struct stat& status) {
  return {timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, status.st_mtim};
}

}  // namespace

std::expected<void, int> copy_contents(int source, int target, CloneMethod method, const TransferMeter& meter) {
  if (method == CloneMethod::reflink && ::ioctl(target, FICLONE, source) == 0) return {};
  struct stat status{};
  if (::fstat(source, &status) != 0) return std::unexpected(errno);
  constexpr off_t kBlock = 512;  // unit of st_blocks (stat(2))
  if (status.st_blocks * kBlock < status.st_size) return copy_with_holes(source, target, status.st_size, meter);
  return copy_range(source, target, 0, status.st_size, meter);
}

std::expected<void, int> copy_metadata(int target, const struct stat& status) {
  if (changes_owner(status) && owner_refused(::fchown(target, status.st_uid, status.st_gid))) {
    return std::unexpected(errno);
  }
  if (::fchmod(target, status.st_mode & 07777U) != 0) return std::unexpected(errno);
  if (::futimens(target, times_of(status).data()) != 0) return std::unexpected(errno);
  return {};
}

std::expected<void, int> copy_link_metadata(int directory, const std::string& name, const struct stat& status) {
  if (changes_owner(status) &&
      owner_refused(::fchownat(directory, name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW))) {
    return std::unexpected(errno);
  }
  if (::utimensat(directory, name.c_str(), times_of(status).data(), AT_SYMLINK_NOFOLLOW) != 0) {
    return std::unexpected(errno);
  }
  return {};
}

bool has_its_size(int file, const struct stat& status) {
  if (status.st_blocks > 0) return true;
  char byte = 0;
  const bool reaches_it = status.st_size == 0 || ::pread(file, &byte, 1, status.st_size - 1) == 1;
  return reaches_it && ::pread(file, &byte, 1, status.st_size) <= 0;
}

bool was_written(const struct stat& before, const struct stat& after) {
  return before.st_size != after.st_size || before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
         before.st_mtim.tv_nsec != after.st_mtim.tv_nsec;
}

}  // namespace tenon::fsops
