// The repo map: the part of a tree's definitions that matters most for a question, in as many tokens as a model may be
// given.
//
// Files are nodes; a file that mentions a name has an edge to each file that defines it. The weight of an edge, after
// aider's repository map (Apache-2.0; https://aider.chat/docs/repomap.html), is
//
//   sqrt(mentions) × 10 if the question mentions the name × 10 if it is a compound name of 8 letters or more
//   × 0.1 if it begins with "_" × 0.1 if more than 5 files define it
//
// and the restart of PageRank goes to the files in focus and to those that the question mentions. The rank of a file
// flows over its edges to definitions; the best of them are rendered, each under the definitions around it, until the
// budget is used. Unlike there, the root is taken once for an edge, and neither focus nor mentions are part of what is
// cached; edges from a file in focus are not × 50, which would change nothing: rank leaves a file in proportion to its
// edges.
//
// What a file defines and mentions is kept by its content, and only changed files are read again. Not thread safe; one
// map for each tree. Reading is parallel.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/index/symbols/symbol.h"

namespace tenon::index {

// A file as a walk found it. Its content is read again only when one of these differs from what is cached, or when the
// time of change is so near to the last look that it could have changed since (git's racy rule).
struct MapSource {
  std::string path;  // relative to the tree
  std::uint64_t size = 0;
  std::int64_t changed_ns = 0;  // mtime, nanoseconds since 1970
  std::uint64_t inode = 0;
};

struct MapOptions {
  unsigned threads = 1;
  SymbolLimits limits = {.bytes = 2ULL << 20U};
};

struct MapRefresh {
  std::uint32_t files = 0;       // in the map
  std::uint32_t scanned = 0;     // read and scanned now
  std::uint32_t unreadable = 0;  // left out: they could not be read
  std::uint32_t incomplete = 0;  // left out in part or whole, see Completeness
};

struct MapQuestion {
  std::vector<std::string> focus;     // paths: already known to the reader, and not shown
  std::vector<std::string> mentions;  // names, base names of files without their extension, paths
  std::uint32_t budget = 1'024;       // tokens
  double bytes_per_token = 4;         // an estimate for source code; the caller may know better
};

struct MapEntry {
  std::string path;
  std::string name;
  std::string scope;
  SymbolKind kind = SymbolKind::variable;
  std::uint32_t line = 0;
  double rank = 0;
};

struct RenderedMap {
  std::string text;
  std::uint32_t tokens = 0;       // of the text, by the estimate
  std::vector<MapEntry> entries;  // what the text shows, best first
};

class RepoMap {
 public:
  RepoMap(std::filesystem::path tree, MapOptions options);
  ~RepoMap();
  RepoMap(RepoMap&&) noexcept;
  RepoMap& operator=(RepoMap&&) noexcept;

  // Brings the map up to the files given, ordered by path; others are forgotten.
  MapRefresh refresh(std::span<const MapSource> files);

  // The budget is kept within 15 % when there is enough to show.
  RenderedMap render(const MapQuestion& question) const;

  // The cache: a file outside the tree, written whole or not at all, with a version and a checksum. One that is of
  // another version or tree, damaged or unreadable is not used: false, and the map is as it was.
  bool load(const std::filesystem::path& cache);
  void save(const std::filesystem::path& cache) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenon::index
