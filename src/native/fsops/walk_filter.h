// What a walk lists: globs of the caller, then ignore files, then types of files, then hidden names, with ripgrep's
// precedence. For the inside of this room. Immutable, thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "native/fsops/glob.h"
#include "native/fsops/ignore_stack.h"
#include "native/fsops/tree_walk.h"

namespace tenon::fsops {

// `-g` globs: the last that matches decides.
class WalkGlobs {
 public:
  // Throws invalid_argument for a malformed one.
  explicit WalkGlobs(const std::vector<WalkGlob>& globs);

  enum class Verdict { silent, listed, skipped };
  // `path` is relative to where the globs are anchored.
  Verdict decide(std::string_view path, std::string_view name, IgnoreKind kind) const;

  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    Glob glob;
    bool listed = true;  // without `!`
    bool directories_only = false;
    bool whole_path = false;
  };
  std::vector<Rule> rules_;
  bool any_listed_ = false;
};

// Paths given to decide() have `root_length` bytes in front of what is relative to the root. Globs are matched with
// what follows `glob_length` bytes; or, if the caller names the root otherwise than it is (by a link), with `named` and
// what is relative to the root.
struct WalkPrefixes {
  std::size_t root_length = 0;
  std::size_t glob_length = 0;
  std::optional<std::string> named;
};

class WalkFilter {
 public:
  WalkFilter(const TreeWalkOptions& options, WalkPrefixes prefixes);

  enum class Verdict {
    listed,
    skipped,
    tracked_only,  // a directory that is ignored, with tracked files somewhere below
  };
  Verdict decide(const IgnoreStack& stack, std::string_view path, std::string_view name, IgnoreKind kind) const;

  // Below a directory that is tracked_only.
  Verdict decide_tracked(std::string_view path, IgnoreKind kind) const;

 private:
  WalkGlobs::Verdict decide_globs(std::string_view path, std::string_view name, IgnoreKind kind) const;

  WalkGlobs globs_;
  std::unordered_set<std::string> tracked_;              // files
  std::unordered_set<std::string> tracked_directories_;  // all directories they are in
  WalkPrefixes prefixes_;
  NameChoice names_;
  bool skip_hidden_;
  bool obey_ignore_files_;
};

}  // namespace tenon::fsops
