// What the merge of trees knows of one path, for the inside of this folder.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native/diff/merge/tree_merge.h"

namespace tenon::diff {

enum class Side : std::uint8_t { base, ours, theirs };

inline Side other_of(Side side) { return side == Side::ours ? Side::theirs : Side::ours; }

// Where bytes are, and what they are.
struct Content {
  Side side = Side::base;
  std::string path;  // in the tree of that side
  fsops::ContentKey key;
  std::shared_ptr<const FileMerge> made;  // the bytes themselves, when a merge made them
};

struct Version {
  std::string path;  // where it stands on its side
  FileType type = FileType::regular;
  Content content;

  bool is_link() const { return type == FileType::link; }
};

bool same_content(const Content& one, const Content& other);
bool same(const std::optional<Version>& one, const std::optional<Version>& other);  // type and content

struct PathState {
  std::array<std::optional<Version>, 3> versions;  // by Side
  bool kept = false;  // renamed by one side and removed by the other: its only version stays, changed or not

  std::optional<Version>& at(Side side) { return versions[static_cast<std::size_t>(side)]; }
  const std::optional<Version>& at(Side side) const { return versions[static_cast<std::size_t>(side)]; }
  bool has(Side side) const { return at(side).has_value(); }
};

// Ordered by path.
using PathStates = std::map<std::string, PathState>;

struct Collection {
  PathStates states;              // of files that are not the same in all trees
  std::vector<std::string> rest;  // files that are, and directories that were not entered
};

// Compares the trees, leaving out what is at or below the paths of `left_out`.
Collection collect_paths(const Trees& trees, const std::vector<fsops::Refusal>& left_out);

const MergeTree& tree_of(const Trees& trees, Side side);
std::string bytes_of(const Trees& trees, const Content& content);

}  // namespace tenon::diff
