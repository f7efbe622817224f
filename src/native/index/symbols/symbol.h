// What a file defines and what it mentions.
//
// Positions are bytes from the start of the file (ranges end before `end`) and lines from 1. Names are views into the
// text that was given, which must outlive them.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

namespace tenon::index {

enum class SymbolKind : std::uint8_t {
  module,       // Python, Ruby, Rust module, C++, C#, PHP, TypeScript namespace, Go, Java, Kotlin package
  klass,        // class, Kotlin object
  structure,    // struct, union, record
  interface,    // interface, annotation type, Rust or PHP trait
  enumeration,  //
  enumerator,   //
  type,         // typedef, alias, delegate
  function,     //
  declaration,  // a function without its body: prototype
  method,       // a function that belongs to a type; constructors too
  property,     // getter, setter, property, event
  field,        // member variable, column
  variable,     //
  constant,     //
  macro,        //
  table,        // SQL table or view
  object,       // other SQL objects: index, trigger, sequence
  selector,     // CSS: element, class, id
  heading,      // HTML
  anchor,       // HTML id or name, YAML anchor
  key           // JSON, YAML
};
BOOST_DESCRIBE_ENUM(SymbolKind, module, klass, structure, interface, enumeration, enumerator, type, function,
                    declaration, method, property, field, variable, constant, macro, table, object, selector, heading,
                    anchor, key)

// The word for people and for --json: "class", "struct", otherwise the enumerator's name.
std::string_view word(SymbolKind kind);

inline constexpr std::uint32_t kNoParent = std::numeric_limits<std::uint32_t>::max();

struct Symbol {
  std::string_view name;
  std::string_view qualifier;  // written before the name: `Stack` of `void Stack::push()`
  std::uint32_t name_begin = 0;
  std::uint32_t begin = 0;  // of the whole definition
  std::uint32_t end = 0;
  std::uint32_t line = 0;  // of the name
  std::uint32_t last_line = 0;
  std::uint32_t parent = kNoParent;  // the definition around it, an index into the same list; smaller than its own
  SymbolKind kind = SymbolKind::variable;
};

// An identifier that occurs in a file outside of comments and text, definitions included.
struct Mention {
  std::string_view name;
  std::uint32_t count = 0;
};

enum class Completeness : std::uint8_t {
  whole,
  binary,     // a NUL byte: nothing was looked for
  too_large,  // beyond SymbolLimits::bytes: nothing was looked for
  too_deep,   // what is nested deeper than SymbolLimits::depth is missing
  too_many,   // what comes after SymbolLimits::symbols is missing
  too_slow,   // the time ran out, or it was cancelled: the rest is missing
};
BOOST_DESCRIBE_ENUM(Completeness, whole, binary, too_large, too_deep, too_many, too_slow)

struct SymbolLimits {
  std::uint64_t bytes = 16ULL << 20U;
  std::uint32_t depth = 512;  // definitions inside definitions
  std::uint32_t symbols = 1'000'000;
};

struct FileSymbols {
  std::vector<Symbol> symbols;  // ordered by begin, an outer definition before the inner ones
  std::vector<Mention> mentions;
  Completeness completeness = Completeness::whole;
};

// Names of the definitions around a symbol and its qualifier, joined with ".": "Stack.Node".
std::string scope_of(const std::vector<Symbol>& symbols, const Symbol& symbol);

// The first line of a definition, from its first word on, without its end of line, at most `width` bytes, cut between
// characters.
std::string_view signature(std::string_view text, const Symbol& symbol, std::size_t width = 160);

}  // namespace tenon::index
