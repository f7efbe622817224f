// Definitions and references of one file by a full parse (tree-sitter): exact ranges, and references told apart from
// mere identifiers. For a file that a person or a model looks at; whole trees are the work of SymbolScanner.
//
// Bounded: by size, by time, by memory, by cancellation, and by the depth of brackets (comparing ambiguous trees
// recurses). Where a bound is met, the outline is what SymbolScanner finds, and says which bound it was. Definitions
// are looked for by a table of each grammar's nodes, in one walk over the tree: the state of tree-sitter's queries,
// which hostile input can make large, is not needed. For SQL, which has no sound grammar, the outline is always the
// scanner's, and there are no references. Functions are thread safe.
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
  std::uint64_t memory = 512ULL << 20U;
  const std::atomic<std::size_t>* cancelled = nullptr;  // not 0: stop. Looked at while parsing; must outlive the call
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

// Uses of names, without the names in definitions. JSON, YAML, HTML and SQL have none.
References references(std::string_view text, Grammar grammar, const ParseLimits& limits = {});

}  // namespace tenon::index
