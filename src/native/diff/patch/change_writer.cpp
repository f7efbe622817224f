#include "native/diff/patch/change_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "core/ids.h"
#include "core/log.h"
#include "native/diff/patch/change_journal.h"
#include "native/diff/patch/change_moves.h"
#include "native/diff/patch/workspace_tree.h"
#include "native/fsops/beneath.h"

namespace tenon::diff::patch {
namespace {

const std::string kJournalName = std::string(kChangesPrefix) + "journal";
const std::string kUndoName = std::string(kChangesPrefix) + "undo";  // of a journal that is being undone

std::string new_name() { return std::string(kChangesPrefix) + new_ulid(); }

Error refusal(const FileChange& change, std::string_view reason) {
  return Error(ErrorCode::conflict, fmt::format("cannot change \"{}\": {}", fsops::printable(change.path), reason),
               "Compute the changes again from the files as they are now.");
}

void check(const WorkspaceTree& tree, const FileChange& change) {
  if (const auto fault = tree.fault_of(change.path)) throw Error(ErrorCode::permission_denied, *fault);
  const auto present = tree.read(change.path);
  if (!present) {
    if (change.before || tree.presence(change.path) != Presence::directory) throw refusal(change, present.error());
  } else if (*present != change.before) {
    throw refusal(change, "it is not what the change was made for");
  }
}

// A link may go up only at its beginning, and not further than to the root: then nothing that it passes through can
// lead outside either.
bool stays_inside(const fsops::WorkspacePath& link, std::string_view target) {
  if (target.empty() || target.starts_with('/') || target.find('\0') != std::string_view::npos) return false;
  std::size_t depth = link.components().size() - 1;
  bool downwards = false;
  while (!target.empty()) {
    const std::size_t slash = std::min(target.find('/'), target.size());
    const std::string_view component = target.substr(0, slash);
    target.remove_prefix(std::min(slash + 1, target.size()));
    if (component.empty() || component == ".") continue;
    if (component != "..") {
      downwards = true;
      if (fsops::looks_like_git_directory(component)) return false;
    } else if (downwards || depth-- == 0) {
      return false;
    }
  }
  return true;
}

// Permissions of the file that is replaced; its owner may run it as the type says.
::mode_t permissions(int root, const fsops::WorkspacePath& path, const FileChange& change) {
  constexpr ::mode_t kRegular = 0644;
  constexpr ::mode_t kExecutable = 0755;
  constexpr ::mode_t kAll = 0777;
  const bool executable = change.after->type == FileType::executable;
  if (!change.before || change.before->type != change.after->type) return executable ? kExecutable : kRegular;
  const auto file = fsops::open_beneath(root, path.text(), O_PATH | O_NOFOLLOW);
  struct stat status{};
  if (!file || ::fstat(file->number(), &status) != 0) return executable ? kExecutable : kRegular;
  return status.st_mode & kAll;
}

void write_all(int file, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw fsops::path_error("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// From the rename on the changes are no longer decided, so that a process that is killed meanwhile is undone as well.
void undo(const ChangeMoves& moves, const ChangeJournal& journal) {
  moves.rename_own(kJournalName, kUndoName);
  moves.undo(journal);
  moves.remove_own(kUndoName);
}

// A change set on its way into one workspace.
class Writing {
 public:
  Writing(const fsops::Workspace& workspace, const ChangeMoves& moves, const WriteOptions& options)
      : tree_(workspace), moves_(moves), options_(options) {}

  // Whatever fails here leaves only names of our own, which are removed.
  void stage(const ChangeSet& changes) {
    std::set<std::string> paths;
    for (const FileChange& change : changes.changes) {
      check(tree_, change);
      if (!paths.insert(change.path).second) throw refusal(change, "the change set names it twice");
      if (!change.after && change.before) {
        journal_.moves.push_back({.path = fsops::WorkspacePath::parse(change.path), .staged = {}, .kept = new_name()});
      }
    }
    for (const FileChange& change : changes.changes) {
      if (!change.after) continue;
      const fsops::WorkspacePath path = fsops::WorkspacePath::parse(change.path);
      note_directories(path);
      journal_.moves.push_back({.path = path, .staged = new_name(), .kept = change.before ? new_name() : ""});
      write_staged(journal_.moves.back(), change);
    }
  }

  void commit() {
    if (journal_.moves.empty()) return;
    if (journal_.moves.size() == 1 && journal_.directories.empty()) {
      journal_.moves.front().kept.clear();
      if (!journal_.moves.front().staged.empty()) return moves_.finish(journal_);
      journal_.moves.front().kept = new_name();
    }
    write_journal();
    decided_ = true;
    try {
      moves_.finish(journal_);
      if (options_.durability == fsops::Durability::synced && ::syncfs(moves_.root()) != 0) {
        throw system_error("sync the changes", errno);
      }
      moves_.before_step("forget");
      moves_.remove_own(kJournalName);
    } catch (...) {
      undo(moves_, journal_);
      decided_ = false;
      throw;
    }
    tidy_up();
  }

  // What a journal names stays for the recovery.
  void drop_staged() const {
    if (decided_) return;
    for (const Move& move : journal_.moves) moves_.remove_own(move.staged);
  }

 private:
  // All is done; old files that stay behind are removed by whoever writes next.
  void tidy_up() const {
    try {
      for (const Move& move : journal_.moves) moves_.remove_own(move.kept);
    } catch (const Error& error) {
      log::warning("patch.leftovers", {{"reason", error.what()}});
    }
  }

  void note_directories(const fsops::WorkspacePath& path) {
    std::vector<fsops::WorkspacePath> missing;
    for (std::optional<fsops::WorkspacePath> directory = path.parent(); directory; directory = directory->parent()) {
      if (tree_.presence(directory->text()) == Presence::directory) break;
      missing.push_back(*directory);
    }
    for (auto directory = missing.rbegin(); directory != missing.rend(); ++directory) {
      if (directories_.insert(directory->text()).second) journal_.directories.push_back(*directory);
    }
  }

  void write_staged(const Move& move, const FileChange& change) const {
    moves_.before_step("stage");
    if (change.after->type == FileType::link) return write_link(move, change);
    const fsops::FileDescriptor file = create(move.staged, change.path);
    write_all(file.number(), change.after->bytes, change.path);
    if (::fchmod(file.number(), permissions(moves_.root(), move.path, change)) != 0) {
      throw fsops::path_error("write", change.path, errno);
    }
    sync(file.number(), change.path);
  }

  void write_link(const Move& move, const FileChange& change) const {
    if (!stays_inside(move.path, change.after->bytes)) {
      throw Error(ErrorCode::permission_denied,
                  fmt::format("the link \"{}\" is refused: it leads outside", fsops::printable(change.path)));
    }
    if (::symlinkat(change.after->bytes.c_str(), moves_.root(), move.staged.c_str()) != 0) {
      throw fsops::path_error("write", change.path, errno);
    }
  }

  void write_journal() const {
    moves_.before_step("journal");
    const std::string draft = new_name();
    try {
      const fsops::FileDescriptor file = create(draft, "the journal");
      write_all(file.number(), to_text(journal_), "the journal");
      sync(file.number(), "the journal");
      moves_.before_step("decide");
      moves_.rename_own(draft, kJournalName);
    } catch (...) {
      moves_.remove_own(draft);
      throw;
    }
    sync(moves_.root(), "the journal");
  }

  fsops::FileDescriptor create(const std::string& name, std::string_view path) const {
    constexpr ::mode_t kPrivate = 0600;
    fsops::FileDescriptor file(
        ::openat(moves_.root(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kPrivate));
    if (!file) throw fsops::path_error("write", path, errno);
    return file;
  }

  void sync(int file, std::string_view path) const {
    if (options_.durability == fsops::Durability::synced && ::fsync(file) != 0) {
      throw fsops::path_error("write", path, errno);
    }
  }

  WorkspaceTree tree_;
  const ChangeMoves& moves_;
  const WriteOptions& options_;
  ChangeJournal journal_;
  bool decided_ = false;  // a journal is on the disk
  std::set<std::string> directories_;
};

void remove_leftovers(const ChangeMoves& moves) {
  for (const std::string& name : moves.own_names()) moves.remove_own(name);
}

ChangeJournal read_journal(const fsops::Workspace& workspace, const ChangeMoves& moves, const std::string& name) {
  std::optional<ChangeJournal> journal = journal_from(moves.read_own(name));
  if (journal) return *std::move(journal);
  throw Error(ErrorCode::data_corrupted,
              fmt::format("the journal {} in {} is damaged", name, workspace.path().string()),
              "A write of several files was interrupted there: restore them, then remove the journal.");
}

Recovery finish_or_undo(const ChangeMoves& moves, const ChangeJournal& journal) {
  try {
    moves.finish(journal);
  } catch (const Error&) {
    undo(moves, journal);
    return Recovery::undone;
  }
  moves.remove_own(kJournalName);
  return Recovery::finished;
}

Recovery recover(const fsops::Workspace& workspace, const ChangeMoves& moves) {
  const std::vector<std::string> names = moves.own_names();
  if (names.empty()) return Recovery::nothing_to_do;
  Recovery outcome = Recovery::undone;
  if (std::ranges::find(names, kUndoName) != names.end()) {
    moves.undo(read_journal(workspace, moves, kUndoName));
    moves.remove_own(kUndoName);
  } else if (std::ranges::find(names, kJournalName) != names.end()) {
    outcome = finish_or_undo(moves, read_journal(workspace, moves, kJournalName));
  }
  remove_leftovers(moves);
  return outcome;
}

}  // namespace

void write_changes(const fsops::Workspace& workspace, const ChangeSet& changes, const WriteOptions& options) {
  const ChangeMoves moves(workspace, options.before_step);
  recover(workspace, moves);
  Writing writing(workspace, moves, options);
  try {
    writing.stage(changes);
    writing.commit();
  } catch (...) {
    writing.drop_staged();
    throw;
  }
}

Recovery recover_changes(const fsops::Workspace& workspace, const BeforeStep& before_step) {
  const ChangeMoves moves(workspace, before_step);
  return recover(workspace, moves);
}

}  // namespace tenon::diff::patch
