#include "native/fsops/tree_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/beneath.h"
#include "native/fsops/clone.h"
#include "native/fsops/file_copy.h"
#include "native/fsops/link_text.h"
#include "native/fsops/raw_directory.h"
#include "native/fsops/task_stack.h"

namespace tenon::fsops {
namespace {

// A directory that is being copied. It stays open until all below it is done: only then its time can be set.
struct Node {
  std::shared_ptr<Node> parent;
  std::string name;
  unsigned depth = 0;
  FileDescriptor source;
  FileDescriptor target;
  struct stat status{};
  std::atomic<std::uint32_t> unfinished = 1;  // tasks of its own, and directories in it

  std::string path_of(const std::string& child) const {
    std::string path = child;
    for (const Node* node = this; node->parent != nullptr; node = node->parent.get()) path = node->name + "/" + path;
    return path;
  }
};
using NodePtr = std::shared_ptr<Node>;

constexpr std::string_view kChanged = "it changed while it was read";

void require(const std::expected<void, int>& done, const Node& node, const std::string& name) {
  if (!done) throw path_error("write", node.path_of(name), done.error());
}

class TreeCopy {
 public:
  TreeCopy(CloneMethod method, int root, TransferMeter& meter) : method_(method), root_(root), meter_(meter) {}

  void run(NodePtr root, unsigned threads) {
    stack_.push([this, root = std::move(root)] { read_directory(root); });
    stack_.run(threads);
  }

 private:
  // One task for so many files: a directory may hold all files of the tree.
  static constexpr std::size_t kBatch = 64;

  struct File {
    std::string name;
    struct stat status{};
  };
  using Batch = std::vector<File>;

  struct Names {
    std::mutex mutex;
    std::map<std::pair<dev_t, ino_t>, std::string> paths;
  };

  void enter(const NodePtr& parent, const std::string& name, const struct stat& status) {
    if (parent->depth + 1 > kCloneDepth) {
      throw Error(ErrorCode::quota_exceeded, fmt::format("the tree is deeper than {} directories", kCloneDepth));
    }
    std::expected<FileDescriptor, int> source = open_beneath(parent->source.number(), name, O_RDONLY | O_DIRECTORY);
    if (!source) {
      leave_out(*parent, name, source.error());
      return finish(parent);
    }
    if (::mkdirat(parent->target.number(), name.c_str(), 0700) != 0) {
      throw path_error("make the directory", parent->path_of(name), errno);
    }
    std::expected<FileDescriptor, int> target = open_beneath(parent->target.number(), name, O_RDONLY | O_DIRECTORY);
    if (!target) throw path_error("write", parent->path_of(name), target.error());
    auto node = std::make_shared<Node>();
    node->parent = parent;
    node->name = name;
    node->depth = parent->depth + 1;
    node->source = *std::move(source);
    node->target = *std::move(target);
    node->status = status;
    meter_.add_directory();
    read_directory(node);
  }

  void read_directory(const NodePtr& node) {
    meter_.check();
    thread_local RawDirectory entries;  // a buffer for each directory would cost more than most directories
    if (const int failed = entries.read(node->source.number()); failed != 0) {
      throw path_error("read", node->path_of(""), failed);
    }
    Batch files;
    const Level level = node->parent == nullptr ? Level::root : Level::below;
    for (const RawEntry entry : entries) {
      std::string name(entry.name);
      if (name == "." || name == ".." || is_reserved_name(name, level)) continue;
      const std::expected<struct stat, int> status = status_of(node->source.number(), name);
      if (!status) {
        leave_out(*node, name, status.error());
      } else if (S_ISREG(status->st_mode)) {
        files.push_back({std::move(name), *status});
        if (files.size() == kBatch) push_files(node, std::exchange(files, {}));
      } else if (S_ISDIR(status->st_mode)) {
        ++node->unfinished;
        stack_.push([this, node, name, status = *status] { enter(node, name, status); });
      } else if (S_ISLNK(status->st_mode)) {
        copy_link(*node, name, *status);
      } else {
        meter_.leave_out(node->path_of(name), "not a file, directory or link");
      }
    }
    copy_files(*node, files);
    finish(node);
  }

  void push_files(const NodePtr& node, Batch files) {
    ++node->unfinished;
    stack_.push([this, node, files = std::move(files)] {
      copy_files(*node, files);
      finish(node);
    });
  }

  void copy_files(const Node& node, const Batch& files) {
    meter_.check();
    for (const File& file : files) {
      if (method_ == CloneMethod::hardlink && share(node, file)) continue;
      if (file.status.st_nlink > 1) {
        copy_file_of_many_names(node, file);
      } else {
        copy_file(node, file.name);
      }
    }
  }

