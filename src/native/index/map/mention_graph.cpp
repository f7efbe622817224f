#include "native/index/map/mention_graph.h"

#include <algorithm>
#include <cmath>

namespace tenon::index {
namespace {

constexpr float kEmphasis = 10;
constexpr std::size_t kCommonDefiners = 5;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// snake_case, kebab-case or camelCase: somebody thought about such a name.
bool is_compound(std::string_view name) {
  if (name.contains('-')) return true;
  const std::size_t underscore = name.find('_');
  if (underscore != std::string_view::npos &&
      std::ranges::any_of(name, [](char c) { return is_lower(c) || is_upper(c); })) {
    return true;
  }
  return std::ranges::any_of(name, is_upper) && std::ranges::any_of(name, is_lower);
}

// Numbers the names that some file defines, and counts their definers.
std::vector<std::uint32_t> number_defined(const MapFacts& facts, std::vector<std::uint32_t>& node_of_name) {
  std::vector<std::uint32_t> counts;
  std::vector<std::uint32_t> last_file(facts.names.size(), kNoParent);
  for (std::uint32_t file = 0; file < facts.files.size(); ++file) {
    for (const MapDefinition& definition : facts.files[file].definitions) {
      if (!is_ranked(definition.kind) || last_file[definition.name] == file) continue;
      last_file[definition.name] = file;
      std::uint32_t& node = node_of_name[definition.name];
      if (node == kNoParent) {
        node = static_cast<std::uint32_t>(counts.size());
        counts.push_back(0);
      }
      ++counts[node];
    }
  }
  return counts;
}

void fill_definers(const MapFacts& facts, const std::vector<std::uint32_t>& counts, MentionGraph& built) {
  RankGraph& graph = built.graph;
  graph.definer_begins.resize(counts.size() + 1);
  for (std::size_t node = 0; node < counts.size(); ++node) {
    graph.definer_begins[node + 1] = graph.definer_begins[node] + counts[node];
  }
  graph.definers.resize(graph.definer_begins.back());
  std::vector<std::uint32_t> next(graph.definer_begins.begin(), graph.definer_begins.end() - 1);
  for (std::uint32_t file = 0; file < facts.files.size(); ++file) {
    for (const MapDefinition& definition : facts.files[file].definitions) {
      if (!is_ranked(definition.kind)) continue;
      const std::uint32_t node = built.node_of_name[definition.name];
      const bool seen = next[node] > graph.definer_begins[node] && graph.definers[next[node] - 1] == file;
      if (!seen) graph.definers[next[node]++] = file;
    }
  }
}

}  // namespace

float name_weight(std::string_view name, std::size_t definers) {
  constexpr std::size_t kLong = 8;
  float weight = 1;
  if (name.size() >= kLong && is_compound(name)) weight *= 10;
  if (name.starts_with('_')) weight *= 0.1F;
  if (definers > kCommonDefiners) weight *= 0.1F;
  return weight;
}

MentionGraph mention_graph(const MapFacts& facts) {
  MentionGraph built;
  built.node_of_name.assign(facts.names.size(), kNoParent);
  const std::vector<std::uint32_t> counts = number_defined(facts, built.node_of_name);
  fill_definers(facts, counts, built);

  std::vector<float> weights(counts.size());
  for (std::uint32_t name = 0; name < facts.names.size(); ++name) {
    const std::uint32_t node = built.node_of_name[name];
    if (node != kNoParent) weights[node] = name_weight(facts.names.name(name), counts[node]);
  }
  for (const FileFacts& file : facts.files) {
    for (const MapMention& mention : file.mentions) {
      const std::uint32_t node = built.node_of_name[mention.name];
      if (node == kNoParent) continue;
      built.graph.mention_names.push_back(node);
      built.graph.mention_weights.push_back(std::sqrt(static_cast<float>(mention.count)) * weights[node]);
    }
    built.graph.mention_begins.push_back(static_cast<std::uint32_t>(built.graph.mention_names.size()));
  }
  return built;
}

RankGraph emphasised(const MentionGraph& graph, const std::vector<std::uint32_t>& names) {
  std::vector<bool> chosen(graph.graph.names(), false);
  for (const std::uint32_t name : names) {
    if (name < graph.node_of_name.size() && graph.node_of_name[name] != kNoParent)
      chosen[graph.node_of_name[name]] = true;
  }
  RankGraph heavier = graph.graph;
  for (std::size_t i = 0; i < heavier.mention_names.size(); ++i) {
    if (chosen[heavier.mention_names[i]]) heavier.mention_weights[i] *= kEmphasis;
  }
  return heavier;
}

}  // namespace tenon::index
