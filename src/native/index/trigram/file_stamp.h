// What tells that a file is as it was: size, times, inode. As git's index has it, with its rule for files that changed
// in the same tick of the clock in which they were read ("racy git", Documentation/technical/racy-git).
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>

namespace tenon::index {

// Stored as it is, in the byte order of the machine.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970, of the content
  std::int64_t changed = 0;   // of the inode
  std::uint64_t inode = 0;

  bool operator==(const FileStamp&) const = default;
};
static_assert(sizeof(FileStamp) == 32);

FileStamp stamp_of(const struct stat& status);

enum class FileKind { regular, directory, other };

// Nothing when it is not there, or not of this kind; a link is not followed. `name` relative to the open directory.
std::optional<FileStamp> stamp_of(int directory, const char* name, FileKind kind);

// Whether a file with this stamp, read at `read_at` (nanoseconds since 1970) or later, may have changed since without
// its stamp showing it.
bool is_racy(const FileStamp& stamp, std::int64_t read_at);

// The last moment of which that can be said.
std::int64_t racy_until(const FileStamp& stamp);

// Now, by the clock that stamps files.
std::int64_t stamp_clock();

}  // namespace tenon::index
