#include "sandbox/uid_lease.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

fsops::FileDescriptor lock_of(const fs::path& locks, uid_t uid) {
  fsops::FileDescriptor lock(
      ::open((locks / std::to_string(uid)).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock) throw system_error(fmt::format("cannot lease a user id in {}", locks.string()), errno);
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) return {};
  return lock;
}

void make_directory(const fs::path& locks) {
  std::error_code failed;
  fs::create_directories(locks, failed);
  if (failed) throw system_error(fmt::format("cannot make the directory {}", locks.string()), failed.value());
  fs::permissions(locks, fs::perms::owner_all, failed);
}

}  // namespace

UidLease UidLease::take(const fs::path& locks, UidRange range) {
  // Where the last search ended: a free id is found at once, and an id rests for long before it is used again.
  static std::atomic<std::uint32_t> next{static_cast<std::uint32_t>(::getpid()) * 64};
  make_directory(locks);
  for (std::uint32_t tried = 0; tried < range.count; ++tried) {
    const uid_t uid = range.base + next.fetch_add(1) % range.count;
    fsops::FileDescriptor lock = lock_of(locks, uid);
    if (lock) return {uid, std::move(lock)};
  }
  throw Error(ErrorCode::busy, fmt::format("all {} private user ids of sandboxes are in use", range.count),
              "Wait for other runs, or raise TENON_SANDBOX_UID_COUNT.");
}

std::optional<UidLease> UidLease::take_exactly(const fs::path& locks, uid_t uid) {
  make_directory(locks);
  fsops::FileDescriptor lock = lock_of(locks, uid);
  if (!lock) return std::nullopt;
  return UidLease(uid, std::move(lock));
}

}  // namespace tenon::sandbox
