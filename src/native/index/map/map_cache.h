// The file that keeps a map's facts. Numbers are in the byte order of the machine: it is a cache, made again when in
// doubt.
//
//   8 bytes   "TENMAP" and the version
//   8 bytes   XXH3 of all that follows
//   8 bytes   XXH3 of the tree's absolute path
//   names     their bytes, and where each begins
//   files     path, stamp, content hash, definitions, mentions, lines, one file after the other
//
// For the inside of this folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "native/index/map/map_facts.h"

namespace tenon::index {

std::string encoded_facts(const MapFacts& facts, const std::filesystem::path& tree);

// Nothing when the bytes are not what encoded_facts wrote for the same tree. Any bytes are fine.
std::optional<MapFacts> decoded_facts(std::string_view bytes, const std::filesystem::path& tree);

}  // namespace tenon::index
