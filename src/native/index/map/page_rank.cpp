#include "native/index/map/page_rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tenon::index {
namespace {

std::vector<double> normalised(std::span<const double> restart, std::uint32_t files) {
  const double sum = std::accumulate(restart.begin(), restart.end(), 0.0);
  if (sum <= 0) return std::vector<double>(files, 1.0 / files);
  std::vector<double> shares(restart.begin(), restart.end());
  for (double& share : shares) share /= sum;
  return shares;
}

std::span<const std::uint32_t> definers_of(const RankGraph& graph, std::uint32_t name) {
  const std::uint32_t begin = graph.definer_begins[name];
  return std::span(graph.definers).subspan(begin, graph.definer_begins[name + 1] - begin);
}

// 1 / the sum of the weights of a file's edges; 0 for a file without.
std::vector<double> inverse_sums(const RankGraph& graph) {
  std::vector<double> inverse(graph.files());
  for (std::uint32_t file = 0; file < graph.files(); ++file) {
    double sum = 0;
    for (std::uint32_t i = graph.mention_begins[file]; i < graph.mention_begins[file + 1]; ++i) {
      sum += static_cast<double>(graph.mention_weights[i]) *
             static_cast<double>(definers_of(graph, graph.mention_names[i]).size());
    }
    inverse[file] = sum > 0 ? 1 / sum : 0;
  }
  return inverse;
}

void flow_to_names(const RankGraph& graph, const std::vector<double>& inverse, Ranks& ranks) {
  std::ranges::fill(ranks.names, 0.0);
  for (std::uint32_t file = 0; file < graph.files(); ++file) {
    const double share = ranks.files[file] * inverse[file];
    for (std::uint32_t i = graph.mention_begins[file]; i < graph.mention_begins[file + 1]; ++i) {
      ranks.names[graph.mention_names[i]] += share * static_cast<double>(graph.mention_weights[i]);
    }
  }
}

}  // namespace

Ranks page_rank(const RankGraph& graph, std::span<const double> restart, const PageRankOptions& options) {
  Ranks ranks{.files = {}, .names = std::vector<double>(graph.names())};
  if (graph.files() == 0) return ranks;
  const std::vector<double> home = normalised(restart, graph.files());
  const std::vector<double> inverse = inverse_sums(graph);
  ranks.files = home;
  std::vector<double> next(graph.files());
  for (std::uint32_t step = 0; step < options.steps; ++step) {
    flow_to_names(graph, inverse, ranks);
    double stranded = 0;
    for (std::uint32_t file = 0; file < graph.files(); ++file) {
      if (inverse[file] == 0) stranded += ranks.files[file];
    }
    const double returned = 1 - options.damping + options.damping * stranded;
    for (std::uint32_t file = 0; file < graph.files(); ++file) next[file] = returned * home[file];
    for (std::uint32_t name = 0; name < graph.names(); ++name) {
      for (const std::uint32_t file : definers_of(graph, name)) next[file] += options.damping * ranks.names[name];
    }
    double change = 0;
    for (std::uint32_t file = 0; file < graph.files(); ++file) change += std::abs(next[file] - ranks.files[file]);
    ranks.files.swap(next);
    if (change < options.tolerance * graph.files()) break;
  }
  flow_to_names(graph, inverse, ranks);
  return ranks;
}

}  // namespace tenon::index
