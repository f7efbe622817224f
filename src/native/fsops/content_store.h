// The objects and shared files of a snapshot store (snapshot_store.h). For the inside of this room. Thread safe; any
// number of processes add at a time, removing needs the store for itself.
#pragma once

#include <sys/stat.h>

#include <expected>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "native/fsops/clone_method.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/snapshot_manifest.h"
#include "native/fsops/transfer_meter.h"

namespace tenon::fsops {

class ContentStore {
 public:
  // `root`: the store's directory, open.
  explicit ContentStore(const FileDescriptor& root);

  struct Stored {
    std::string digest;
    bool is_new = false;
    struct stat status{};  // of the file when it was read
  };

  // The content of an open file. The error number otherwise: of reading it; EAGAIN if it keeps being written, ENODATA
  // if it has not its size (file_copy.h). Throws what goes wrong in the store.
  std::expected<Stored, int> add(int source, const TransferMeter& meter) const;

  bool has(std::string_view digest, std::uint64_t size) const;

  // Writes the content of an entry into an empty file; data_corrupted if it is not there or not what it was.
  void write(const ManifestEntry& entry, int target, CloneMethod method, const TransferMeter& meter) const;

  // Makes `name` in `directory` a hard link of the shared file of an entry, which is made if need be.
  void link_shared(const ManifestEntry& entry, int directory, const std::string& name,
                   const TransferMeter& meter) const;

  // A whole file of the store, written beside and renamed.
  void write_file(const std::string& name, std::string_view bytes) const;

  // Removes all objects and shared files but those with these digests. Number of objects removed.
  std::uint64_t keep_only(const std::set<std::string>& digests) const;

 private:
  std::expected<Stored, int> add_small(int source, std::uint64_t size) const;
  std::expected<Stored, int> add_large(int source, const TransferMeter& meter) const;
  void make_shared_file(const ManifestEntry& entry, const std::string& name, const TransferMeter& meter) const;

  FileDescriptor root_;
  FileDescriptor unfinished_;
};

// Where things are in a store, below its root.
inline constexpr const char* kObjects = "objects";
inline constexpr const char* kShared = "shared";
inline constexpr const char* kUnfinished = "unfinished";

}  // namespace tenon::fsops
