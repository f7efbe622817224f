#include "native/fsops/walk.h"

#include <fcntl.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/beneath.h"

namespace tenon::fsops {
namespace {

class Walker {
 public:
  explicit Walker(const WalkLimits& limits) : limits_(limits) {}

  // Two descriptors and one frame for each level: both are bounded by limits_.depth.
  void enter(int directory, const std::string& prefix, std::uint32_t depth) {
    DirectoryReader reader(directory);
    for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
      if (++seen_ > limits_.entries) {
        throw Error(ErrorCode::quota_exceeded, fmt::format("the workspace holds more than {} files", limits_.entries));
      }
      visit(directory, prefix + name, name, depth);
    }
  }

  Walk finish() {
    std::ranges::sort(walk_.listing.entries, {}, &Entry::path);
    std::ranges::sort(walk_.listing.refusals, {}, &Refusal::path);
    return std::move(walk_);
  }

 private:
  void visit(int directory, const std::string& whole, const std::string& name, std::uint32_t depth) {
    if (name.starts_with(kUnfinishedPrefix)) {
      walk_.unfinished.push_back(whole);
      return;
    }
    if (is_reserved_name(name, whole == name ? Level::root : Level::below)) return;
    std::expected<WorkspacePath, std::string> path = WorkspacePath::check(whole);
    if (!path) return refuse(whole, path.error());
    const std::expected<struct stat, int> status = status_of(directory, name);
    if (!status) return refuse(whole, "it changed while it was read");
    if (S_ISDIR(status->st_mode) && depth >= limits_.depth) {
      return refuse(whole, fmt::format("it is deeper than {} directories", limits_.depth));
    }
    walk_.listing.entries.push_back(entry_of(*std::move(path), *status));
    if (!S_ISDIR(status->st_mode)) return;
    const std::expected<FileDescriptor, int> child = open_beneath(directory, name, O_RDONLY | O_DIRECTORY);
    if (!child) return refuse(whole, path_error("read", whole, child.error()).what());
    enter(child->number(), whole + "/", depth + 1);
  }

  void refuse(const std::string& path, std::string reason) {
    walk_.listing.refusals.push_back({.path = printable(path), .reason = std::move(reason)});
  }

  WalkLimits limits_;
  Walk walk_;
  std::uint64_t seen_ = 0;
};

}  // namespace

Walk walk_directory(int directory, const std::string& below, const WalkLimits& limits) {
  Walker walker(limits);
  walker.enter(directory, below.empty() ? below : below + "/", 1);
  return walker.finish();
}

Entry entry_of(WorkspacePath path, const struct stat& status) {
  EntryKind kind = EntryKind::other;
  if (S_ISREG(status.st_mode)) kind = EntryKind::file;
  if (S_ISDIR(status.st_mode)) kind = EntryKind::directory;
  if (S_ISLNK(status.st_mode)) kind = EntryKind::link;
  return {.path = std::move(path),
          .kind = kind,
          .mode = (status.st_mode & S_IXUSR) != 0 ? FileMode::executable : FileMode::regular,
          .size = static_cast<std::uint64_t>(status.st_size)};
}

}  // namespace tenon::fsops
