#include "sandbox/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::sandbox {
namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// By a descriptor: between a look at the name and a chmod of it, it could become a link to somewhere else.
fsops::FileDescriptor open_directory(int parent, const char* name) {
  fsops::FileDescriptor directory(::openat(parent, name, kOpenDirectory));
  if (directory || errno != EACCES) return directory;
  const fsops::FileDescriptor closed(::openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!closed) return {};
  const std::string itself = fmt::format("/proc/self/fd/{}", closed.number());
  if (::chmod(itself.c_str(), S_IRWXU) != 0) return {};
  return fsops::FileDescriptor(::open(itself.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace

TreeWalk::TreeWalk(int root, Visitor visit) : visit_(std::move(visit)) {
  fsops::FileDescriptor directory = open_directory(root, ".");
  if (!directory) throw system_error("cannot read a workspace", errno);
  enter(std::move(directory));
}

void TreeWalk::enter(fsops::FileDescriptor directory) {
  struct stat status{};
  ::fstat(directory.number(), &status);
  levels_.push_back({.device = status.st_dev, .inode = status.st_ino, .pending = {}});
  current_ = std::move(directory);
  reading_ = true;
}

std::size_t TreeWalk::read_some() {
  alignas(dirent64) std::array<char, 8192> buffer;
  const ssize_t filled = ::getdents64(current_.number(), buffer.data(), buffer.size());
  if (filled <= 0) {
    reading_ = false;
    return 0;
  }
  std::size_t count = 0;
  for (ssize_t at = 0; at < filled; ++count) {
    const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
    at += entry->d_reclen;
    const std::string_view name(entry->d_name);
    struct stat status{};
    if (name == "." || name == ".." || ::fstatat(current_.number(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    visit_(current_.number(), entry->d_name, status);
    if (S_ISDIR(status.st_mode) && status.st_dev == levels_.front().device) levels_.back().pending.emplace_back(name);
  }
  return count;
}

bool TreeWalk::go_up() {
  levels_.pop_back();
  if (levels_.empty()) return false;
  fsops::FileDescriptor above(::openat(current_.number(), "..", kOpenDirectory));
  struct stat status{};
  // A directory that was moved has another parent than the one we came from.
  lost_ = !above || ::fstat(above.number(), &status) != 0 || status.st_ino != levels_.back().inode ||
          status.st_dev != levels_.back().device;
  if (lost_) return false;
  current_ = std::move(above);
  return true;
}

bool TreeWalk::next_directory() {
  for (;;) {
    std::vector<std::string>& pending = levels_.back().pending;
    if (pending.empty()) {
      if (!go_up()) return false;
      continue;
    }
    const std::string name = std::move(pending.back());
    pending.pop_back();
    fsops::FileDescriptor directory = open_directory(current_.number(), name.c_str());
    if (!directory) continue;  // removed or replaced meanwhile
    enter(std::move(directory));
    return true;
  }
}

bool TreeWalk::step(std::size_t count) {
  if (levels_.empty() || lost_) return false;
  for (std::size_t visited = 0; visited < count;) {
    if (reading_)
      visited += read_some();
    else if (!next_directory())
      return false;
  }
  return true;
}

void walk_tree(int root, TreeWalk::Visitor visit) {
  TreeWalk walk(root, std::move(visit));
  while (walk.step(std::numeric_limits<std::size_t>::max())) {
  }
}

}  // namespace tenon::sandbox
