// What a snapshot knows of each name of its tree, and the bytes it is kept as. For the inside of this room.
//
// The bytes: a line "tenon-manifest 1", then for each entry, ordered by path, the fields
//   kind mode uid gid seconds nanoseconds size digest
// separated by spaces (kind: f file, d directory, l link, s same file as; mode octal, permissions only; digest 64
// hexadecimal digits, "-" where there is none), a space, the path, NUL, the text, NUL. Times count from 1970. The root
// of the tree is the directory with the empty path.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::fsops {

enum class ManifestKind : char { file = 'f', directory = 'd', link = 'l', same_file = 's' };

struct ManifestEntry {
  ManifestKind kind = ManifestKind::file;
  std::uint32_t mode = 0;
  std::uint32_t user = 0;
  std::uint32_t group = 0;
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  std::uint64_t size = 0;
  std::string digest;  // of a file's content: 64 hexadecimal digits
  std::string path;
  std::string text;  // link: what it says; same_file: the path of the first name
  bool operator==(const ManifestEntry&) const = default;
};

struct Manifest {
  std::vector<ManifestEntry> entries;
};

std::string manifest_bytes(const Manifest& manifest);

// Throws data_corrupted for anything that manifest_bytes does not write: also for paths that lead out of a tree.
Manifest parse_manifest(std::string_view bytes);

// For copy_metadata.
struct stat status_of(const ManifestEntry& entry);

// Whether a path is relative and without empty, `.` and `..` components; its bytes do not matter.
bool stays_below(std::string_view path);

}  // namespace tenon::fsops
