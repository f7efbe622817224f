// The index of one tree, for asking. An open index knows what changed since it was built: it looks at the stamps of
// all files and directories (Freshness::checked), or is told by whoever writes (notify) and asked with
// Freshness::notified. What changed is searched as it is; the index only says which of the unchanged files can be left
// out. Answers are those of a scan of the tree, always.
//
// Not thread safe: one caller at a time; searching itself uses many threads. Several processes may ask and one may
// build at the same time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/file_descriptor.h"
#include "native/index/search/search_tree.h"
#include "native/index/tree/index_builder.h"
#include "native/index/tree/index_store.h"
#include "native/index/tree/indexed_tree.h"
#include "native/index/tree/tree_state.h"

namespace tenon::index {

enum class Freshness { checked, notified };

// Files that are chosen otherwise than the index chose them: by globs, with hidden or ignored ones …
struct WalkedFiles {
  std::string_view below;       // a directory of the tree; empty: all of it
  std::filesystem::path named;  // how the caller names it, which globs and ignore files above it depend on
  fsops::TreeWalkOptions walk;
};

class TreeIndex {
 public:
  // Throws not_found when there is no such tree.
  explicit TreeIndex(IndexedTree tree);

  // Opens what is there; false when there is no index that holds. Forgets what was notified before.
  bool open();
  bool is_open() const { return state_ != nullptr; }
  const OpenIndex& opened() const { return state_->index(); }

  // Builds, and opens the result.
  BuildOutcome build(BuildKind kind, const ProgressSink& progress);
  void drop();

  // A file or directory was written, made, renamed or removed by us; `path` relative to the root.
  void notify(std::string_view path);

  // Searches the files below a directory of the tree (empty: all). Nothing when a scan is the better way: no index, a
  // pattern that says too little, a directory the index does not hold, languages that are asked for: these are answered
  // by search_walked(). A damaged index closes itself.
  std::optional<SearchSummary> search(const LinePattern& pattern, const SearchOptions& options,
                                      const LanguageFilter& languages, std::string_view below, Freshness freshness,
                                      const ResultSink& sink);

  // Searches the files that a walk finds, and leaves out those that the index knows, as they are, to have no match.
  // Nothing as for search(). Throws as walk_tree().
  std::optional<SearchSummary> search_walked(const LinePattern& pattern, const SearchOptions& options,
                                             const LanguageFilter& languages, const WalkedFiles& files,
                                             const ResultSink& sink);

  // Files that changed since the index was built, as far as it was looked or told.
  std::size_t changed_files() const;

  const IndexStore& store() const { return store_; }
  const std::filesystem::path& root() const { return tree_.root; }

 private:
  using Documents = std::vector<std::uint32_t>;

  std::optional<std::vector<Documents>> possible(const LinePattern& pattern, const SearchOptions& options,
                                                 Freshness freshness);
  bool excludes(const std::vector<Documents>& possible, const std::string& path) const;
  std::optional<std::vector<std::string>> planned(const LinePattern& pattern, const SearchOptions& options,
                                                  Freshness freshness);
  bool worthwhile(std::size_t documents, Freshness freshness) const;

  IndexedTree tree_;
  IndexStore store_;
  fsops::FileDescriptor directory_;
  std::unique_ptr<TreeState> state_;
};

}  // namespace tenon::index
