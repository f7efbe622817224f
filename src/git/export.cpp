// The clone that the user gets.
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "git/exported.h"
#include "git/parts.h"
#include "git/place.h"
#include "git/recovery.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::git {
namespace {

using PackHandle = Handle<git_packbuilder, git_packbuilder_free>;
using RevisionHandle = Handle<git_revwalk, git_revwalk_free>;

// One pack with what `commit` has and `known` has not.
void write_pack(git_repository* repository, const CommitId& commit, const std::optional<CommitId>& known,
                const std::filesystem::path& directory) {
  const std::string what = "cannot pack the history of " + commit.text;
  const RevisionHandle revisions = made<git_revwalk, git_revwalk_free>(what, git_revwalk_new, repository);
  const git_oid tip = to_oid(commit.text);
  check(git_revwalk_push(revisions.get(), &tip), what);
  if (known) {
    const git_oid hidden = to_oid(known->text);
    check(git_revwalk_hide(revisions.get(), &hidden), what);
  }
  const PackHandle pack = made<git_packbuilder, git_packbuilder_free>(what, git_packbuilder_new, repository);
  git_packbuilder_set_threads(pack.get(), 1);
  check(git_packbuilder_insert_walk(pack.get(), revisions.get()), what);
  check(git_packbuilder_write(pack.get(), directory.c_str(), 0444, nullptr, nullptr), what);
}

void write_branch(const fsops::Workspace& git, const std::string& branch, const CommitId& commit) {
  git.write(fsops::WorkspacePath::parse("refs/heads/" + branch), commit.text + "\n", fsops::FileMode::regular,
            fsops::Durability::synced);
}

// The user's git directory may have been changed in any way since: a new pack goes in through the guard, file by file.
// The index of a pack comes last, since a pack without it is not there to git.
void add_pack(const fsops::Workspace& git, const std::filesystem::path& made_in) {
  constexpr std::uint64_t kLargest = 1ULL << 40U;
  const fsops::Workspace source = fsops::Workspace::open(made_in);
  for (const std::string_view ending : {".pack", ".idx"}) {
    for (const fsops::Entry& entry : source.walk().entries) {
      if (!entry.path.name().ends_with(ending)) continue;
      git.write(fsops::WorkspacePath::parse("objects/pack/" + entry.path.text()), source.read(entry.path, kLargest),
                fsops::FileMode::regular, fsops::Durability::synced);
    }
  }
}

void sync_file_system(const fsops::Workspace& workspace) {
  const fsops::FileDescriptor file = workspace.open_file(fsops::WorkspacePath::parse("HEAD"));
  if (::syncfs(file.number()) != 0) throw system_error("cannot bring the export to the disk", errno);
}

bool is_empty_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  return std::filesystem::is_directory(directory, failed) && std::filesystem::is_empty(directory, failed) && !failed;
}

}  // namespace

Exported Repository::export_clone(const std::filesystem::path& directory, const std::string& branch,
                                  const CommitId& commit) {
  fsops::WorkspacePath::parse("refs/heads/" + branch);
  const std::filesystem::path target = absolute_path(directory);
  std::error_code failed;
  std::filesystem::create_directories(target.parent_path(), failed);
  if (failed) throw system_error(fmt::format("cannot make {}", target.parent_path().string()), failed.value());
  const fsops::FileDescriptor lock = lock_exclusively(target.parent_path());
  if (is_present(target) && !is_empty_directory(target)) return update_export(target, branch, commit);
  create_export(target, branch, commit);
  return Exported::created;
}

void Repository::create_export(const std::filesystem::path& target, const std::string& branch, const CommitId& commit) {
  git_repository* repository = parts_->repository.get();
  UnfinishedDirectory unfinished(target);
  checkout(commit, unfinished.path());
  init_repository(unfinished.path(), 0, branch);
  write_pack(repository, commit, std::nullopt, unfinished.path() / ".git" / "objects" / "pack");
  const fsops::Workspace files = fsops::Workspace::open(unfinished.path());
  const fsops::Workspace git = fsops::Workspace::open(unfinished.path() / ".git");
  const fsops::TemporaryDirectory scratch(path_, kScratchPrefix);
  ExportedIndex index(git, scratch.path());
  for (const TreeFile& file : tree_files(repository, to_oid(tree_of(commit).text))) index.put(file, files);
  index.write(git);
  write_branch(git, branch, commit);
  sync_file_system(git);
  unfinished.move_into_place();
}

// In an order that can be interrupted anywhere and started again: objects, files, index, and the branch at the very
// end.
Exported Repository::update_export(const std::filesystem::path& target, const std::string& branch,
                                   const CommitId& commit) {
  const ExportedRepository exported = ExportedRepository::open(target, branch);
  const std::optional<CommitId> head = exported.head();
  if (head == commit) return Exported::unchanged;
  git_repository* repository = parts_->repository.get();
  const git_oid tip = head ? to_oid(head->text) : git_oid{};
  git_commit* known = nullptr;
  const bool is_ours = head && git_commit_lookup(&known, repository, &tip) == 0;
  git_commit_free(known);
  if (!is_ours || !contains(commit, *head)) {
    throw Error(ErrorCode::conflict, fmt::format("the branch {} of {} has commits of its own", branch, target.string()),
                "Export into another directory and merge there.");
  }
  const FilesByPath before = by_path(tree_files(repository, to_oid(tree_of(*head).text)));
  const FilesByPath after = by_path(tree_files(repository, to_oid(tree_of(commit).text)));
  const fsops::TemporaryDirectory scratch(path_, kScratchPrefix);
  ExportedIndex index(exported.git(), scratch.path());
  const std::vector<std::string> obstacles = exported.obstacles(before, after, index);
  if (!obstacles.empty()) {
    throw Error(ErrorCode::conflict,
                fmt::format("these files in {} were changed and would be overwritten: {}", target.string(),
                            fmt::join(obstacles, ", ")),
                "Commit them elsewhere or undo the changes, then try again.",
                {{"files", json::array(obstacles.begin(), obstacles.end())}});
  }
  constexpr fsops::WalkLimits kAll{.depth = 64, .entries = 50'000'000};
  exported.files().remove_unfinished(kAll);
  exported.git().remove_unfinished(kAll);
  const fsops::TemporaryDirectory pack(path_, kScratchPrefix);
  write_pack(repository, commit, head, pack.path());
  add_pack(exported.git(), pack.path());
  for (const auto& [path, file] : before) {
    if (after.contains(path)) continue;
    exported.files().remove(file.path);
    index.remove(path);
  }
  for (const auto& [path, file] : after) {
    const auto old_file = before.find(path);
    if (old_file != before.end() && git_oid_equal(&old_file->second.blob, &file.blob) != 0 &&
        old_file->second.mode == file.mode) {
      continue;
    }
    exported.files().write(file.path, parts_->read_blob(file.blob), file.mode);
    index.put(file, exported.files());
  }
  index.write(exported.git());
  sync_file_system(exported.git());
  write_branch(exported.git(), branch, commit);
  return Exported::updated;
}

}  // namespace tenon::git
