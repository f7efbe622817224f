#include "native/fsops/tree_scan.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <memory>

#include <fmt/format.h>

#include "core/error.h"
#include "core/guarded.h"
#include "native/fsops/beneath.h"
#include "native/fsops/clone.h"
#include "native/fsops/link_text.h"
#include "native/fsops/task_stack.h"

namespace tenon::fsops {
namespace {

using Directory = std::shared_ptr<const FileDescriptor>;

std::string reason_of(const std::string& path, int error_number) {
  if (error_number == ENOENT || error_number == ELOOP || error_number == ENOTDIR) return "it changed while it was read";
  if (error_number == EXDEV) return "something is mounted there";
  if (error_number == EMFILE || error_number == ENFILE) throw path_error("read", path, error_number);
  return path_error("read", path, error_number).what();
}

class TreeScan {
 public:
  explicit TreeScan(TransferMeter& meter) : meter_(meter) {}

  std::vector<ScannedName> run(int root, unsigned threads) {
    auto directory = std::make_shared<FileDescriptor>(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ScannedName top;
    if (!*directory || ::fstat(root, &top.status) != 0) throw system_error("cannot open a directory", errno);
    stack_.push([this, directory] { read(directory, "", 0); });
    stack_.run(threads);
    std::vector<ScannedName> names = found_.with([](auto& found) { return std::move(found); });
    names.push_back(std::move(top));
    std::ranges::sort(names, {}, &ScannedName::path);
    return names;
  }

 private:
  void enter(const Directory& parent, const std::string& name, const std::string& path, unsigned depth) {
    if (depth > kCloneDepth) {
      throw Error(ErrorCode::quota_exceeded, fmt::format("the tree is deeper than {} directories", kCloneDepth));
    }
    std::expected<FileDescriptor, int> directory = open_beneath(parent->number(), name, O_RDONLY | O_DIRECTORY);
    if (!directory) return meter_.leave_out(path, reason_of(path, directory.error()));
    read(std::make_shared<FileDescriptor>(*std::move(directory)), path + "/", depth);
  }

  void read(const Directory& directory, const std::string& prefix, unsigned depth) {
    meter_.check();
    std::vector<ScannedName> names;
    const Level level = prefix.empty() ? Level::root : Level::below;
    DirectoryReader reader(directory->number());
    for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
      if (is_reserved_name(name, level)) continue;
      ScannedName found{.path = prefix + name, .status = {}, .text = {}};
      if (!look_at(directory->number(), name, found)) continue;
      if (S_ISDIR(found.status.st_mode)) {
        stack_.push([this, directory, name, path = found.path, depth] { enter(directory, name, path, depth + 1); });
      }
      names.push_back(std::move(found));
    }
    found_.with([&](auto& found) { std::ranges::move(names, std::back_inserter(found)); });
  }

  bool look_at(int directory, const std::string& name, ScannedName& found) {
    if (found.path.size() >= PATH_MAX) return refuse(found.path, "its path is too long");
    const std::expected<struct stat, int> status = status_of(directory, name);
    if (!status) return refuse(found.path, reason_of(found.path, status.error()));
    found.status = *status;
    if (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode)) return true;
    if (!S_ISLNK(status->st_mode)) return refuse(found.path, "not a file, directory or link");
    std::expected<std::string, int> text = link_text(directory, name);
    if (!text) return refuse(found.path, reason_of(found.path, text.error()));
    found.text = *std::move(text);
    return true;
  }

  bool refuse(const std::string& path, std::string reason) {
    meter_.leave_out(path, std::move(reason));
    return false;
  }

  TransferMeter& meter_;
  TaskStack stack_;
  Guarded<std::vector<ScannedName>> found_;
};

}  // namespace

std::vector<ScannedName> scan_tree(int root, unsigned threads, TransferMeter& meter) {
  return TreeScan(meter).run(root, threads);
}

}  // namespace tenon::fsops
