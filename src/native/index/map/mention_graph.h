// The graph of a map's facts. For the inside of this folder.
#pragma once

#include <string>
#include <vector>

#include "native/index/map/map_facts.h"
#include "native/index/map/name_nodes.h"
#include "native/index/map/page_rank.h"

namespace tenon::index {

struct MentionGraph {
  RankGraph graph;
  NameNodes nodes;
};

MentionGraph mention_graph(const MapFacts& facts);

// The factor of a name's edges that does not depend on who asks.
float name_weight(std::string_view name, std::size_t definers);

// The same graph with the edges of some names, by their numbers, ten times as heavy.
RankGraph emphasised(const MentionGraph& graph, const std::vector<std::uint32_t>& names);

}  // namespace tenon::index
