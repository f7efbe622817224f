// Reads a tree into a store: what changed since it was read before, the rest is known. For the inside of this room.
#pragma once

#include <atomic>
#include <ctime>
#include <map>

#include "native/fsops/content_store.h"
#include "native/fsops/seen_files.h"
#include "native/fsops/tree_scan.h"

namespace tenon::fsops {

class SnapshotReading {
 public:
  // All outlive it.
  SnapshotReading(const FileDescriptor& tree, const ContentStore& store, const SeenFiles& before, TransferMeter& meter);

  // Once.
  Manifest read(unsigned threads);

  // For the next time.
  SeenFiles seen() const;
  std::uint64_t stored_files() const { return stored_files_; }
  std::uint64_t stored_bytes() const { return stored_bytes_; }

 private:
  void find_first_names();
  void read_name(std::size_t i);
  std::expected<ContentStore::Stored, int> store_content(const std::string& path);
  void leave_out(const std::string& path, int error_number);
  Manifest manifest();

  const FileDescriptor& tree_;
  const ContentStore& store_;
  const SeenFiles& before_;
  TransferMeter& meter_;
  timespec began_{};
  std::vector<ScannedName> names_;
  std::map<std::size_t, std::size_t> same_as_;  // further names of a file, and its first
  std::vector<std::string> digests_;            // of names_, where it is a file that was read
  std::atomic<std::uint64_t> stored_files_ = 0;
  std::atomic<std::uint64_t> stored_bytes_ = 0;
};

}  // namespace tenon::fsops
