#include "native/fsops/snapshot_restore.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <ranges>

#include "core/error.h"
#include "native/fsops/beneath.h"
#include "native/fsops/file_copy.h"
#include "native/fsops/task_stack.h"

namespace tenon::fsops {
namespace {

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

FileDescriptor open_directory(int root, const std::string& path) {
  std::expected<FileDescriptor, int> directory = open_beneath(root, path, O_RDONLY | O_DIRECTORY);
  if (!directory) throw path_error("write", path, directory.error());
  return *std::move(directory);
}

void require(const std::expected<void, int>& done, const ManifestEntry& entry) {
  if (!done) throw path_error("write", entry.path, done.error());
}

class TreeRestore {
 public:
  TreeRestore(const ContentStore& store, int target, CloneMethod method, TransferMeter& meter)
      : store_(store), target_(target), method_(method), meter_(meter) {}

  void make_directory(const ManifestEntry& entry) {
    if (entry.path.empty()) return;
    if (::mkdirat(target_, entry.path.c_str(), 0700) != 0) throw path_error("make the directory", entry.path, errno);
    meter_.add_directory();
  }

  // Neighbours in the manifest are mostly neighbours in the tree: their directory is opened once.
  void make_contents(const std::vector<const ManifestEntry*>& entries, std::size_t from, std::size_t to) {
    std::string above;
    FileDescriptor directory;
    for (std::size_t i = from; i < to; ++i) {
      meter_.check();
      const ManifestEntry& entry = *entries[i];
      if (!directory || parent_of(entry.path) != above) {
        above = parent_of(entry.path);
        directory = open_directory(target_, above);
      }
      if (entry.kind == ManifestKind::link) {
        make_link(entry, directory.number());
      } else {
        make_file(entry, directory.number());
      }
    }
  }

  void join(const ManifestEntry& entry) {
    if (::linkat(target_, entry.text.c_str(), target_, entry.path.c_str(), 0) != 0) {
      throw path_error("link", entry.path, errno);
    }
    meter_.add_file(entry.size);
  }

  void finish_directory(const ManifestEntry& entry) {
    const FileDescriptor directory = open_directory(target_, entry.path.empty() ? "." : entry.path);
    require(copy_metadata(directory.number(), status_of(entry)), entry);
  }

 private:
  void make_link(const ManifestEntry& entry, int directory) {
    const std::string name = name_of(entry.path);
    if (::symlinkat(entry.text.c_str(), directory, name.c_str()) != 0) {
      throw path_error("make the link", entry.path, errno);
    }
    require(copy_link_metadata(directory, name, status_of(entry)), entry);
    meter_.add_link();
  }

  void make_file(const ManifestEntry& entry, int directory) {
    const std::string name = name_of(entry.path);
    if (method_ == CloneMethod::hardlink) {
      store_.link_shared(entry, directory, name, meter_);
    } else {
      const FileDescriptor file(
          ::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
      if (!file) throw path_error("write", entry.path, errno);
      store_.write(entry, file.number(), method_, meter_);
      require(copy_metadata(file.number(), status_of(entry)), entry);
    }
    meter_.add_file(entry.size);
  }

  const ContentStore& store_;
  int target_;
  CloneMethod method_;
  TransferMeter& meter_;
};

}  // namespace

void restore_tree(const Manifest& manifest, const ContentStore& store, int target, CloneMethod method, unsigned threads,
                  TransferMeter& meter) {
  TreeRestore restore(store, target, method, meter);
  std::vector<const ManifestEntry*> contents;
  std::vector<const ManifestEntry*> names;
  for (const ManifestEntry& entry : manifest.entries) {
    if (entry.kind == ManifestKind::directory) {
      restore.make_directory(entry);
    } else {
      (entry.kind == ManifestKind::same_file ? names : contents).push_back(&entry);
    }
  }
  constexpr std::size_t kPiece = 64;
  in_pieces(contents.size(), kPiece, threads,
            [&](std::size_t from, std::size_t to) { restore.make_contents(contents, from, to); });
  for (const ManifestEntry* entry : names) restore.join(*entry);
  for (const ManifestEntry& entry : manifest.entries | std::views::reverse) {
    if (entry.kind == ManifestKind::directory) restore.finish_directory(entry);
  }
}

}  // namespace tenon::fsops
