// Writes a change set to a directory: all of it or nothing, whatever ends the process.
//
//   1. The directory is locked (flock(2)); what an earlier process left half done is finished first.
//   2. Every file is compared with what the changes were computed from.
//   3. New contents are written into the root under reserved names, so that a full disk shows before anything has
//      changed; then a journal that names them. From its rename on, the changes are decided.
//   4. Files are moved into place; old ones are kept under reserved names until the end, so that a failure is undone by
//      renames alone, which need no space.
//   5. The journal goes, then the old files.
//
// A change that writes one file needs no journal: it is one rename.
//
// A process that was killed before step 4 has changed nothing; after it, recover_changes() (or the next write) finishes
// what it began, or puts everything back if that cannot be done. The journal is a text file, one entry a line, sealed
// with the SHA-256 of what stands before; a torn one is one that was never decided.
#pragma once

#include <functional>
#include <string_view>

#include "native/diff/patch/change_set.h"
#include "native/fsops/reserved_name.h"
#include "native/fsops/workspace.h"

namespace tenon::diff::patch {

enum class Recovery { nothing_to_do, finished, undone };

// Called before each step that changes something, with its name: for tests that end the process there.
using BeforeStep = std::function<void(std::string_view step)>;

struct WriteOptions {
  fsops::Durability durability = fsops::Durability::cached;  // synced: a loss of power leaves all or nothing, too
  BeforeStep before_step;
};

// A file keeps its permissions but for what its type says (regular, executable). Links may only lead into the
// workspace. Directories that become empty go. Throws, with every file as it was: conflict when a file is not what the
// change was computed from; busy when another process writes changes here; permission_denied for names and links that
// lead outside; storage_full.
void write_changes(const fsops::Workspace& workspace, const ChangeSet& changes, const WriteOptions& options = {});

// Finishes or undoes what a killed process left. Throws busy while another process writes changes here.
Recovery recover_changes(const fsops::Workspace& workspace, const BeforeStep& before_step = {});

// Names in the root of a workspace that begin so belong to a write that is not finished.
using fsops::kChangesPrefix;

}  // namespace tenon::diff::patch
