// Snapshots of directory trees: contents once each, by SHA-256, and a manifest for each snapshot.
//
//   format             names this layout and its version
//   lock               flock: shared while something is added or restored, exclusive while something is removed
//   objects/ab/cdef…   bytes of a file, 0444, by the digest of its content
//   snapshots/<id>     manifest (snapshot_manifest.h); its name is the SHA-256 of its bytes
//   shared/ab/cdef…    files with the content, mode and time of an entry, of which hardlink restores are made
//   seen/<place>       what the files of a directory looked like when they were last read, so that only changed ones
//                      are read again
//
// The same tree gives the same id, whoever makes the snapshot and wherever the tree stands. What is kept of a tree is
// what clone.h says of a clone; contents are checked against their digests when they are restored.
//
// Objects are never handed out: a restore copies or reflinks them. A hardlink restore links files of `shared`, which
// are copies of objects with the mode and time of the entry: a program that writes in place into such a workspace
// spoils only other hardlink workspaces, never a snapshot; a file of `shared` whose size or time is no longer right is
// replaced before it is linked again. Use hardlink only where the guard is the only writer (CloneUse).
//
// Several processes may use one store at a time. A process that is killed leaves a store that is valid: manifests
// appear whole, after their objects; what is unfinished is removed by the next remove(). Thread safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "native/fsops/clone.h"

namespace tenon::fsops {

struct SnapshotKind {};
using SnapshotId = Id<SnapshotKind>;  // 64 hexadecimal digits

struct Snapshot {
  SnapshotId id;
  Timestamp made;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  // of all files, not of what the store holds for them
};

struct SnapshotReport {
  Snapshot snapshot;
  TransferReport tree;
  std::uint64_t stored_files = 0;  // contents that the store did not have
  std::uint64_t stored_bytes = 0;
};

struct SnapshotOptions {
  TransferOptions transfer;
  Durability durability = Durability::cached;  // synced: everything is on the disk when the call returns
};

struct RestoreOptions {
  // Nothing: reflink if the place supports it, hardlink if the guard is the only writer, else copy. Not overlay.
  std::optional<CloneMethod> method;
  Writers writers = Writers::any;
  // What to do when the target is a directory with something in it: conflict, or it is exchanged for the snapshot in
  // one step and then removed. Descriptors of the old directory stay with the old one.
  Existing existing = Existing::refuse;
  TransferOptions transfer;
};

class SnapshotStore {
 public:
  // Made if absent (its parent must exist); a directory that is something else: conflict; another version: unsupported.
  static SnapshotStore open(const std::filesystem::path& directory);

  // Throws invalid_argument if the store lies in `tree`.
  SnapshotReport make(const std::filesystem::path& tree, const SnapshotOptions& options) const;

  // Complete or not there, as clone_tree. data_corrupted: a manifest or an object fails its check.
  CloneReport restore(const SnapshotId& id, const std::filesystem::path& target, const RestoreOptions& options) const;

  // The snapshot whose id begins so; not_found, conflict if there are several, invalid_argument under four digits.
  SnapshotId find(const std::string& prefix) const;

  // Oldest first.
  std::vector<Snapshot> list() const;

  // Removes a snapshot and every content that no other one needs. Waits until nobody uses the store. Number of objects
  // removed.
  std::uint64_t remove(const SnapshotId& id) const;

 private:
  explicit SnapshotStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path directory_;
};

}  // namespace tenon::fsops
