#include "sandbox/lent_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <fmt/format.h>

#include "core/error.h"
#include "core/ids.h"
#include "core/log.h"
#include "native/fsops/file_descriptor.h"
#include "sandbox/tree_walk.h"

namespace tenon::sandbox {
namespace {

constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kLeastEntry = 1024;

void copy_bytes(int from, int to) {
  for (;;) {
    ssize_t copied = ::copy_file_range(from, nullptr, to, nullptr, std::size_t{1} << 30U, 0);
    if (copied > 0) continue;
    if (copied == 0) return;
    if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS)
      throw system_error("cannot copy a file", errno);
    break;
  }
  std::array<char, 65536> buffer;
  for (ssize_t count = 0; (count = ::read(from, buffer.data(), buffer.size())) != 0;) {
    if (count < 0 || ::write(to, buffer.data(), static_cast<std::size_t>(count)) != count) {
      throw system_error("cannot copy a file", count < 0 ? errno : ENOSPC);
    }
  }
}

// The name then stands for a file of its own, which belongs to `owner`.
void separate(int directory, const char* name, const struct stat& status, Owner owner) {
  const fsops::FileDescriptor source(::openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!source) throw system_error(fmt::format("cannot read {}", name), errno);
  const std::string fresh = ".tenon-copy-" + new_ulid();
  const fsops::FileDescriptor copy(::openat(directory, fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!copy) throw system_error(fmt::format("cannot copy {}", name), errno);
  try {
    copy_bytes(source.number(), copy.number());
  } catch (const Error&) {
    ::unlinkat(directory, fresh.c_str(), 0);
    throw;
  }
  const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
  ::futimens(copy.number(), times.data());
  ::fchmod(copy.number(), status.st_mode & 0777U);
  if (::fchown(copy.number(), owner.user, owner.group) != 0)
    throw system_error(fmt::format("cannot hand over {}", name), errno);
  if (::renameat(directory, fresh.c_str(), directory, name) != 0)
    throw system_error(fmt::format("cannot replace {}", name), errno);
}

// Only what is a file of its own: for a link, a socket or a pipe there is no mode to take bits from, and opening a pipe
// or a device could block or act. O_PATH does neither.
void clear_set_id_bits(int directory, const char* name) {
  const fsops::FileDescriptor file(::openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  ::chmod(fmt::format("/proc/self/fd/{}", file.number()).c_str(), status.st_mode & 0777U);
}

void change_owner(int directory, const char* name, const struct stat& status, Owner owner) {
  const bool set_id = S_ISREG(status.st_mode) && (status.st_mode & (S_ISUID | S_ISGID)) != 0;
  if (set_id) clear_set_id_bits(directory, name);
  if (status.st_uid == owner.user && status.st_gid == owner.group) return;
  if (::fchownat(directory, name, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT) {
    throw system_error(fmt::format("cannot change the owner of {}", name), errno);
  }
}

// fchown refuses an O_PATH descriptor.
void change_root_owner(int directory, Owner owner) {
  if (::fchownat(directory, "", owner.user, owner.group, AT_EMPTY_PATH) == 0) return;
  throw system_error("cannot change the owner of a workspace", errno);
}

}  // namespace

Owner owner_of_tree(int directory, UidRange range) {
  struct stat status{};
  if (::fstat(directory, &status) != 0) throw system_error("cannot look at a workspace", errno);
  if (range.contains(status.st_uid)) return {.user = ::geteuid(), .group = ::getegid()};
  return {.user = status.st_uid, .group = status.st_gid};
}

void hand_over(int directory, Owner owner) {
  walk_tree(directory, [owner](int parent, const char* name, const struct stat& status) {
    if (S_ISREG(status.st_mode) && status.st_nlink > 1) return separate(parent, name, status, owner);
    // What is neither is a device: nobody's to give away.
    const bool givable = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISLNK(status.st_mode) ||
                         S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
    if (givable) change_owner(parent, name, status, owner);
  });
  change_root_owner(directory, owner);
}

void take_back(int directory, Owner owner) {
  walk_tree(directory, [owner](int parent, const char* name, const struct stat& status) {
    change_owner(parent, name, status, owner);
  });
  change_root_owner(directory, owner);
}

Loan::Loan(fsops::FileDescriptor directory, Owner borrower, Owner owner)
    : directory_(std::move(directory)), owner_(owner) {
  try {
    hand_over(directory_.number(), borrower);
  } catch (const Error&) {
    take_back();
    throw;
  }
}

Loan::~Loan() {
  if (!directory_) return;
  try {
    take_back();
  } catch (const Error& error) {
    log::error("a workspace was not taken back", {{"reason", error.what()}});
  }
}

void Loan::take_back() {
  const fsops::FileDescriptor directory = std::move(directory_);
  sandbox::take_back(directory.number(), owner_);
}

std::uint64_t used_bytes_of(const struct stat& status) {
  const std::uint64_t blocks = static_cast<std::uint64_t>(status.st_blocks) * kBlock;
  const std::uint64_t names = S_ISDIR(status.st_mode) ? 1 : std::max<std::uint64_t>(status.st_nlink, 1);
  return std::max(blocks / names, kLeastEntry);
}

std::uint64_t used_bytes(int directory) {
  std::uint64_t sum = 0;
  walk_tree(directory, [&sum](int, const char*, const struct stat& status) { sum += used_bytes_of(status); });
  return sum;
}

}  // namespace tenon::sandbox
