// What is looked for, line by line, with the words of ripgrep's options. A pattern is in RE2's syntax; \w \d \s are
// those of Unicode outside brackets, \b is that of ASCII. No match spans a line end.
//
// LinePattern is immutable and shared by all threads; each thread takes a matcher of its own, since RE2's automaton is
// built while it runs, under a lock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/index/search/literal_finder.h"
#include "native/index/search/required_literals.h"
#include "native/index/trigram/trigram_query.h"

namespace re2 {
class RE2;
}

namespace tenon::index {

enum class CaseRule { sensitive, insensitive, smart };  // smart: insensitive unless a literal capital is in a pattern
enum class Syntax { regex, literal };
enum class Boundary { none, word, line };  // what must lie around a match

struct PatternOptions {
  std::vector<std::string> patterns;  // a line matches if any does
  CaseRule letter_case = CaseRule::sensitive;
  Syntax syntax = Syntax::regex;
  Boundary boundary = Boundary::none;
};

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Span&) const = default;
};

class LinePattern;

// Not thread safe; the pattern must outlive it.
class LineMatcher {
 public:
  explicit LineMatcher(const LinePattern& pattern);
  LineMatcher(LineMatcher&&) noexcept;
  ~LineMatcher();

  // The text that find_line() looks at; it must outlive the calls.
  void start(std::string_view text);

  // The first line at or after `from`, which begins a line, with a match: the place of something in that line. Nothing
  // when there is none; a line is what ends in a line feed or the text. `from` only grows between two start().
  std::optional<std::size_t> find_line(std::size_t from);

  // The first match in one line at or after `from`; the line comes without its line feed.
  std::optional<Span> find_in_line(std::string_view line, std::size_t from);

  // The same match with its groups: first the match itself, then each group of the pattern, which may have taken no
  // part. Empty when there is no match.
  std::vector<std::optional<Span>> groups_in_line(std::string_view line, std::size_t from);

  // The number of a group with a name.
  std::optional<std::size_t> group_named(const std::string& name);

 private:
  const re2::RE2& regex();
  std::optional<std::size_t> by_regex(std::size_t from);
  std::optional<std::size_t> by_literals(std::size_t from);
  std::size_t next_literal(std::size_t from);

  const LinePattern& pattern_;
  std::unique_ptr<re2::RE2> regex_;  // compiled when first needed
  std::string_view text_;
  std::vector<std::size_t> places_;  // of each literal: where it comes next, at or after the last `from`
};

class LinePattern {
 public:
  // Throws invalid_argument with the position and RE2's reason when a pattern is malformed, too large, or names a line
  // feed.
  explicit LinePattern(const PatternOptions& options);

  // Which documents can have a matching line.
  const TrigramQuery& query() const { return query_; }

 private:
  friend class LineMatcher;

  std::string regex_;  // all patterns in one, the match in group 1 for words
  Case folding_ = Case::sensitive;
  Boundary boundary_ = Boundary::none;
  std::vector<LiteralFinder> literals_;  // of which a match has one; empty: run the regular expression everywhere
  bool literal_is_match_ = false;        // an occurrence makes its line match
  TrigramQuery query_;
};

}  // namespace tenon::index
