#include "git/recovery.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "core/log.h"
#include "native/fsops/remove_tree.h"
#include "native/fsops/workspace.h"

namespace tenon::git {
namespace {

fsops::FileDescriptor open_lock(const std::filesystem::path& path) {
  const bool is_directory = std::filesystem::is_directory(path);
  const int flags = is_directory ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT | O_NOFOLLOW;
  fsops::FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file) throw system_error(fmt::format("cannot open {}", path.string()), errno);
  return file;
}

void lock(const fsops::FileDescriptor& file, int operation, const std::filesystem::path& path) {
  int result = ::flock(file.number(), operation);
  while (result != 0 && errno == EINTR) result = ::flock(file.number(), operation);
  if (result != 0) throw system_error(fmt::format("cannot lock {}", path.string()), errno);
}

// An object is written under a temporary name and renamed: half of one is never seen. But its bytes may not have
// reached the disk before the power went; such a file is empty, and would keep the object from being written again.
void clear_up(const std::filesystem::path& git_directory) {
  constexpr fsops::WalkLimits kAll{.depth = 64, .entries = 50'000'000};
  const fsops::Workspace directory = fsops::Workspace::open(git_directory);
  directory.remove_unfinished(kAll);
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(git_directory)) {
    if (entry.path().filename().string().starts_with(kScratchPrefix)) fsops::remove_tree(entry.path());
  }
  const fsops::Workspace objects = fsops::Workspace::open(git_directory / "objects");
  for (const fsops::Entry& entry : objects.walk(kAll).entries) {
    const bool unfinished = entry.path.name().starts_with("tmp_") || entry.path.name().ends_with(".lock");
    if (entry.kind != fsops::EntryKind::file || (entry.size != 0 && !unfinished)) continue;
    log::info("git.unfinished_object_removed", {{"path", entry.path.text()}});
    objects.remove(entry.path);
  }
}

}  // namespace

fsops::FileDescriptor join_users(const std::filesystem::path& git_directory) {
  const std::filesystem::path path = git_directory / "tenon-users";
  fsops::FileDescriptor users = open_lock(path);
  if (::flock(users.number(), LOCK_EX | LOCK_NB) == 0) clear_up(git_directory);
  lock(users, LOCK_SH, path);
  return users;
}

fsops::FileDescriptor lock_exclusively(const std::filesystem::path& path) {
  fsops::FileDescriptor file = open_lock(path);
  lock(file, LOCK_EX, path);
  return file;
}

}  // namespace tenon::git
