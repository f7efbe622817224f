// Which files that went and which files that came are one file under two names, as git finds it (gitdiffcore(7)): first
// files of equal content, then files of one name that are similar, then the most similar pairs of all. For the inside
// of this room: trees are compared (tree_diff.h) and merged (merge/renames.h) by it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "native/diff/similarity.h"

namespace tenon::diff {

struct RenameCandidate {
  std::string_view path;
  std::optional<std::uint64_t> content;  // the same number for equal contents; nothing: equal to none
  bool still_there = false;              // of a source: it kept its name, and can only be copied
  bool matters = true;                   // of a source: more than an equal file is looked for
};

struct RenameCandidates {
  std::vector<RenameCandidate> sources;
  std::vector<RenameCandidate> targets;
  // Called once at most for each file, by several threads; nothing for what is similar to nothing.
  std::function<std::optional<Fingerprint>(std::size_t source)> source_fingerprint;
  std::function<std::optional<Fingerprint>(std::size_t target)> target_fingerprint;
};

struct RenameRules {
  bool copies = false;                 // a source may go to several targets
  std::uint32_t least_similarity = 0;  // percent; 100: equal contents only
  std::uint64_t most_pairs = 0;        // more: only equal contents and equal names
  std::uint32_t threads = 1;
};

struct RenameMatch {
  std::size_t source = 0;
  std::size_t target = 0;
  std::uint32_t similarity = 0;  // percent
  bool copied = false;           // the source is still there, or went to another target
};

// At most one for each target. O(sources × targets) up to the limit, and one reading of each file.
std::vector<RenameMatch> match_renames(const RenameCandidates& candidates, const RenameRules& rules);

}  // namespace tenon::diff
