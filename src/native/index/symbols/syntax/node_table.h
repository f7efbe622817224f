// Which nodes of a grammar define something. For the inside of this folder.
#pragma once

#include <span>
#include <string_view>

#include "native/index/symbols/grammar.h"
#include "native/index/symbols/symbol.h"

struct TSLanguage;

namespace tenon::index::syntax {

enum class NodeRule : std::uint8_t {
  plain,
  with_body,     // only when it has a body: `struct A {…}`, not `struct A a`
  outside,       // only outside of functions
  typed,         // the kind is that of the node in the field `type`, or what the table says
  constant_name  // only when the name begins with a capital letter
};

struct DefiningNode {
  std::string_view node;
  SymbolKind kind;
  std::string_view name_field = "name";  // followed through nested declarators; empty: the first child that is a name
  NodeRule rule = NodeRule::plain;
};

// Null for SQL: the scanner of its grammar (npm, 0.3.7) loses memory at each parse.
const TSLanguage* language(Grammar grammar);
std::span<const DefiningNode> defining_nodes(Grammar grammar);

}  // namespace tenon::index::syntax
