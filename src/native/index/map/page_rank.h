// Personalised PageRank (Page, Brin, Motwani and Winograd 1999, section 6) of files that mention names which files
// define. Rank flows from a file to the names it mentions, in proportion to the weights, and from a name to each file
// that defines it. That is the graph with an edge from each mentioning to each defining file, of the mention's weight,
// without ever writing it down: a name that 1,000 files define and 1,000 mention costs 2,000 steps, not a million.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tenon::index {

// Compressed sparse rows. Mentions of file f stand from mention_begins[f] to mention_begins[f + 1], the files that
// define name n from definer_begins[n] to definer_begins[n + 1]. Every name mentioned is defined by some file.
struct RankGraph {
  std::vector<std::uint32_t> mention_begins = {0};
  std::vector<std::uint32_t> mention_names;
  std::vector<float> mention_weights;  // > 0
  std::vector<std::uint32_t> definer_begins = {0};
  std::vector<std::uint32_t> definers;

  std::uint32_t files() const { return static_cast<std::uint32_t>(mention_begins.size() - 1); }
  std::uint32_t names() const { return static_cast<std::uint32_t>(definer_begins.size() - 1); }
};

struct PageRankOptions {
  double damping = 0.85;
  double tolerance = 1e-6;  // of a step: the sum of all changes, by file
  std::uint32_t steps = 100;
};

struct Ranks {
  std::vector<double> files;  // sum to 1
  std::vector<double> names;  // what flows over a name to each of the files that define it
};

// `restart` says where rank begins, and where that of files without mentions goes: a weight ≥ 0 for each file; empty or
// all zero: all alike. O(steps × (mentions + definitions)).
Ranks page_rank(const RankGraph& graph, std::span<const double> restart, const PageRankOptions& options = {});

}  // namespace tenon::index
