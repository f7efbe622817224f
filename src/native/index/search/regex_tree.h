// The parse tree of a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax), for what must be
// known about a pattern before it runs: which strings a match has to contain, whether it has capital letters, whether
// it names a line feed. RE2 alone decides what is valid and what matches; this tree only has to be an over-estimate:
// whatever is not understood becomes "any character", and every match of the pattern is a match of the tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tenon::index {

struct CodeRange {
  char32_t first = 0;
  char32_t last = 0;
  bool operator==(const CodeRange&) const = default;
};

struct RegexTree {
  enum class Kind {
    no_match,
    empty,      // the empty string, and what has no width: ^ $ \b
    character,  // one of `ranges`, sorted, disjoint
    any,        // some character; which ones is not known or too many to say
    concat,
    alternate,
    repeat,  // `children[0]` at least `min` and at most `max` times
  };

  Kind kind = Kind::empty;
  std::vector<CodeRange> ranges = {};
  std::vector<RegexTree> children = {};
  std::uint32_t min = 0;
  std::optional<std::uint32_t> max = {};  // nothing: no limit
};

enum class Case { sensitive, insensitive };

// What the literal characters of a pattern are, written as they are or escaped: what --smart-case asks.
struct RegexFacts {
  bool has_literal = false;
  bool has_capital = false;    // ASCII or not
  bool has_line_feed = false;  // names one literally; `\s` and classes do not count
};

struct ParsedRegex {
  RegexTree tree;
  RegexFacts facts;
};

// Nothing when the syntax is not understood, or nests deeper than 200: take it as "may match anything". A literal under
// case folding becomes the class of its variants; K and S have one beyond ASCII each (U+212A, U+017F).
std::optional<ParsedRegex> parse_regex(std::string_view pattern, Case folding);

// A literal text as a tree; invalid UTF-8 is understood as any characters.
RegexTree literal_tree(std::string_view text, Case folding);

// As parse_regex tells of a text that is searched for as it is.
RegexFacts literal_facts(std::string_view text);

}  // namespace tenon::index
