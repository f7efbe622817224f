#include "sandbox/uid_lease.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "sandbox/control_file.h"

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

// A zombie stays until somebody reaps it, and does nothing. Its state is the letter behind the name in parentheses.
bool is_dead(const fs::path& process) {
  const std::string line = read_control(process / "stat").value_or("");
  const std::size_t name_end = line.rfind(')');
  return name_end == std::string::npos || line.substr(name_end + 1).starts_with(" Z");
}

std::vector<int> processes_of(uid_t uid) {
  std::vector<int> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename();
    int pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size()) continue;
    struct stat status{};
    const bool of_user = ::stat(entry.path().c_str(), &status) == 0 && status.st_uid == uid;
    if (of_user && !is_dead(entry.path())) found.push_back(pid);
  }
  return found;
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

void kill_processes_of(const UidLease& lease) {
  for (std::vector<int> pids = processes_of(lease.uid()); !pids.empty(); pids = processes_of(lease.uid())) {
    for (const int pid : pids) {
      const fsops::FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
      struct stat status{};
      const bool still = ::stat(fmt::format("/proc/{}", pid).c_str(), &status) == 0 && status.st_uid == lease.uid();
      if (process && still) ::syscall(SYS_pidfd_send_signal, process.number(), SIGKILL, nullptr, 0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace tenon::sandbox
