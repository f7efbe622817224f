// YAML text to the JSON model, for data files and answers. Plain scalars become null, booleans, integers, decimals or
// text by the core schema of YAML 1.2; quoted ones stay text. Anchors are expanded, with a limit on the number of nodes
// and on depth, so that a small hostile file cannot become a large value.
#pragma once

#include <filesystem>
#include <string_view>

#include <boost/json/value.hpp>

#include "core/error.h"

namespace tenon {

// Throws invalid_argument naming `source`, line and column.
json::value parse_yaml(std::string_view text, std::string_view source);

// Reads a YAML or JSON file (JSON when it ends in .json). Throws not_found, permission_denied or invalid_argument.
json::value read_structured(const std::filesystem::path& file);

// A whole file as bytes. Throws not_found, permission_denied, or invalid_argument beyond `limit` bytes.
std::string read_text(const std::filesystem::path& file, std::size_t limit = 64U << 20U);

}  // namespace tenon
