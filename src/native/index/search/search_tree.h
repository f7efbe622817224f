// Searches a directory tree by reading it: the walk hands files to the searchers on its own threads, results come in
// the order of paths.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "native/fsops/tree_walk.h"
#include "native/index/languages.h"
#include "native/index/search/search_files.h"

namespace tenon::index {

// Which files of a tree; both lists empty: all. Hidden files of the languages in `only` are among them, and a glob that
// lists a file wins (ripgrep's order).
struct LanguageFilter {
  std::vector<const Language*> only;
  std::vector<const Language*> without;

  bool excludes(std::string_view path) const;

  // As part of a walk; the filter must outlive it. Empty for all files.
  fsops::NameChoice as_choice() const;
};

// `walk.threads` is the number of threads. Throws as walk_tree(); what single directories and files fail with is in the
// summary. Results are at most those of a walk at the time: a file that appears meanwhile may be missing.
SearchSummary search_tree(const std::filesystem::path& root, const LinePattern& pattern, const SearchOptions& options,
                          const fsops::TreeWalkOptions& walk, const LanguageFilter& languages, const ResultSink& sink);

}  // namespace tenon::index
