#include "native/fsops/remove_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <fmt/format.h>

#include "native/fsops/beneath.h"

namespace tenon::fsops {
namespace {

// Depth costs nothing because no directory is entered below the second level: a directory in there that is not empty is
// moved up into the root under a fresh name and has its turn later.
class Remover {
 public:
  explicit Remover(FileDescriptor root) : root_(std::move(root)) {}

  void empty_root() {
    // Entries that are moved up while the directory is read may or may not be seen: read until there are none.
    for (bool found = true; found;) {
      found = false;
      DirectoryReader reader(root_.number());
      for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
        found = true;
        if (!remove_simple(root_.number(), name)) empty_directory(name);
      }
    }
  }

  static FileDescriptor open_for_removal(int parent, const std::string& name) {
    std::expected<FileDescriptor, int> directory = open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
    if (!directory && directory.error() == EACCES) {
      allow(parent, name);
      directory = open_beneath(parent, name, O_RDONLY | O_DIRECTORY);
    }
    if (!directory && directory.error() == EXDEV) throw mounted(name);
    if (!directory) throw path_error("remove the directory", name, directory.error());
    // Its owner may have taken away the right to remove what is in it.
    ::fchmod(directory->number(), 0700);
    return *std::move(directory);
  }

 private:
  // False if it is a directory that is not empty.
  static bool remove_simple(int parent, const std::string& name) {
    if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return true;
    if (errno == EBUSY) throw mounted(name);
    if (errno != EISDIR) throw path_error("remove", name, errno);
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
    if (errno == EBUSY) throw mounted(name);
    if (errno == ENOTEMPTY || errno == EEXIST) return false;
    throw path_error("remove the directory", name, errno);
  }

  void empty_directory(const std::string& name) {
    const FileDescriptor directory = open_for_removal(root_.number(), name);
    DirectoryReader reader(directory.number());
    for (std::string child = reader.next(); !child.empty(); child = reader.next()) {
      if (!remove_simple(directory.number(), child)) move_up(directory.number(), child);
    }
    if (::unlinkat(root_.number(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOTEMPTY && errno != ENOENT) {
      throw path_error("remove the directory", name, errno);
    }
  }

  void move_up(int directory, const std::string& name) {
    for (bool allowed = false;;) {
      const std::string fresh = fmt::format("removed-{}", moved_++);
      if (::renameat2(directory, name.c_str(), root_.number(), fresh.c_str(), RENAME_NOREPLACE) == 0) return;
      if (errno == EEXIST) continue;
      if (errno == EBUSY) throw mounted(name);
      if (errno == EXDEV) return remove_in_place(directory, name);
      if (errno != EACCES || allowed) throw path_error("remove the directory", name, errno);
      allow(directory, name);
      allowed = true;
    }
  }

  // An overlay file system does not move directories of its lower layers.
  static void remove_in_place(int parent, const std::string& name) {
    Remover remover(open_for_removal(parent, name));
    remover.empty_root();
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0) throw path_error("remove the directory", name, errno);
  }

  static void allow(int parent, const std::string& name) {
    ::fchmodat(parent, name.c_str(), 0700, AT_SYMLINK_NOFOLLOW);
  }

  static Error mounted(const std::string& name) {
    return Error(ErrorCode::conflict, fmt::format("cannot remove \"{}\": something is mounted there", name),
                 "Unmount it.");
  }

  FileDescriptor root_;
  std::uint64_t moved_ = 0;
};

}  // namespace

void remove_tree(const std::filesystem::path& directory) {
  const std::filesystem::path whole = directory.has_filename() ? std::filesystem::absolute(directory)
                                                               : std::filesystem::absolute(directory.parent_path());
  const std::string name = whole.filename().string();
  if (name.empty() || name == "." || name == "..") {
    throw Error(ErrorCode::invalid_argument, fmt::format("cannot remove {}: it has no name", directory.string()));
  }
  const FileDescriptor parent(::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!parent && errno == ENOENT) return;
  if (!parent) throw system_error(fmt::format("cannot open {}", whole.parent_path().string()), errno);
  const std::expected<struct stat, int> status = status_of(parent.number(), name);
  if (!status && status.error() == ENOENT) return;
  Remover remover(Remover::open_for_removal(parent.number(), name));
  remover.empty_root();
  if (::unlinkat(parent.number(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    throw system_error(fmt::format("cannot remove {}", whole.string()), errno);
  }
}

}  // namespace tenon::fsops