  // False where this file must be copied after all: too many names (EMLINK), or fs.protected_hardlinks.
  bool share(const Node& node, const File& file) {
    const char* name = file.name.c_str();
    if (::linkat(node.source.number(), name, node.target.number(), name, 0) == 0) {
      meter_.add_file(static_cast<std::uint64_t>(file.status.st_size));
      return true;
    }
    if (errno == EMLINK || errno == EPERM || errno == ENOENT) return false;
    throw path_error("link", node.path_of(file.name), errno);
  }

  // The first name makes the file, the others join it, and wait until it is there. All files of a tree that other
  // clones share have many names: a lock for each part of them.
  void copy_file_of_many_names(const Node& node, const File& file) {
    Names& names = names_[file.status.st_ino % names_.size()];
    const std::scoped_lock lock(names.mutex);
    const auto [first, is_new] =
        names.paths.try_emplace({file.status.st_dev, file.status.st_ino}, node.path_of(file.name));
    if (is_new) {
      if (!copy_file(node, file.name)) names.paths.erase(first);
      return;
    }
    if (::linkat(root_, first->second.c_str(), node.target.number(), file.name.c_str(), 0) != 0) {
      throw path_error("link", node.path_of(file.name), errno);
    }
    meter_.add_file(static_cast<std::uint64_t>(file.status.st_size));
  }

  // False if it was left out.
  bool copy_file(const Node& node, const std::string& name) {
    const std::expected<FileDescriptor, int> source =
        open_beneath(node.source.number(), name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    if (!source) return leave_out(node, name, source.error());
    struct stat before{};
    if (::fstat(source->number(), &before) != 0) return leave_out(node, name, errno);
    if (!S_ISREG(before.st_mode)) return leave_out(node, name, ENXIO);
    const FileDescriptor target(
        ::openat(node.target.number(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!target) throw path_error("write", node.path_of(name), errno);
    if (!copy_settled(node, name, source->number(), target.number(), before)) {
      ::unlinkat(node.target.number(), name.c_str(), 0);
      return false;
    }
    require(copy_metadata(target.number(), before), node, name);
    meter_.add_file(static_cast<std::uint64_t>(before.st_size));
    return true;
  }

  // Copies until the file was not written meanwhile; `before` is its state then.
  bool copy_settled(const Node& node, const std::string& name, int source, int target, struct stat& before) {
    constexpr int kTries = 8;
    for (int i = 0; i < kTries; ++i) {
      if (i > 0 && ::ftruncate(target, 0) != 0) throw path_error("write", node.path_of(name), errno);
      const std::expected<void, int> copied = copy_contents(source, target, method_, meter_);
      if (!copied && copied.error() == EIO) return leave_out(node, name, EIO);
      require(copied, node, name);
      const bool whole = has_its_size(source, before);
      struct stat after{};
      if (::fstat(source, &after) != 0) return leave_out(node, name, errno);
      const bool settled = !was_written(before, after);
      if (settled && !whole) {
        meter_.leave_out(node.path_of(name), kWithoutItsSize);
        return false;
      }
      before = after;
      if (settled) return true;
    }
    meter_.leave_out(node.path_of(name), std::string(kChanged));
    return false;
  }

  void copy_link(const Node& node, const std::string& name, const struct stat& status) {
    const std::expected<std::string, int> text = link_text(node.source.number(), name);
    if (!text) {
      leave_out(node, name, text.error());
      return;
    }
    if (::symlinkat(text->c_str(), node.target.number(), name.c_str()) != 0) {
      throw path_error("make the link", node.path_of(name), errno);
    }
    require(copy_link_metadata(node.target.number(), name, status), node, name);
    meter_.add_link();
  }

  // Sets what can be set only when nothing is added any more, here and above.
  static void finish(const NodePtr& node) {
    for (Node* done = node.get(); done != nullptr; done = done->parent.get()) {
      if (--done->unfinished > 0) return;
      require(copy_metadata(done->target.number(), done->status), *done, "");
    }
  }

  bool leave_out(const Node& node, const std::string& name, int error_number) {
    const bool gone = error_number == ENOENT || error_number == ELOOP || error_number == ENOTDIR;
    const std::string path = node.path_of(name);
    if (error_number == EMFILE || error_number == ENFILE) throw path_error("read", path, error_number);
    meter_.leave_out(path, gone                    ? std::string(kChanged)
                           : error_number == EXDEV ? "something is mounted there"
                                                   : path_error("read", path, error_number).what());
    return false;
  }

  CloneMethod method_;
  int root_;
  TransferMeter& meter_;
  TaskStack stack_;
  std::array<Names, 64> names_;
};

}  // namespace

void copy_tree(int source, int target, CloneMethod method, unsigned threads, TransferMeter& meter) {
  auto root = std::make_shared<Node>();
  root->source = FileDescriptor(::openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  root->target = FileDescriptor(::openat(target, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root->source || !root->target || ::fstat(root->source.number(), &root->status) != 0) {
    throw system_error("cannot open the directory to clone", errno);
  }
  TreeCopy(method, target, meter).run(std::move(root), threads);
}

}  // namespace tenon::fsops
