// Lists the files of a tree, in parallel. Directories are read whole (getdents64(2)), kinds come from the directory
// entries, and ignore files are looked for only where the listing shows one. Links are listed, never followed; a
// directory that cannot be read, or vanishes, is reported and skipped. Names are bytes.
//
// What is skipped is what `rg --files` skips (gitignore(5), `.ignore`, hidden names, -g globs), unless the options say
// otherwise, and names of unfinished writes (reserved_name.h). The root itself is trusted: ignore files of the
// directories above it count too.
//
// Unlike Workspace::walk this is for trees of any size and names of any kind, and answers with paths as they are.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/glob.h"
#include "native/fsops/workspace.h"

namespace tenon::fsops {

enum class HiddenEntries { skipped, listed };          // names that begin with a dot
enum class IgnoreFiles { obeyed, disregarded };        // .gitignore, .ignore, .git/info/exclude, global excludes
enum class ParentIgnoreFiles { obeyed, disregarded };  // those of directories above the root
enum class RepositoryNeeded { yes, no };               // whether git's files count only inside a repository
enum class DirectoryEntries { skipped, listed };       // whether directories are visited, or only what is not one

// As `rg -g`: a gitignore pattern whose meaning is turned round. With any that does not begin with `!`, files that
// match none are skipped. The last that matches decides; they win over ignore files and hidden names.
struct WalkGlob {
  std::string pattern;
  LetterCase letter_case = LetterCase::exact;
};

// As `rg -t` and `-T`: what a file's base name says, where no glob decides and no ignore file takes it out. A name that
// is listed for it may be hidden.
enum class NameVerdict { silent, listed, skipped };
using NameChoice = std::function<NameVerdict(std::string_view name)>;

struct TreeWalkOptions {
  HiddenEntries hidden = HiddenEntries::skipped;
  IgnoreFiles ignore_files = IgnoreFiles::obeyed;
  ParentIgnoreFiles parent_ignore_files = ParentIgnoreFiles::obeyed;
  RepositoryNeeded repository_needed = RepositoryNeeded::yes;
  DirectoryEntries directories = DirectoryEntries::skipped;
  LetterCase ignore_case = LetterCase::exact;  // of ignore files (core.ignoreCase)
  std::filesystem::path global_excludes;       // core.excludesFile; empty: none
  std::vector<WalkGlob> globs;
  std::filesystem::path glob_anchor;  // a directory at or above the root, as the caller names it, that globs with a
                                      // slash begin at; empty: the root
  NameChoice names;                             // called by many threads at once; empty: silent
  std::vector<std::string> tracked;             // paths relative to the root that no ignore file takes out
  std::optional<std::uint64_t> max_file_bytes;  // larger regular files are skipped
  std::uint32_t max_depth = std::numeric_limits<std::uint32_t>::max();  // 1: only what is in the root itself
  std::uint32_t threads = 1;
};

// Valid during the call that hands it over.
struct TreeEntry {
  std::string_view path;  // relative to the root, `/` between components; a NUL follows
  std::string_view name;  // its last component
  EntryKind kind = EntryKind::file;
  int directory = -1;  // descriptor of the directory it is in, for openat(2) with `name`
};

// A directory (or ignore file) that could not be read; `path` relative to the root, empty for the root itself.
struct TreeWalkFailure {
  std::string path;
  int error_number = 0;
};

struct TreeWalkReport {
  std::uint64_t entries = 0;      // visited
  std::uint64_t directories = 0;  // read
  std::vector<TreeWalkFailure> failures;
};

using TreeVisitor = std::function<void(const TreeEntry&)>;

// Calls visitor `t` on thread `t` only, in no particular order; `visitor_of` is called with 0 … threads - 1 before any
// of them, on the caller's thread. A visitor must not throw. Throws not_found or permission_denied when the root cannot
// be read, conflict when it is no directory, invalid_argument for a malformed glob.
TreeWalkReport walk_tree(const std::filesystem::path& root, const TreeWalkOptions& options,
                         const std::function<TreeVisitor(std::uint32_t thread)>& visitor_of);

// All paths in one list, ordered byte by byte.
class TreeListing {
 public:
  struct Item {
    std::string_view path;  // lives as long as the listing
    EntryKind kind = EntryKind::file;
  };
  TreeListing() = default;
  TreeListing(const TreeListing&) = delete;
  TreeListing& operator=(const TreeListing&) = delete;
  TreeListing(TreeListing&&) = default;
  TreeListing& operator=(TreeListing&&) = default;

  const std::vector<Item>& items() const { return items_; }
  const TreeWalkReport& report() const { return report_; }

 private:
  friend TreeListing list_tree(const std::filesystem::path& root, const TreeWalkOptions& options);
  std::vector<std::string> arenas_;  // one for each thread
  std::vector<Item> items_;
  TreeWalkReport report_;
};

TreeListing list_tree(const std::filesystem::path& root, const TreeWalkOptions& options);

}  // namespace tenon::fsops
