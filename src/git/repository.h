// Repositories, on libgit2 alone. The git directory is ours and stands outside of every workspace: work trees have no
// `.git`, their configuration, hooks, attributes and filters are never read or run, and files go in and out as raw
// bytes through the guard (native/fsops/workspace.h).
//
// Commits are deterministic: the same request gives the same id, so that a step that is repeated after a crash makes
// nothing twice. Objects are written without waiting for the disk; commit() and move_branch() bring everything written
// so far to the disk before a branch moves, and the branch itself is written by an atomic, synced rename. A process
// that is killed leaves nothing that the next open() does not clear up.
//
// One Repository per thread; any number of them, in any number of processes, may use one git directory. Everything
// blocks: call it from the blocking pool. Errors: not_found for unknown ids and branches, conflict as said below,
// data_corrupted for objects that fail their checks, storage_full.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "core/ids.h"
#include "core/time.h"
#include "git/identity.h"
#include "git/message.h"
#include "native/fsops/workspace.h"

namespace tenon::git {

struct CommitKind {};
struct TreeKind {};
using CommitId = Id<CommitKind>;  // 40 hexadecimal digits
using TreeId = Id<TreeKind>;

struct CommitRequest {
  std::optional<std::string> branch;  // moved from the first parent (none: created) to the new commit
  std::vector<CommitId> parents;
  TreeId tree;
  Message message;
  Identity author;
  Identity committer;
  Timestamp time;  // stored in seconds, UTC
};

struct LogEntry {
  CommitId id;
  std::vector<CommitId> parents;
  TreeId tree;
  Message message;
  Identity author;
  Identity committer;
  Timestamp time;
};
BOOST_DESCRIBE_STRUCT(LogEntry, (), (id, parents, tree, message, author, committer, time))

enum class ChangeKind { added, modified, deleted };
BOOST_DESCRIBE_ENUM(ChangeKind, added, modified, deleted)

// A file that was moved is one deleted and one added.
struct FileChange {
  std::string path;
  ChangeKind kind = ChangeKind::modified;
  bool binary = false;  // then there are no lines
  std::uint64_t lines_added = 0;
  std::uint64_t lines_deleted = 0;
  std::string patch;  // unified diff with the usual `diff --git` head
  bool operator==(const FileChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(FileChange, (), (path, kind, binary, lines_added, lines_deleted, patch))

enum class ConflictKind { both_changed, both_added, deleted_by_us, deleted_by_them };
BOOST_DESCRIBE_ENUM(ConflictKind, both_changed, both_added, deleted_by_us, deleted_by_them)

struct Conflict {
  std::string path;
  ConflictKind kind = ConflictKind::both_changed;
  bool operator==(const Conflict&) const = default;
};
BOOST_DESCRIBE_STRUCT(Conflict, (), (path, kind))

enum class Exported { created, updated, unchanged };
BOOST_DESCRIBE_ENUM(Exported, created, updated, unchanged)

class Repository {
 public:
  // A new, empty, bare repository; its parent directory must exist. One that is already there is opened.
  static Repository create(const std::filesystem::path& git_directory);
  static Repository open(const std::filesystem::path& git_directory);

  Repository(Repository&&) noexcept;
  Repository& operator=(Repository&&) = delete;
  ~Repository();

  std::optional<CommitId> branch_head(std::string_view branch) const;
  std::vector<std::string> branches() const;  // by name

  // Compare and set; expected nothing: the branch must be new. Anything else there: conflict. Already at `to`: fine.
  void move_branch(const std::string& branch, const std::optional<CommitId>& expected, const CommitId& to);
  bool remove_branch(const std::string& branch);

  // The tree of all files of a workspace, or of exactly the files named. Refused, with the names (permission_denied):
  // links, special files, names that WorkspacePath refuses, names that collide when case does not count, a nested
  // repository (`.git` in any spelling, or a directory with HEAD, objects and refs), a `.gitmodules` that would do harm
  // in the user's git (git/submodule_file.h).
  TreeId snapshot(const fsops::Workspace& workspace);
  TreeId snapshot(const fsops::Workspace& workspace, const std::vector<fsops::WorkspacePath>& paths);

  // conflict: the branch is neither at the first parent nor already at this very commit.
  CommitId commit(const CommitRequest& request);

  // Writes the files of a commit into an empty directory, which thereby becomes a work tree without `.git`. What
  // snapshot() refuses is refused here too, before anything is written.
  void checkout(const CommitId& commit, const std::filesystem::path& directory) const;

  // From nothing: everything is added. Ordered by path.
  std::vector<FileChange> changes(const std::optional<CommitId>& from, const CommitId& to) const;

  // Three-way, with rename detection, from the best common ancestor; neither branch moves.
  std::expected<TreeId, std::vector<Conflict>> merge(const CommitId& ours, const CommitId& theirs);

  bool contains(const CommitId& commit, const CommitId& ancestor) const;     // a commit contains itself
  std::vector<LogEntry> log(const CommitId& from, std::size_t limit) const;  // newest first, children before parents
  std::optional<std::string> read_file(const CommitId& commit, const fsops::WorkspacePath& path) const;
  std::vector<fsops::WorkspacePath> files(const CommitId& commit) const;  // ordered by path
  TreeId tree_of(const CommitId& commit) const;

  // The repository that the user gets: an ordinary clone with the whole history and `branch` checked out at `commit`,
  // with a clean `git status` and `git fsck`. It is built beside `directory` and renamed into place. Called again it
  // does nothing, or moves an export to a newer commit by a fast-forward. conflict, naming what is in the way, and
  // nothing changed: the directory is not empty and no export of this branch, the user changed or staged files that
  // would be overwritten, or the branch has commits of their own. busy: git is at work there.
  Exported export_clone(const std::filesystem::path& directory, const std::string& branch, const CommitId& commit);

  const std::filesystem::path& path() const { return path_; }

 private:
  struct Parts;
  void create_export(const std::filesystem::path& target, const std::string& branch, const CommitId& commit);
  Exported update_export(const std::filesystem::path& target, const std::string& branch, const CommitId& commit);
  Repository(std::filesystem::path path, std::unique_ptr<Parts> parts);

  std::filesystem::path path_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tenon::git
