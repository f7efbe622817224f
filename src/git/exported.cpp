#include "git/exported.h"

#include <sys/stat.h>

#include <cerrno>

#include <fmt/format.h>

namespace tenon::git {
namespace {

const fsops::WorkspacePath& index_path() {
  static const fsops::WorkspacePath path = fsops::WorkspacePath::parse("index");
  return path;
}

Error foreign(const std::filesystem::path& directory, const std::string& reason) {
  return Error(ErrorCode::conflict, fmt::format("{} {}", directory.string(), reason),
               "Name a directory that does not exist or is empty.");
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// packed-refs(5): "<id> <name>" lines, among comments and peeled tags.
std::string packed_reference(const std::string& packed, const std::string& reference) {
  const std::string end = " " + reference + "\n";
  const std::size_t found = packed.find(end);
  if (found == std::string::npos || found < GIT_OID_HEXSZ) return {};
  return packed.substr(found - GIT_OID_HEXSZ, GIT_OID_HEXSZ);
}

git_oid blob_id(const std::string& bytes) {
  git_oid id;
  check(git_odb_hash(&id, bytes.data(), bytes.size(), GIT_OBJECT_BLOB), "cannot hash a file");
  return id;
}

std::uint32_t filemode(fsops::FileMode mode) {
  return mode == fsops::FileMode::executable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
}

git_index_time index_time(const timespec& time) {
  return {.seconds = static_cast<std::int32_t>(time.tv_sec), .nanoseconds = static_cast<std::uint32_t>(time.tv_nsec)};
}

const TreeFile* find(const FilesByPath& files, const std::string& path) {
  const auto found = files.find(path);
  return found == files.end() ? nullptr : &found->second;
}

}  // namespace

FilesByPath by_path(std::vector<TreeFile> files) {
  FilesByPath result;
  for (TreeFile& file : files) result.emplace(file.path.text(), std::move(file));
  return result;
}

ExportedRepository ExportedRepository::open(const std::filesystem::path& directory, const std::string& branch) {
  fsops::Workspace files = fsops::Workspace::open(directory);
  // A `.git` file or link leads to another repository (worktrees, submodules): not one of ours.
  struct stat status{};
  if (::lstat((directory / ".git").c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    throw foreign(directory, "is not empty and no repository");
  }
  fsops::Workspace git = fsops::Workspace::open(directory / ".git");
  const std::optional<std::string> head = git.read_if_present(fsops::WorkspacePath::parse("HEAD"));
  if (!head || first_line(*head) != "ref: refs/heads/" + branch) {
    throw foreign(directory, fmt::format("does not have the branch {} checked out", branch));
  }
  for (const char* lock : {"index.lock", "HEAD.lock"}) {
    if (!git.find(fsops::WorkspacePath::parse(lock))) continue;
    throw Error(ErrorCode::busy, fmt::format("git is at work in {}", directory.string()),
                fmt::format("Wait until it is done, or remove .git/{} if it is not.", lock));
  }
  return {std::move(files), std::move(git), branch};
}

std::optional<CommitId> ExportedRepository::head() const {
  const std::string reference = "refs/heads/" + branch_;
  const std::optional<std::string> loose = git_.read_if_present(fsops::WorkspacePath::parse(reference));
  std::string id = loose ? first_line(*loose) : std::string();
  if (id.empty()) {
    const std::optional<std::string> packed = git_.read_if_present(fsops::WorkspacePath::parse("packed-refs"));
    if (packed) id = packed_reference(*packed, reference);
  }
  if (id.empty()) return std::nullopt;
  return CommitId{to_text(to_oid(id))};
}

bool ExportedRepository::file_is(const std::string& path, const TreeFile* expected) const {
  const fsops::WorkspacePath name = fsops::WorkspacePath::parse(path);
  const std::optional<fsops::Entry> entry = files_.find(name);
  if (!entry || expected == nullptr) return !entry && expected == nullptr;
  if (entry->kind != fsops::EntryKind::file || entry->mode != expected->mode) return false;
  const git_oid id = blob_id(files_.read(name));
  return git_oid_equal(&id, &expected->blob) != 0;
}

std::vector<std::string> ExportedRepository::obstacles(const FilesByPath& before, const FilesByPath& after,
                                                       const ExportedIndex& index) const {
  std::vector<std::string> found;
  const auto look = [&](const std::string& path) {
    const TreeFile* old_file = find(before, path);
    const TreeFile* new_file = find(after, path);
    const bool file_is_ours = file_is(path, old_file) || file_is(path, new_file);
    const bool entry_is_ours = index.entry_is(path, old_file) || index.entry_is(path, new_file);
    if (!file_is_ours || !entry_is_ours) found.push_back(path);
  };
  for (const auto& [path, file] : before) {
    const TreeFile* replacement = find(after, path);
    const bool same =
        replacement != nullptr && git_oid_equal(&replacement->blob, &file.blob) != 0 && replacement->mode == file.mode;
    if (!same) look(path);
  }
  for (const auto& [path, file] : after) {
    if (find(before, path) == nullptr) look(path);
  }
  return found;
}

ExportedIndex::ExportedIndex(const fsops::Workspace& git, const std::filesystem::path& scratch)
    : copy_(scratch / "index") {
  constexpr std::uint64_t kLargest = 1ULL << 30U;
  const std::optional<std::string> bytes = git.read_if_present(index_path(), kLargest);
  if (bytes) fsops::Workspace::open(scratch).write(index_path(), *bytes);
  index_ = made<git_index, git_index_free>("cannot read the index", git_index_open, copy_.c_str());
}

bool ExportedIndex::entry_is(const std::string& path, const TreeFile* expected) const {
  for (const int stage : {1, 2, 3}) {
    if (git_index_get_bypath(index_.get(), path.c_str(), stage) != nullptr) return false;
  }
  const git_index_entry* entry = git_index_get_bypath(index_.get(), path.c_str(), 0);
  if (entry == nullptr || expected == nullptr) return entry == nullptr && expected == nullptr;
  return git_oid_equal(&entry->id, &expected->blob) != 0 && entry->mode == filemode(expected->mode);
}

// With the file's status beside its id `git status` need not read the file again.
void ExportedIndex::put(const TreeFile& file, const fsops::Workspace& files) {
  const fsops::FileDescriptor opened = files.open_file(file.path);
  struct stat status{};
  if (::fstat(opened.number(), &status) != 0) throw system_error("cannot look at " + file.path.text(), errno);
  const git_index_entry entry{.ctime = index_time(status.st_ctim),
                              .mtime = index_time(status.st_mtim),
                              .dev = static_cast<std::uint32_t>(status.st_dev),
                              .ino = static_cast<std::uint32_t>(status.st_ino),
                              .mode = filemode(file.mode),
                              .uid = status.st_uid,
                              .gid = status.st_gid,
                              .file_size = static_cast<std::uint32_t>(status.st_size),
                              .id = file.blob,
                              .flags = 0,
                              .flags_extended = 0,
                              .path = file.path.text().c_str()};
  check(git_index_add(index_.get(), &entry), "cannot add " + file.path.text() + " to the index");
}

void ExportedIndex::remove(const std::string& path) {
  const int result = git_index_remove(index_.get(), path.c_str(), 0);
  if (result != GIT_ENOTFOUND) check(result, "cannot remove " + path + " from the index");
}

void ExportedIndex::write(const fsops::Workspace& git) {
  check(git_index_write(index_.get()), "cannot write the index");
  const fsops::Workspace scratch = fsops::Workspace::open(copy_.parent_path());
  git.write(index_path(), scratch.read(index_path(), 1ULL << 30U), fsops::FileMode::regular, fsops::Durability::synced);
}

}  // namespace tenon::git
