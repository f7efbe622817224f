// A second, independent copy of a directory tree.
//
// What the clone has exactly as the source: names of any bytes, contents, holes, mode (07777), modification times in
// nanoseconds, of links and directories too, symbolic links with their text, empty directories, and files with several
// names in the tree (they stay one file; names outside of the tree are not taken along). Owner and group are kept when
// root clones, where the system lets it.
//
// Not taken along: extended attributes and ACLs (file capabilities among them), creation and access times, unfinished
// writes (kUnfinishedPrefix). Left out and reported: sockets, FIFOs, devices, mounts, what cannot be read, and files
// that the kernel makes up (/proc, /sys: their size is not that of their content). An overlay shows the source as it
// is, all of that included.
//
// Complete or not there: the clone is built beside its place under a name with kUnfinishedPrefix and renamed when it is
// whole. What a killed process left is removed by the next clone into the same directory. Names in the source are
// opened one component at a time and never through links, so that a source that changes during the clone leads nowhere
// else; a file that keeps changing while it is copied is reported as left out.
//
// Thread safe: no state. Blocks; call it from the blocking pool.
#pragma once

#include <filesystem>
#include <optional>

#include "native/fsops/clone_method.h"
#include "native/fsops/transfer.h"

namespace tenon::fsops {

struct CloneOptions {
  // Nothing: probe_clone_method. A method that the place does not support is refused (unsupported), and overlay and
  // hardlink when the use rules them out (invalid_argument).
  std::optional<CloneMethod> method;
  CloneUse use;
  TransferOptions transfer;
};

struct CloneReport {
  CloneMethod method = CloneMethod::copy;
  TransferReport tree;  // of an overlay: zeros, nothing was read
};

// `target` must not exist or be an empty directory (conflict); its parent must exist. A place at or below `source` is
// refused (invalid_argument): whoever walks the source would walk its clones. Trees deeper than kCloneDepth:
// quota_exceeded. Also not_found, permission_denied, storage_full, cancelled.
CloneReport clone_tree(const std::filesystem::path& source, const std::filesystem::path& target,
                       const CloneOptions& options);

// Removes a clone whatever it was made by: an overlay is unmounted (busy: somebody works in it) and its layers go too.
void discard_clone(const std::filesystem::path& target);

inline constexpr unsigned kCloneDepth = 400;

}  // namespace tenon::fsops
