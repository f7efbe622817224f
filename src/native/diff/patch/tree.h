// What a patch is applied to, as far as the applier can see: files by name. Two are built in: a directory behind the
// guard (workspace_tree.h) and files in memory (memory_tree.h), which also stands for an index.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "native/diff/patch/change_set.h"

namespace tenon::diff::patch {

enum class Presence { nothing, file, link, directory, other };

class Tree {
 public:
  virtual ~Tree() = default;

  // Why no patch may name this path; nothing if it may.
  virtual std::optional<std::string> fault_of(const std::string& path) const = 0;

  // What is there, links not followed. Nothing below a link or a file is ever seen.
  virtual Presence presence(const std::string& path) const = 0;

  // The file or link, nothing if there is none; a sentence when it cannot be patched (special file, too large).
  virtual std::expected<std::optional<FileContent>, std::string> read(const std::string& path) const = 0;
};

// Where the bytes of objects come from that a patch names by its `index` line: a repository, or a test.
class BlobSource {
 public:
  virtual ~BlobSource() = default;

  // By a unique prefix of its hexadecimal name; nothing if there is none.
  virtual std::optional<std::string> find(std::string_view id) const = 0;
};

}  // namespace tenon::diff::patch
