// A tree of files as the merge of trees sees it: a directory (merge_directory.h), or files in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/diff/patch/change_set.h"
#include "native/fsops/content_hash.h"
#include "native/fsops/workspace.h"

namespace tenon::diff {

struct MergeNode {
  std::string name;              // one component
  std::optional<FileType> type;  // nothing: a directory
  fsops::ContentKey key;         // equal for equal contents; of a directory: of all that is in it

  bool operator==(const MergeNode&) const = default;
};

// The trees of one merge must make their keys in the same way. Thread safe.
class MergeTree {
 public:
  virtual ~MergeTree() = default;

  // What is in a directory, ordered by name; "" is the root. Directories without files are not listed.
  virtual std::vector<MergeNode> list(const std::string& directory) const = 0;

  // The bytes of a file, or what a link says.
  virtual std::string read(const std::string& path) const = 0;

  // What could not be listed, or has a name that no workspace may have.
  virtual std::vector<fsops::Refusal> left_out() const { return {}; }
};

}  // namespace tenon::diff
