// The guard: the only way to files that an agent, a patch, an archive or an API names.
//
// A workspace is a directory that is held open. Every name is resolved by the kernel below that directory with
// openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV), so that a race with a
// process inside the workspace cannot lead outside (openat2(2); the P rows of the threat list). Only regular files are
// read, and opening never waits for a FIFO. A file with other hard links is replaced, never written through.
//
// Thread safe: it has no state but the descriptor. All functions throw: not_found; permission_denied for what leaves
// the workspace, goes over a link, a mount or a special file; storage_full; unsupported on a kernel without openat2
// (5.6).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/file_descriptor.h"
#include "native/fsops/workspace_path.h"

namespace tenon::fsops {

enum class FileMode { regular, executable };  // 0644, 0755
enum class Durability { cached, synced };     // synced: survives a loss of power
enum class EntryKind { file, directory, link, other };

struct Entry {
  WorkspacePath path;
  EntryKind kind = EntryKind::file;
  FileMode mode = FileMode::regular;
  std::uint64_t size = 0;  // bytes
};

// A name in the workspace that no WorkspacePath can have, or that is beyond the limits.
struct Refusal {
  std::string path;  // printable
  std::string reason;
};

struct Listing {
  std::vector<Entry> entries;     // ordered by path, byte by byte; a directory before what is in it
  std::vector<Refusal> refusals;  // ordered likewise; what is below a refused directory is not listed
};

struct WalkLimits {
  std::uint32_t depth = 64;         // components
  std::uint32_t entries = 200'000;  // more: quota_exceeded
};

class Workspace {
 public:
  // The directory itself is trusted, but may not be a link.
  static Workspace open(const std::filesystem::path& directory);

  // Bytes of a file; larger than `limit`: quota_exceeded.
  std::string read(const WorkspacePath& path, std::uint64_t limit = kReadLimit) const;
  std::optional<std::string> read_if_present(const WorkspacePath& path, std::uint64_t limit = kReadLimit) const;

  // Creates or replaces a file, whole or not at all, with the directories it needs. A link or special file in its place
  // is refused. Fails without leaving anything behind; after kill -9 remove_unfinished() clears up.
  void write(const WorkspacePath& path, std::string_view bytes, FileMode mode = FileMode::regular,
             Durability durability = Durability::cached) const;

  void make_directories(const WorkspacePath& path) const;

  // Removes a file, or a link itself, then the directories that became empty. False if there was none.
  bool remove(const WorkspacePath& path) const;

  // What is there, without following links; of a directory: below it.
  std::optional<Entry> find(const WorkspacePath& path) const;
  Listing walk(const WalkLimits& limits = {}) const;
  Listing walk(const WorkspacePath& below, const WalkLimits& limits = {}) const;

  FileDescriptor open_file(const WorkspacePath& path) const;       // to read; a regular file
  FileDescriptor open_directory(const WorkspacePath& path) const;  // O_PATH

  // Removes what a killed process left of its writes. Call only while nobody writes.
  void remove_unfinished(const WalkLimits& limits = {}) const;

  int descriptor() const { return directory_.number(); }
  const std::filesystem::path& path() const { return path_; }

  static constexpr std::uint64_t kReadLimit = 64ULL << 20U;

 private:
  Workspace(FileDescriptor directory, std::filesystem::path path);

  FileDescriptor directory_;
  std::filesystem::path path_;  // for messages; names are never resolved by it
};

}  // namespace tenon::fsops
