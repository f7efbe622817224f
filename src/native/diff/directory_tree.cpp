#include "native/diff/directory_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/error.h"
#include "native/diff/file_bytes.h"
#include "native/fsops/beneath.h"

namespace tenon::diff {
namespace {

// What one thread of the walk has found.
struct Found {
  std::vector<TreeFile> files;
  std::vector<fsops::TreeWalkFailure> failures;
};

void add_entry(const fsops::TreeEntry& entry, Found& found) {
  struct stat status{};
  if (::fstatat(entry.directory, entry.name.data(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    found.failures.push_back({.path = std::string(entry.path), .error_number = errno});
    return;
  }
  if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) return;
  const FileType of_file = (status.st_mode & S_IXUSR) != 0 ? FileType::executable : FileType::regular;
  found.files.push_back({.path = std::string(entry.path),
                         .type = S_ISLNK(status.st_mode) ? FileType::link : of_file,
                         .size = static_cast<std::uint64_t>(status.st_size),
                         .device = status.st_dev,
                         .inode = status.st_ino});
}

std::expected<std::string, int> link_target(int directory, const std::string& path) {
  auto link = fsops::open_beneath(directory, path, O_PATH | O_NOFOLLOW);
  if (!link) return std::unexpected(link.error());
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlinkat(link->number(), "", target.data(), target.size());
  if (length < 0) return std::unexpected(errno);
  target.resize(static_cast<std::size_t>(length));
  return target;
}

}  // namespace

DirectoryTree::DirectoryTree(const std::filesystem::path& directory, std::uint32_t threads)
    : directory_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!directory_) throw system_error(fmt::format("cannot read the directory {}", directory.string()), errno);
  std::vector<Found> found(threads);
  const fsops::TreeWalkOptions options{.hidden = fsops::HiddenEntries::listed,
                                       .ignore_files = fsops::IgnoreFiles::disregarded,
                                       .parent_ignore_files = fsops::ParentIgnoreFiles::disregarded,
                                       .globs = {{.pattern = "!.git"}},
                                       .threads = threads};
  const fsops::TreeWalkReport report = fsops::walk_tree(directory, options, [&](std::uint32_t thread) {
    return [&own = found[thread]](const fsops::TreeEntry& entry) { add_entry(entry, own); };
  });
  failures_ = report.failures;
  for (Found& own : found) {
    std::ranges::move(own.files, std::back_inserter(files_));
    std::ranges::move(own.failures, std::back_inserter(failures_));
  }
  std::ranges::sort(files_, {}, &TreeFile::path);
  std::ranges::sort(failures_, {}, &fsops::TreeWalkFailure::path);
}

std::expected<fsops::FileDescriptor, int> DirectoryTree::open(const TreeFile& file) const {
  return fsops::open_beneath(directory_.number(), file.path, O_RDONLY | O_NONBLOCK);
}

std::expected<std::string, int> DirectoryTree::read(const TreeFile& file, std::uint64_t limit) const {
  if (file.type == FileType::link) return link_target(directory_.number(), file.path);
  const auto opened = open(file);
  if (!opened) return std::unexpected(opened.error());
  return read_bytes(opened->number(), limit);
}

}  // namespace tenon::diff
