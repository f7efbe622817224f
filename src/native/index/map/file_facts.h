// Reads files and finds what they define and mention, in parallel. For the inside of this folder.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "native/index/map/map_facts.h"

namespace tenon::index {

// Brings `known` up to `sources`, both ordered by path. Facts of files that did not change are kept.
MapRefresh refresh_facts(const std::filesystem::path& tree, std::span<const MapSource> sources,
                         const MapOptions& options, MapFacts& known);

}  // namespace tenon::index
