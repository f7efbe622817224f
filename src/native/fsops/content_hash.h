// Hashes of files and trees. XXH3 (128 bits) is identity in memory: fast, and anyone can make two inputs that collide.
// SHA-256 is for what is stored or crosses a trust boundary.
//
// A tree's digest covers names, kinds, the executable bit, link targets and contents, and nothing else (no times, no
// owners, no empty directories): equal trees have equal digests wherever they lie. It is the hash, under the same
// algorithm, of one record for each entry in the order of their paths: kind (`f`, `x`, `l`), a space, the entry's hash
// in hexadecimal, a space, the path's length in decimal, a space, the path, a line feed. A link's hash is that of its
// target.
//
// Thread safe. Files are read by descriptors relative to the open root, links are not followed.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/tree_walk.h"

namespace tenon::fsops {

enum class HashAlgorithm { xxh3, sha256 };

struct ContentKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const ContentKey&) const = default;
};

// XXH3-128 with seed 0. O(n).
ContentKey content_key(std::string_view bytes);

// "xxh3:" and 32 hexadecimal digits (canonical, high half first), or core's "sha256:" and 64.
std::string content_hash(std::string_view bytes, HashAlgorithm algorithm);

// Reads to the end; the error number otherwise. Takes regular files only.
std::expected<std::string, int> content_hash_of(int descriptor, HashAlgorithm algorithm);

struct HashedEntry {
  std::string path;  // relative to the root
  EntryKind kind = EntryKind::file;
  FileMode mode = FileMode::regular;
  std::uint64_t size = 0;  // bytes read
  std::string hash;
};

struct TreeHash {
  std::string digest;                // of the whole tree; empty when something could not be read
  std::vector<HashedEntry> entries;  // ordered by path, byte by byte
  std::vector<TreeWalkFailure> failures;
};

// Hashes what walk_tree() lists with these options. Sockets, FIFOs and devices are left out. Throws as walk_tree().
TreeHash hash_tree(const std::filesystem::path& root, HashAlgorithm algorithm, const TreeWalkOptions& options);

}  // namespace tenon::fsops
