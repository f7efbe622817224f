#include "native/fsops/workspace.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/ids.h"
#include "native/fsops/beneath.h"
#include "native/fsops/walk.h"

namespace tenon::fsops {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY;

FileDescriptor opened(std::expected<FileDescriptor, int> result, std::string_view what, std::string_view path) {
  if (!result) throw path_error(what, path, result.error());
  return *std::move(result);
}

// The directory that holds `path`.
std::expected<FileDescriptor, int> open_parent(int workspace, const WorkspacePath& path) {
  const std::optional<WorkspacePath> parent = path.parent();
  return open_beneath(workspace, parent ? parent->text() : ".", kDirectory);
}

// The mode is set on the new directory itself, so that neither umask nor a swap of names decides it.
FileDescriptor make_directory(int parent, const std::string& name, std::string_view path) {
  const bool made = ::mkdirat(parent, name.c_str(), 0755) == 0;
  if (!made && errno != EEXIST) throw path_error("make the directory", path, errno);
  FileDescriptor directory = opened(open_beneath(parent, name, kDirectory), "make the directory", path);
  if (made && ::fchmod(directory.number(), 0755) != 0) throw path_error("make the directory", path, errno);
  return directory;
}

FileDescriptor make_all(int workspace, const WorkspacePath& path) {
  FileDescriptor directory = opened(open_beneath(workspace, ".", kDirectory), "open", path.text());
  for (const std::string_view component : path.components()) {
    directory = make_directory(directory.number(), std::string(component), path.text());
  }
  return directory;
}

FileDescriptor parent_for_writing(int workspace, const WorkspacePath& path) {
  std::expected<FileDescriptor, int> parent = open_parent(workspace, path);
  if (!parent && parent.error() == ENOENT) return make_all(workspace, *path.parent());
  return opened(std::move(parent), "write", path.text());
}

// A file under a reserved name that is removed unless it was moved to its own.
class UnfinishedFile {
 public:
  UnfinishedFile(int directory, std::string_view path)
      : directory_(directory), path_(path), name_(std::string(kUnfinishedPrefix) + new_ulid()) {
    file_ =
        FileDescriptor(::openat(directory, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file_) throw path_error("write", path, errno);
  }
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile() {
    if (!finished_) ::unlinkat(directory_, name_.c_str(), 0);
  }

  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw path_error("write", path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void finish(const std::string& name, FileMode mode, Durability durability) {
    if (::fchmod(file_.number(), mode == FileMode::executable ? 0755 : 0644) != 0)
      throw path_error("write", path_, errno);
    if (durability == Durability::synced && ::fsync(file_.number()) != 0) throw path_error("write", path_, errno);
    if (::renameat(directory_, name_.c_str(), directory_, name.c_str()) != 0) throw path_error("write", path_, errno);
    finished_ = true;
  }

 private:
  int directory_;
  std::string_view path_;
  std::string name_;
  FileDescriptor file_;
  bool finished_ = false;
};

// The rename is on the disk when its directory is, and that one's name when its own directory is.
void sync_directories(int workspace, const WorkspacePath& path) {
  for (std::optional<WorkspacePath> directory = path.parent();; directory = directory->parent()) {
    const std::string name = directory ? directory->text() : ".";
    const FileDescriptor opened_directory = opened(open_beneath(workspace, name, kDirectory), "write", path.text());
    if (::fsync(opened_directory.number()) != 0) throw path_error("write", path.text(), errno);
    if (!directory) return;
  }
}

std::string read_all(int file, std::uint64_t limit, const WorkspacePath& path) {
  struct stat status{};
  if (::fstat(file, &status) != 0) throw path_error("read", path.text(), errno);
  // One byte more than it had, so that the usual read ends with an empty one, and a file that grows is read on.
  std::string bytes;
  std::size_t size = 0;
  for (;;) {
    if (size > limit) {
      throw Error(ErrorCode::quota_exceeded,
                  fmt::format("cannot read \"{}\": it is larger than {} bytes", path.text(), limit));
    }
    const std::size_t wanted = std::max(size + 4096, static_cast<std::size_t>(status.st_size) + 1);
    bytes.resize(std::min<std::size_t>(wanted, limit + 1));
    const ssize_t got = ::read(file, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw path_error("read", path.text(), errno);
    size += static_cast<std::size_t>(got);
    if (got == 0) break;
  }
  bytes.resize(size);
  return bytes;
}

// O_NONBLOCK: opening a FIFO must not wait for a writer.
std::expected<FileDescriptor, int> open_regular(int workspace, const WorkspacePath& path) {
  std::expected<FileDescriptor, int> file = open_beneath(workspace, path.text(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (!file) return file;
  struct stat status{};
  if (::fstat(file->number(), &status) != 0) return std::unexpected(errno);
  if (S_ISDIR(status.st_mode)) return std::unexpected(EISDIR);
  if (!S_ISREG(status.st_mode)) return std::unexpected(ENXIO);
  return file;
}

bool is_absent(int error_number) { return error_number == ENOENT || error_number == ENOTDIR; }

}  // namespace

Workspace::Workspace(FileDescriptor directory, std::filesystem::path path)
    : directory_(std::move(directory)), path_(std::move(path)) {}

Workspace Workspace::open(const std::filesystem::path& directory) {
  FileDescriptor opened_directory(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened_directory && errno == ENOTDIR) {
    throw Error(ErrorCode::conflict, fmt::format("{} is not a directory", directory.string()));
  }
  if (!opened_directory) throw system_error(fmt::format("cannot open {}", directory.string()), errno);
  return Workspace(std::move(opened_directory), directory);
}

std::string Workspace::read(const WorkspacePath& path, std::uint64_t limit) const {
  const FileDescriptor file = open_file(path);
  return read_all(file.number(), limit, path);
}

std::optional<std::string> Workspace::read_if_present(const WorkspacePath& path, std::uint64_t limit) const {
  std::expected<FileDescriptor, int> file = open_regular(descriptor(), path);
  if (!file && is_absent(file.error())) return std::nullopt;
  const FileDescriptor present = opened(std::move(file), "read", path.text());
  return read_all(present.number(), limit, path);
}

void Workspace::write(const WorkspacePath& path, std::string_view bytes, FileMode mode, Durability durability) const {
  const FileDescriptor parent = parent_for_writing(descriptor(), path);
  const std::string name(path.name());
  const std::expected<struct stat, int> present = status_of(parent.number(), name);
  if (present && !S_ISREG(present->st_mode)) {
    const int reason = S_ISLNK(present->st_mode) ? ELOOP : S_ISDIR(present->st_mode) ? EISDIR : ENXIO;
    throw path_error("write", path.text(), reason);
  }
  UnfinishedFile file(parent.number(), path.text());
  file.append(bytes);
  file.finish(name, mode, durability);
  if (durability == Durability::synced) sync_directories(descriptor(), path);
}

void Workspace::make_directories(const WorkspacePath& path) const { make_all(descriptor(), path); }

bool Workspace::remove(const WorkspacePath& path) const {
  std::expected<FileDescriptor, int> found = open_parent(descriptor(), path);
  if (!found && is_absent(found.error())) return false;
  const FileDescriptor parent = opened(std::move(found), "remove", path.text());
  if (::unlinkat(parent.number(), std::string(path.name()).c_str(), 0) != 0) {
    if (is_absent(errno)) return false;
    throw path_error("remove", path.text(), errno);
  }
  for (std::optional<WorkspacePath> empty = path.parent(); empty; empty = empty->parent()) {
    const std::expected<FileDescriptor, int> above = open_parent(descriptor(), *empty);
    if (!above || ::unlinkat(above->number(), std::string(empty->name()).c_str(), AT_REMOVEDIR) != 0) break;
  }
  return true;
}

std::optional<Entry> Workspace::find(const WorkspacePath& path) const {
  std::expected<FileDescriptor, int> found = open_parent(descriptor(), path);
  if (!found && is_absent(found.error())) return std::nullopt;
  const FileDescriptor parent = opened(std::move(found), "look at", path.text());
  const std::expected<struct stat, int> status = status_of(parent.number(), std::string(path.name()));
  if (!status && is_absent(status.error())) return std::nullopt;
  if (!status) throw path_error("look at", path.text(), status.error());
  return entry_of(path, *status);
}

Listing Workspace::walk(const WalkLimits& limits) const { return walk_directory(descriptor(), "", limits).listing; }

Listing Workspace::walk(const WorkspacePath& below, const WalkLimits& limits) const {
  const FileDescriptor directory = open_directory(below);
  return walk_directory(directory.number(), below.text(), limits).listing;
}

FileDescriptor Workspace::open_file(const WorkspacePath& path) const {
  return opened(open_regular(descriptor(), path), "read", path.text());
}

FileDescriptor Workspace::open_directory(const WorkspacePath& path) const {
  return opened(open_beneath(descriptor(), path.text(), O_PATH | O_DIRECTORY), "open the directory", path.text());
}

void Workspace::remove_unfinished(const WalkLimits& limits) const {
  for (const std::string& path : walk_directory(descriptor(), "", limits).unfinished) {
    const std::size_t slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash);
    const FileDescriptor directory = opened(open_beneath(descriptor(), parent, kDirectory), "open", parent);
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (::unlinkat(directory.number(), name.c_str(), 0) != 0 && errno != ENOENT)
      throw path_error("remove", path, errno);
  }
}

}  // namespace tenon::fsops
