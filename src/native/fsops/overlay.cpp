#include "native/fsops/overlay.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <expected>
#include <fstream>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/beneath.h"
#include "native/fsops/file_copy.h"
#include "native/fsops/remove_tree.h"
#include "native/fsops/staging_directory.h"

namespace tenon::fsops {
namespace {

FileDescriptor open_directory(const std::filesystem::path& path) {
  FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw system_error(fmt::format("cannot open {}", path.string()), errno);
  return directory;
}

std::filesystem::path layers_of(const std::filesystem::path& target) {
  return target.parent_path() / (".tenon-overlay-" + target.filename().string());
}

// In a user namespace that is not the first one, the marks of an overlay go into user.* attributes (since Linux 5.11).
bool is_first_user_namespace() {
  std::ifstream map("/proc/self/uid_map");
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  map >> inside >> outside >> count;
  constexpr std::uint64_t kEveryId = 4'294'967'295;
  return count == kEveryId;
}

struct Layers {
  FileDescriptor lower;
  FileDescriptor upper;
  FileDescriptor work;
};

Layers make_layers(const std::filesystem::path& source, int directory) {
  for (const char* name : {"upper", "work"}) {
    if (::mkdirat(directory, name, 0700) != 0) throw system_error("cannot make the layers of an overlay", errno);
  }
  Layers layers{.lower = open_directory(source),
                .upper = FileDescriptor(::openat(directory, "upper", O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
                .work = FileDescriptor(::openat(directory, "work", O_RDONLY | O_DIRECTORY | O_CLOEXEC))};
  if (!layers.upper || !layers.work) throw system_error("cannot open the layers of an overlay", errno);
  return layers;
}

// A mount that is not attached anywhere yet; it goes when its descriptor goes. The layers are named by descriptors: no
// character of a path needs an escape, and nobody can put another directory in their place.
std::expected<FileDescriptor, int> detached_overlay(const Layers& layers) {
  const FileDescriptor context(::fsopen("overlay", FSOPEN_CLOEXEC));
  if (!context) return std::unexpected(errno);
  const auto set = [&](const char* key, const std::string& value) {
    return ::fsconfig(context.number(), FSCONFIG_SET_STRING, key, value.c_str(), 0) == 0;
  };
  const auto layer = [](const FileDescriptor& directory) {
    return fmt::format("/proc/self/fd/{}", directory.number());
  };
  if (!set("source", "tenon-clone") || !set("lowerdir", layer(layers.lower)) || !set("upperdir", layer(layers.upper)) ||
      !set("workdir", layer(layers.work))) {
    return std::unexpected(errno);
  }
  if (!is_first_user_namespace() && ::fsconfig(context.number(), FSCONFIG_SET_FLAG, "userxattr", nullptr, 0) != 0) {
    return std::unexpected(errno);
  }
  if (::fsconfig(context.number(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return std::unexpected(errno);
  FileDescriptor mount(::fsmount(context.number(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID));
  if (!mount) return std::unexpected(errno);
  return mount;
}

Error not_mounted(int error_number) {
  return Error(
      ErrorCode::unsupported,
      fmt::format("the kernel does not mount an overlay here: {}", system_error("overlay", error_number).what()),
      "Mounting needs root or a user namespace, and a file system that can hold the upper layer.");
}

// What a clone that was killed before it was mounted left: layers without a change.
void clear_layers(const std::filesystem::path& layers, const std::filesystem::path& target) {
  std::error_code failed;
  const bool unchanged =
      !std::filesystem::exists(layers / "upper", failed) || std::filesystem::is_empty(layers / "upper", failed);
  if (!unchanged || failed) {
    throw Error(ErrorCode::conflict,
                fmt::format("the changes of an earlier overlay at {} are still there", target.string()),
                fmt::format("Save what you need from {}, then discard the clone.", (layers / "upper").string()));
  }
  remove_tree(layers);
}

bool is_mount_of_overlay(const std::filesystem::path& target) {
  struct statx status{};
  struct statfs system{};
  return ::statx(AT_FDCWD, target.c_str(), AT_SYMLINK_NOFOLLOW, STATX_TYPE, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 && ::statfs(target.c_str(), &system) == 0 &&
         system.f_type == OVERLAYFS_SUPER_MAGIC;
}

bool has_layers(const std::filesystem::path& target) {
  struct stat status{};
  return ::lstat(layers_of(target).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void make_target(const std::filesystem::path& target) {
  if (::mkdir(target.c_str(), 0755) == 0) return;
  if (errno != EEXIST) throw system_error(fmt::format("cannot make {}", target.string()), errno);
  struct stat status{};
  std::error_code failed;
  const bool fits = ::lstat(target.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && !is_mount_of_overlay(target) &&
                    std::filesystem::is_empty(target, failed);
  if (!fits) {
    throw Error(ErrorCode::conflict, fmt::format("{} is there already", target.string()),
                "Name a directory that does not exist or is empty.");
  }
}

}  // namespace

bool overlay_works(const std::filesystem::path& source, const std::filesystem::path& place) {
  const StagingDirectory scratch(place / kProbeName, Existing::refuse);
  return detached_overlay(make_layers(source, scratch.descriptor())).has_value();
}

void mount_overlay(const std::filesystem::path& source, const std::filesystem::path& target) {
  const std::filesystem::path place = layers_of(target);
  make_target(target);
  if (has_layers(target)) clear_layers(place, target);
  if (::mkdir(place.c_str(), 0700) != 0) throw system_error(fmt::format("cannot make {}", place.string()), errno);
  const FileDescriptor directory = open_directory(place);
  const Layers layers = make_layers(source, directory.number());
  struct stat status{};
  if (::fstat(layers.lower.number(), &status) != 0) throw system_error("cannot read the source's mode", errno);
  const std::expected<FileDescriptor, int> mount = detached_overlay(layers);
  // The root of an overlay shows the upper layer's own mode and time.
  const std::expected<void, int> same = copy_metadata(layers.upper.number(), status);
  const bool attached =
      mount && same && ::move_mount(mount->number(), "", AT_FDCWD, target.c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0;
  if (attached) return;
  const int error_number = !mount ? mount.error() : !same ? same.error() : errno;
  remove_tree(place);
  ::rmdir(target.c_str());
  throw not_mounted(error_number);
}

bool is_overlay_clone(const std::filesystem::path& target) { return has_layers(target); }

void remove_overlay(const std::filesystem::path& target) {
  if (is_mount_of_overlay(target) && ::umount2(target.c_str(), UMOUNT_NOFOLLOW) != 0) {
    if (errno == EBUSY) {
      throw Error(ErrorCode::busy, fmt::format("somebody works in {}", target.string()),
                  "Leave the directory and end what was started in it.");
    }
    throw system_error(fmt::format("cannot unmount {}", target.string()), errno);
  }
  remove_tree(layers_of(target));
  remove_tree(target);
}

}  // namespace tenon::fsops
