// The paths that a task may touch, as globs: `app/**`, `*.md`, `tests/*.py`.
//
//   *    any characters of one component, never `/`
//   **   as a whole component: any number of components, at the end at least one (`app/**` is everything below app)
//
// Everything else stands for itself, brackets too. Matching is exact about case.
#pragma once

#include <string>
#include <vector>

#include "native/fsops/workspace_path.h"

namespace tenon::fsops {

class PathSet {
 public:
  // An empty set contains nothing.
  PathSet() = default;

  // Throws invalid_argument: a glob that could not match any WorkspacePath, `**` inside a component.
  static PathSet parse(const std::vector<std::string>& globs);

  bool contains(const WorkspacePath& path) const;
  bool empty() const { return globs_.empty(); }
  std::vector<std::string> globs() const;

  // True only if no file can be in both, on a case-insensitive file system either, and no file of one is a directory
  // of the other. May answer false for sets that are disjoint. O(globs of one × globs of the other × their lengths).
  friend bool disjoint(const PathSet& one, const PathSet& other);

 private:
  struct Glob {
    std::string text;
    std::vector<std::string> components;
  };
  static bool may_meet(const Glob& one, const Glob& other);

  std::vector<Glob> globs_;
};

bool disjoint(const PathSet& one, const PathSet& other);

}  // namespace tenon::fsops
