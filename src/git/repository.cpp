#include "git/repository.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "git/parts.h"
#include "git/place.h"
#include "git/recovery.h"
#include "git/tree_files.h"

namespace tenon::git {
namespace {

using SignatureHandle = Handle<git_signature, git_signature_free>;

constexpr std::string_view kBranchPrefix = "refs/heads/";

std::string reference_of(std::string_view branch) {
  std::string reference = std::string(kBranchPrefix) + std::string(branch);
  int valid = 0;
  check(git_reference_name_is_valid(&valid, reference.c_str()), "cannot check a branch name");
  if (valid == 0 || branch.starts_with('-') || !fsops::WorkspacePath::check(branch)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("\"{}\" is no name for a branch", fsops::printable(branch)));
  }
  return reference;
}

// Searching for deltas is nine tenths of the time of packing an export, and a pack of new software is small without
// them. libgit2 1.5 reads its limit on the size of what is searched from pack.deltaCacheSize; its documented name is
// the other.
void forgo_deltas(const std::filesystem::path& git_directory) {
  using ConfigHandle = Handle<git_config, git_config_free>;
  const ConfigHandle config = made<git_config, git_config_free>("cannot configure a repository", git_config_open_ondisk,
                                                                (git_directory / "config").c_str());
  for (const char* limit : {"core.bigFileThreshold", "pack.deltaCacheSize"}) {
    check(git_config_set_int64(config.get(), limit, 1), "cannot configure a repository");
  }
}

// A kill between making a directory and filling it must not leave a half repository under its name: it is made beside
// it and renamed. The lock on the parent keeps others from clearing away the one being made.
void make_repository(const std::filesystem::path& git_directory) {
  const fsops::FileDescriptor lock = lock_exclusively(git_directory.parent_path());
  if (is_present(git_directory)) return;
  UnfinishedDirectory unfinished(git_directory);
  init_repository(unfinished.path(), GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_NO_DOTGIT_DIR, "main");
  forgo_deltas(unfinished.path());
  unfinished.move_into_place();
}

// CVE-2022-24765. libgit2 checks it too, but explains it as a missing configuration file when there is none to read.
void check_owner(const std::filesystem::path& git_directory) {
  struct stat status{};
  if (::stat(git_directory.c_str(), &status) != 0) {
    throw system_error(fmt::format("cannot open the repository {}", git_directory.string()), errno);
  }
  if (status.st_uid == ::geteuid()) return;
  throw Error(ErrorCode::permission_denied, fmt::format("{} belongs to another user", git_directory.string()),
              "Give the directory to the user who runs tenon, or use another data directory.");
}

// CVE-2024-32020 and -32021: objects of another repository would be read as ours. We never borrow any.
void check_borrows_nothing(const std::filesystem::path& git_directory) {
  for (const char* name : {"objects/info/alternates", "objects/info/http-alternates"}) {
    if (!is_present(git_directory / name)) continue;
    throw Error(ErrorCode::permission_denied,
                fmt::format("{} takes objects from elsewhere: {}", git_directory.string(), name),
                "Somebody else wrote this file; remove it if you know why it is there.");
  }
}

SignatureHandle signature(const Identity& identity, Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  git_signature* made_one = nullptr;
  if (git_signature_new(&made_one, identity.name.c_str(), identity.email.c_str(), seconds, 0) != 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("\"{} <{}>\" cannot be an author in git", fsops::printable(identity.name),
                            fsops::printable(identity.email)));
  }
  return SignatureHandle(made_one);
}

Identity identity_of(const git_signature* signature) { return {.name = signature->name, .email = signature->email}; }

LogEntry entry_of(const git_commit* commit) {
  LogEntry entry;
  entry.id = {to_text(*git_commit_id(commit))};
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i) {
    entry.parents.push_back({to_text(*git_commit_parent_id(commit, i))});
  }
  entry.tree = {to_text(*git_commit_tree_id(commit))};
  entry.message = parse_message(git_commit_message_raw(commit));
  entry.author = identity_of(git_commit_author(commit));
  entry.committer = identity_of(git_commit_committer(commit));
  entry.time = Timestamp(std::chrono::seconds(git_commit_time(commit)));
  return entry;
}

}  // namespace

