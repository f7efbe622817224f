// libgit2 with all that could read or run something of a user's or a workspace's switched off; for the inside of this
// room.
#pragma once

#include <git2.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"
#include "git/repository.h"

namespace tenon::git {

// An object of libgit2, released when its owner goes: `Handle<git_tree, git_tree_free>`.
template <class T, auto release>
struct Release {
  void operator()(T* object) const { release(object); }
};
template <class T, auto release>
using Handle = std::unique_ptr<T, Release<T, release>>;

using RepositoryHandle = Handle<git_repository, git_repository_free>;
using TreeHandle = Handle<git_tree, git_tree_free>;
using CommitHandle = Handle<git_commit, git_commit_free>;
using BlobHandle = Handle<git_blob, git_blob_free>;
using IndexHandle = Handle<git_index, git_index_free>;

// Starts libgit2 once for the process. Its configuration search paths are empty, so that no system, global or user
// configuration is read; a git directory of another owner is refused (CVE-2022-24765); objects are not synced one by
// one.
void start_library();

// Throws what libgit2 said if `result` is an error; `what` names the operation and its object.
void check(int result, std::string_view what);

// Calls `make(T**, ...)` and owns what it made.
template <class T, auto release, class Make, class... Arguments>
Handle<T, release> made(std::string_view what, Make make, Arguments... arguments) {
  T* object = nullptr;
  check(make(&object, arguments...), what);
  return Handle<T, release>(object);
}

git_oid to_oid(const std::string& text);
std::string to_text(const git_oid& oid);

CommitHandle find_commit(git_repository* repository, const CommitId& id);
TreeHandle find_tree(git_repository* repository, const TreeId& id);

}  // namespace tenon::git
