#include "native/diff/patch/change_moves.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "native/diff/file_bytes.h"
#include "native/fsops/beneath.h"

namespace tenon::diff::patch {
namespace {

std::string name_of(const Move& move) { return std::string(move.path.name()); }

[[noreturn]] void fail(const Move& move, int error_number) {
  throw fsops::path_error(move.staged.empty() ? "remove" : "write", move.path.text(), error_number);
}

bool exists(int directory, const std::string& name) { return fsops::status_of(directory, name).has_value(); }

}  // namespace

ChangeMoves::ChangeMoves(const fsops::Workspace& workspace, const BeforeStep& before_step)
    : workspace_(workspace), before_step_(before_step) {
  auto root = fsops::open_beneath(workspace.descriptor(), ".", O_RDONLY | O_DIRECTORY);
  if (!root) throw system_error(fmt::format("cannot open {}", workspace.path().string()), root.error());
  root_ = *std::move(root);
  if (::flock(root_.number(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(ErrorCode::busy, fmt::format("another process is writing changes to {}", workspace.path().string()),
                "Try again when it is done.");
  }
}

void ChangeMoves::before_step(std::string_view step) const {
  if (before_step_) before_step_(step);
}

fsops::FileDescriptor ChangeMoves::parent_of(const fsops::WorkspacePath& path) const {
  const std::optional<fsops::WorkspacePath> parent = path.parent();
  auto directory = fsops::open_beneath(root(), parent ? parent->text() : ".", O_PATH | O_DIRECTORY);
  if (!directory) throw fsops::path_error("open the directory of", path.text(), directory.error());
  return *std::move(directory);
}

bool ChangeMoves::exists_in_root(const std::string& name) const { return !name.empty() && exists(root(), name); }

void ChangeMoves::remove_own(const std::string& name) const {
  if (name.empty()) return;
  if (::unlinkat(root(), name.c_str(), 0) != 0 && errno != ENOENT) throw fsops::path_error("remove", name, errno);
}

void ChangeMoves::rename_own(const std::string& from, const std::string& to) const {
  if (::renameat(root(), from.c_str(), root(), to.c_str()) != 0) throw fsops::path_error("write", to, errno);
}

std::string ChangeMoves::read_own(const std::string& name) const {
  constexpr std::uint64_t kLargestJournal = 1ULL << 30U;
  const auto file = fsops::open_beneath(root(), name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (!file) throw fsops::path_error("read", name, file.error());
  auto bytes = read_bytes(file->number(), kLargestJournal);
  if (!bytes) throw fsops::path_error("read", name, bytes.error());
  return *std::move(bytes);
}

std::vector<std::string> ChangeMoves::own_names() const {
  std::vector<std::string> names;
  fsops::DirectoryReader reader(root());
  for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
    if (name.starts_with(kChangesPrefix)) names.push_back(std::move(name));
  }
  return names;
}

void ChangeMoves::remove_empty_parents(const fsops::WorkspacePath& path, const Directories& needed) const {
  for (std::optional<fsops::WorkspacePath> empty = path.parent(); empty; empty = empty->parent()) {
    if (needed.contains(empty->text())) return;
    const std::optional<fsops::WorkspacePath> above = empty->parent();
    const auto directory = fsops::open_beneath(root(), above ? above->text() : ".", O_PATH | O_DIRECTORY);
    if (!directory || ::unlinkat(directory->number(), std::string(empty->name()).c_str(), AT_REMOVEDIR) != 0) return;
  }
}

void ChangeMoves::remove_file(const Move& move) const {
  if (exists_in_root(move.kept)) return;
  before_step("remove");
  const fsops::FileDescriptor parent = parent_of(move.path);
  if (::renameat(parent.number(), name_of(move).c_str(), root(), move.kept.c_str()) != 0) fail(move, errno);
}

// By a second link, so that the name is there all the time; where there are no links, by moving it away.
void ChangeMoves::keep_old(const Move& move, int parent) const {
  const std::string name = name_of(move);
  before_step("keep");
  if (::linkat(parent, name.c_str(), root(), move.kept.c_str(), 0) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && exists_in_root(move.kept)) return;
  if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK) fail(move, errno);
  if (::renameat(parent, name.c_str(), root(), move.kept.c_str()) != 0) fail(move, errno);
}

void ChangeMoves::write_file(const Move& move) const {
  if (!exists_in_root(move.staged)) return;
  const fsops::FileDescriptor parent = parent_of(move.path);
  if (!move.kept.empty()) keep_old(move, parent.number());
  before_step("write");
  if (::renameat(root(), move.staged.c_str(), parent.number(), name_of(move).c_str()) != 0) fail(move, errno);
}

void ChangeMoves::finish(const ChangeJournal& journal) const {
  // A directory that loses its last file and gets another one stays as it is.
  Directories needed;
  for (const Move& move : journal.moves) {
    if (move.staged.empty()) continue;
    for (auto directory = move.path.parent(); directory; directory = directory->parent()) {
      if (!needed.insert(directory->text()).second) break;
    }
  }
  for (const Move& move : journal.moves) {
    if (!move.staged.empty()) continue;
    remove_file(move);
    remove_empty_parents(move.path, needed);
  }
  for (const fsops::WorkspacePath& directory : journal.directories) {
    before_step("directory");
    workspace_.make_directories(directory);
  }
  for (const Move& move : journal.moves) {
    if (!move.staged.empty()) write_file(move);
  }
}

// Both names may be one file, when it was linked and not replaced yet: renaming does nothing then.
void ChangeMoves::restore(const Move& move) const {
  if (!exists_in_root(move.kept)) return;
  if (const auto parent = move.path.parent()) workspace_.make_directories(*parent);
  const fsops::FileDescriptor directory = parent_of(move.path);
  before_step("restore");
  if (::renameat(root(), move.kept.c_str(), directory.number(), name_of(move).c_str()) != 0) fail(move, errno);
  remove_own(move.kept);
}

void ChangeMoves::take_back(const Move& move) const {
  if (!move.kept.empty()) return restore(move);
  if (exists_in_root(move.staged)) return;
  before_step("take back");
  const fsops::FileDescriptor parent = parent_of(move.path);
  if (::renameat(parent.number(), name_of(move).c_str(), root(), move.staged.c_str()) != 0) fail(move, errno);
}

void ChangeMoves::undo(const ChangeJournal& journal) const {
  for (const Move& move : journal.moves) {
    if (!move.staged.empty()) take_back(move);
  }
  for (auto directory = journal.directories.rbegin(); directory != journal.directories.rend(); ++directory) {
    const std::optional<fsops::WorkspacePath> above = directory->parent();
    const auto opened = fsops::open_beneath(root(), above ? above->text() : ".", O_PATH | O_DIRECTORY);
    if (!opened) continue;
    const bool gone = ::unlinkat(opened->number(), std::string(directory->name()).c_str(), AT_REMOVEDIR) == 0;
    if (!gone && errno != ENOENT && errno != ENOTDIR && errno != ENOTEMPTY && errno != EEXIST) {
      throw fsops::path_error("remove the directory", directory->text(), errno);
    }
  }
  for (const Move& move : journal.moves) {
    if (move.staged.empty()) restore(move);
  }
}

}  // namespace tenon::diff::patch
