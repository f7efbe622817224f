#include "native/index/map/mention_graph.h"

#include <algorithm>
#include <cmath>

#include "native/index/symbols/grammar.h"

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

Grammar family_of(const FileFacts& file) {
  return index::family_of(grammar_of(file.source.path).value_or(Grammar::html));
}

// Numbers the names that some file defines, and counts their definers.
std::vector<std::uint32_t> number_defined(const MapFacts& facts, NameNodes& nodes) {
  std::vector<std::uint32_t> counts;
  std::vector<std::uint32_t> last_file(facts.names.size(), kNoParent);
  for (std::uint32_t file = 0; file < facts.files.size(); ++file) {
    const Grammar family = family_of(facts.files[file]);
    for (const MapDefinition& definition : facts.files[file].definitions) {
      if (!is_ranked(definition.kind) || last_file[definition.name] == file) continue;
      last_file[definition.name] = file;
      const std::uint32_t node = nodes.find_or_add(definition.name, family);
      counts.resize(nodes.size());
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
    const Grammar family = family_of(facts.files[file]);
    for (const MapDefinition& definition : facts.files[file].definitions) {
      if (!is_ranked(definition.kind)) continue;
      const std::uint32_t node = built.nodes.find(definition.name, family);
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
  built.nodes = NameNodes(facts.names.size());
  const std::vector<std::uint32_t> counts = number_defined(facts, built.nodes);
  fill_definers(facts, counts, built);

  std::vector<float> weights(counts.size());
  for (std::uint32_t node = 0; node < counts.size(); ++node) {
    weights[node] = name_weight(facts.names.name(built.nodes.name_of(node)), counts[node]);
  }
  for (const FileFacts& file : facts.files) {
    const Grammar family = family_of(file);
    for (const MapMention& mention : file.mentions) {
      const std::uint32_t node = built.nodes.find(mention.name, family);
      if (node == kNoParent) continue;
      built.graph.mention_names.push_back(node);
      built.graph.mention_weights.push_back(std::sqrt(static_cast<float>(mention.count)) * weights[node]);
    }
    built.graph.mention_begins.push_back(static_cast<std::uint32_t>(built.graph.mention_names.size()));
  }
  return built;
}

RankGraph emphasised(const MentionGraph& graph, const std::vector<std::uint32_t>& names) {
  std::vector<bool> mentioned;
  for (const std::uint32_t name : names) {
    if (name >= mentioned.size()) mentioned.resize(name + 1U, false);
    mentioned[name] = true;
  }
  const auto is_chosen = [&](std::uint32_t node) {
    const std::uint32_t name = graph.nodes.name_of(node);
    return name < mentioned.size() && mentioned[name];
  };
  RankGraph heavier = graph.graph;
  for (std::size_t i = 0; i < heavier.mention_names.size(); ++i) {
    if (is_chosen(heavier.mention_names[i])) heavier.mention_weights[i] *= kEmphasis;
  }
  return heavier;
}

}  // namespace tenon::index
