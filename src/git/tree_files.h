// The files of a tree, checked before anything is written; for the inside of this room.
#pragma once

#include <git2.h>

#include <string>
#include <vector>

#include "native/fsops/workspace.h"

namespace tenon::git {

struct TreeFile {
  fsops::WorkspacePath path;
  git_oid blob;
  fsops::FileMode mode = fsops::FileMode::regular;
};

// Ordered by path. Throws permission_denied, with the names, for links, submodules and names the guard refuses.
std::vector<TreeFile> tree_files(git_repository* repository, const git_oid& tree);

// Throws permission_denied, with the names, if the files cannot stand beside each other in a work tree: names that
// collide when case does not count (CVE-2021-21300), a directory that git would take for a repository
// (safe.bareRepository).
void check_layout(const std::vector<fsops::WorkspacePath>& paths);

// Throws permission_denied; `refusals` are "name: reason".
void check_none_refused(const std::vector<std::string>& refusals);

}  // namespace tenon::git
