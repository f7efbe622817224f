// Personalised PageRank (Page, Brin, Motwani and Winograd 1999, section 6) over a weighted directed graph in compressed
// sparse rows: rank flows along edges in proportion to their weights; what nodes without edges hold, and the share
// 1 − damping of everything, goes to the nodes in proportion to `restart`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tenon::index {

struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  double weight = 0;  // > 0
};

// Edges of node n stand from begins[n] to begins[n + 1].
struct EdgeRows {
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> targets;
  std::vector<double> weights;

  std::uint32_t nodes() const { return begins.empty() ? 0 : static_cast<std::uint32_t>(begins.size() - 1); }
};

// O(nodes + edges); the order of the edges of a node is kept.
EdgeRows edge_rows(std::uint32_t nodes, std::span<const Edge> edges);

struct PageRankOptions {
  double damping = 0.85;
  double tolerance = 1e-6;  // sum of the changes of a step, for all nodes together
  std::uint32_t steps = 100;
};

// `restart` has a weight ≥ 0 for each node, or is empty or all zero: all alike. The ranks sum to 1.
std::vector<double> page_rank(const EdgeRows& graph, std::span<const double> restart,
                              const PageRankOptions& options = {});

}  // namespace tenon::index
