#include "native/index/trigram/file_stamp.h"

#include <fcntl.h>

#include <algorithm>
#include <ctime>

namespace tenon::index {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kTick = 20'000'000;  // the kernel's clock for files goes in steps of up to 10 ms

std::int64_t nanoseconds(const struct timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

}  // namespace

FileStamp stamp_of(const struct stat& status) {
  return {.size = static_cast<std::uint64_t>(status.st_size),
          .modified = nanoseconds(status.st_mtim),
          .changed = nanoseconds(status.st_ctim),
          .inode = status.st_ino};
}

std::optional<FileStamp> stamp_of(int directory, const char* name, FileKind kind) {
  struct stat status{};
  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  const FileKind found = S_ISREG(status.st_mode)   ? FileKind::regular
                         : S_ISDIR(status.st_mode) ? FileKind::directory
                                                   : FileKind::other;
  if (found != kind) return std::nullopt;
  return stamp_of(status);
}

bool is_racy(const FileStamp& stamp, std::int64_t read_at) { return read_at <= racy_until(stamp); }

std::int64_t racy_until(const FileStamp& stamp) {
  const std::int64_t newest = std::max(stamp.modified, stamp.changed);
  // File systems without fractions of a second: FAT counts in steps of two.
  return newest + (newest % kSecond == 0 ? 2 * kSecond : kTick);
}

std::int64_t stamp_clock() {
  struct timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}

}  // namespace tenon::index