git_oid Repository::Parts::write_blob(std::string_view bytes) {
  git_oid blob;
  check(git_blob_create_from_buffer(&blob, repository.get(), bytes.data(), bytes.size()), "cannot store a file");
  unsynced = true;
  return blob;
}

std::string Repository::Parts::read_blob(const git_oid& id) const {
  const BlobHandle blob =
      made<git_blob, git_blob_free>("cannot read a file of the repository", git_blob_lookup, repository.get(), &id);
  return {static_cast<const char*>(git_blob_rawcontent(blob.get())),
          static_cast<std::size_t>(git_blob_rawsize(blob.get()))};
}

void Repository::Parts::sync() {
  if (!unsynced) return;
  if (::syncfs(in_use.number()) != 0) throw system_error("cannot bring the repository to the disk", errno);
  unsynced = false;
}

Repository::Repository(std::filesystem::path path, std::unique_ptr<Parts> parts)
    : path_(std::move(path)), parts_(std::move(parts)) {}
Repository::Repository(Repository&&) noexcept = default;
Repository::~Repository() = default;

Repository Repository::create(const std::filesystem::path& git_directory) {
  start_library();
  const std::filesystem::path absolute = absolute_path(git_directory);
  if (!is_present(absolute)) make_repository(absolute);
  return open(absolute);
}

Repository Repository::open(const std::filesystem::path& git_directory) {
  start_library();
  const std::filesystem::path absolute = absolute_path(git_directory);
  check_owner(absolute);
  check_borrows_nothing(absolute);
  auto parts = std::make_unique<Parts>();
  constexpr unsigned kFlags = GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_BARE | GIT_REPOSITORY_OPEN_NO_DOTGIT;
  const std::string what = fmt::format("cannot open the repository {}", absolute.string());
  parts->repository = made<git_repository, git_repository_free>(what, [&](git_repository** opened) {
    return git_repository_open_ext(opened, absolute.c_str(), kFlags, nullptr);
  });
  parts->in_use = join_users(absolute);
  return {absolute, std::move(parts)};
}

std::optional<CommitId> Repository::branch_head(std::string_view branch) const {
  git_oid oid;
  const int result = git_reference_name_to_id(&oid, parts_->repository.get(), reference_of(branch).c_str());
  if (result == GIT_ENOTFOUND) return std::nullopt;
  check(result, fmt::format("cannot read the branch {}", branch));
  return CommitId{to_text(oid)};
}

std::vector<std::string> Repository::branches() const {
  const fsops::Workspace directory = fsops::Workspace::open(path_ / "refs" / "heads");
  std::vector<std::string> names;
  for (const fsops::Entry& entry : directory.walk().entries) {
    if (entry.kind == fsops::EntryKind::file) names.push_back(entry.path.text());
  }
  return names;
}

// Branches are files that only we write: an atomic rename under a lock that dies with its holder. libgit2 would leave a
// `.lock` file behind when it is killed, which stops every later move.
void Repository::move_branch(const std::string& branch, const std::optional<CommitId>& expected, const CommitId& to) {
  const std::string reference = reference_of(branch);
  find_commit(parts_->repository.get(), to);
  parts_->sync();
  const fsops::FileDescriptor lock = lock_exclusively(path_ / "tenon-branches");
  const std::optional<CommitId> head = branch_head(branch);
  if (head == to) return;
  if (head != expected) {
    throw Error(ErrorCode::conflict, fmt::format("the branch {} is at {}, not at {}", branch,
                                                 head ? head->text : "nothing", expected ? expected->text : "nothing"));
  }
  fsops::Workspace::open(path_).write(fsops::WorkspacePath::parse(reference), to.text + "\n", fsops::FileMode::regular,
                                      fsops::Durability::synced);
}

