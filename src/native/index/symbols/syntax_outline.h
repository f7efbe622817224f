// Definitions and references of one file by a full parse (tree-sitter): exact ranges, and references told apart from
// mere identifiers. For a file that a person or a model looks at; whole trees are the work of SymbolScanner.
//
// Bounded: by size, by time, by cancellation, by the depth that brackets may have (scanners of grammars recurse), and
// by the number of matches a query holds at a time. What was found until a bound was met is returned, with the bound.
// Functions are thread safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "native/index/symbols/grammar.h"
#include "native/index/symbols/symbol.h"

namespace tenon::index {

struct ParseLimits {
  std::uint64_t bytes = 4ULL << 20U;
  std::chrono::milliseconds time{2'000};
  std::uint32_t brackets = 2'000;  // open at a time
  std::uint32_t depth = 256;       // definitions inside definitions
  std::uint32_t symbols = 100'000;
  std::uint32_t matches = 1'024;                 // begun and not yet decided, of one query
  const std::atomic<bool>* cancelled = nullptr;  // looked at while parsing; must outlive the call
};

struct Outline {
  std::vector<Symbol> symbols;  // ordered by begin; an outer definition before the inner ones
  Completeness completeness = Completeness::whole;
  bool has_errors = false;  // the text is not well-formed; definitions around the errors may be missing
};

Outline outline(std::string_view text, Grammar grammar, const ParseLimits& limits = {});

enum class ReferenceKind : std::uint8_t { call, type, name };
BOOST_DESCRIBE_ENUM(ReferenceKind, call, type, name)

struct Reference {
  std::string_view name;
  std::uint32_t begin = 0;
  std::uint32_t line = 0;
  ReferenceKind kind = ReferenceKind::name;
};

struct References {
  std::vector<Reference> references;  // ordered by begin
  Completeness completeness = Completeness::whole;
};

// Uses of names, without the names in definitions. JSON, YAML and HTML have none.
References references(std::string_view text, Grammar grammar, const ParseLimits& limits = {});

}  // namespace tenon::index
