// What a map knows of its files, for the inside of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/index/map/name_table.h"
#include "native/index/map/repo_map.h"

namespace tenon::index {

struct MapDefinition {
  std::uint32_t name = 0;
  std::uint32_t line = 0;    // from 1
  std::uint32_t parent = 0;  // index in the same file; kNoParent
  std::uint32_t shown = 0;   // where its line ends in FileFacts::lines; it begins where that of the one before ends
  SymbolKind kind = SymbolKind::variable;
};

struct MapMention {
  std::uint32_t name = 0;
  std::uint32_t count = 0;  // without definitions
};

struct FileFacts {
  MapSource source;
  std::uint64_t content = 0;  // XXH3 of the bytes
  std::int64_t looked_ns = 0;
  Completeness completeness = Completeness::whole;
  bool readable = true;
  std::vector<MapDefinition> definitions;
  std::vector<MapMention> mentions;
  std::string lines;

  std::string_view line_of(std::uint32_t definition) const {
    const std::uint32_t begin = definition == 0 ? 0 : definitions[definition - 1].shown;
    return std::string_view(lines).substr(begin, definitions[definition].shown - begin);
  }
};

struct MapFacts {
  std::vector<FileFacts> files;  // ordered by path
  NameTable names;
};

// Whether a definition of this kind says what a file is for.
bool is_ranked(SymbolKind kind);

}  // namespace tenon::index