bool Repository::remove_branch(const std::string& branch) {
  reference_of(branch);
  const fsops::FileDescriptor lock = lock_exclusively(path_ / "tenon-branches");
  return fsops::Workspace::open(path_ / "refs" / "heads").remove(fsops::WorkspacePath::parse(branch));
}

CommitId Repository::commit(const CommitRequest& request) {
  git_repository* repository = parts_->repository.get();
  if (request.branch) reference_of(*request.branch);
  std::vector<CommitHandle> parents;
  std::vector<const git_commit*> parent_pointers;
  for (const CommitId& parent : request.parents) {
    parents.push_back(find_commit(repository, parent));
    parent_pointers.push_back(parents.back().get());
  }
  const TreeHandle tree = find_tree(repository, request.tree);
  const std::string message = format_message(request.message);
  git_oid id;
  check(git_commit_create(&id, repository, nullptr, signature(request.author, request.time).get(),
                          signature(request.committer, request.time).get(), nullptr, message.c_str(), tree.get(),
                          parent_pointers.size(), parent_pointers.data()),
        "cannot store a commit");
  parts_->unsynced = true;
  parts_->sync();
  const CommitId commit{to_text(id)};
  if (!request.branch) return commit;
  move_branch(*request.branch, request.parents.empty() ? std::nullopt : std::optional(request.parents.front()), commit);
  return commit;
}

bool Repository::contains(const CommitId& commit, const CommitId& ancestor) const {
  git_repository* repository = parts_->repository.get();
  find_commit(repository, commit);
  find_commit(repository, ancestor);
  if (commit == ancestor) return true;
  const git_oid upper = to_oid(commit.text);
  const git_oid lower = to_oid(ancestor.text);
  const int result = git_graph_descendant_of(repository, &upper, &lower);
  check(result, "cannot compare two commits");
  return result == 1;
}

std::vector<LogEntry> Repository::log(const CommitId& from, std::size_t limit) const {
  git_repository* repository = parts_->repository.get();
  const auto walk = made<git_revwalk, git_revwalk_free>("cannot read the history", git_revwalk_new, repository);
  check(git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME), "cannot read the history");
  const git_oid start = to_oid(from.text);
  check(git_revwalk_push(walk.get(), &start), "cannot find the commit " + from.text);
  std::vector<LogEntry> entries;
  git_oid next;
  while (entries.size() < limit) {
    const int result = git_revwalk_next(&next, walk.get());
    if (result == GIT_ITEROVER) break;
    check(result, "cannot read the history");
    entries.push_back(entry_of(find_commit(repository, CommitId{to_text(next)}).get()));
  }
  return entries;
}

std::optional<std::string> Repository::read_file(const CommitId& commit, const fsops::WorkspacePath& path) const {
  const TreeHandle tree = find_tree(parts_->repository.get(), tree_of(commit));
  git_tree_entry* found = nullptr;
  const int result = git_tree_entry_bypath(&found, tree.get(), path.text().c_str());
  if (result == GIT_ENOTFOUND) return std::nullopt;
  check(result, fmt::format("cannot read {} of {}", path.text(), commit.text));
  const Handle<git_tree_entry, git_tree_entry_free> entry(found);
  const git_filemode_t mode = git_tree_entry_filemode(found);
  if (mode == GIT_FILEMODE_TREE) return std::nullopt;
  if (mode == GIT_FILEMODE_LINK || mode == GIT_FILEMODE_COMMIT)
    check_none_refused({path.text() + ": not a regular file"});
  return parts_->read_blob(*git_tree_entry_id(found));
}

std::vector<fsops::WorkspacePath> Repository::files(const CommitId& commit) const {
  std::vector<fsops::WorkspacePath> paths;
  for (TreeFile& file : tree_files(parts_->repository.get(), to_oid(tree_of(commit).text))) {
    paths.push_back(std::move(file.path));
  }
  return paths;
}

TreeId Repository::tree_of(const CommitId& commit) const {
  return {to_text(*git_commit_tree_id(find_commit(parts_->repository.get(), commit).get()))};
}

}  // namespace tenon::git
