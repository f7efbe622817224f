// Interned lines: equal lines have equal tokens, so that comparing two of them is comparing two integers.
//
// One table serves many texts: intern one side once and compare it with as many others as needed. It keeps views of the
// lines it saw first, which must outlive it. Not thread safe. Amortised O(bytes); no allocation per line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/lines.h"

namespace tenon::diff {

using Token = std::uint32_t;  // counted from 0, in the order in which lines were first seen

// What counts as the same line. Whitespace is space, tab and "\r", as for git-diff(1); but for exact,
// a missing "\n" at the end of the text does not matter.
enum class Whitespace {
  exact,
  ignore_cr_at_end,  // --ignore-cr-at-eol
  ignore_at_end,     // --ignore-space-at-eol
  ignore_change,     // -b: amounts do not matter
  ignore_all         // -w
};

bool same_line(std::string_view one, std::string_view other, Whitespace whitespace);

class LineTable {
 public:
  explicit LineTable(Whitespace whitespace = Whitespace::exact);

  Token intern(std::string_view line);
  std::vector<Token> intern(const Lines& lines) { return intern(lines, {0, lines.size()}); }
  std::vector<Token> intern(const Lines& lines, LineRange range);

  // The same, quicker where most lines are those of a text that was interned before: `model_tokens` are the tokens of
  // `model_range` in `model`.
  std::vector<Token> intern_like(const Lines& lines, LineRange range, const Lines& model, LineRange model_range,
                                 std::span<const Token> model_tokens);

  Token size() const { return static_cast<Token>(entries_.size()); }  // all tokens are below it
  std::string_view line(Token token) const { return entries_[token]; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t next_token = 0;  // token + 1; 0: free
  };

  Token find_or_add(std::string_view line);
  Token find_or_add(std::string_view line, std::string_view key, std::uint64_t hash);
  void intern_batch(const Lines& lines, LineRange range, std::vector<Token>& tokens);
  bool same_as_key(Token token, std::string_view key);
  void reserve(std::size_t lines);

  Whitespace whitespace_;
  std::vector<Slot> slots_;  // a power of two, at most three quarters full
  std::vector<std::string_view> entries_;
  std::vector<std::uint64_t> hashes_;  // of entries_
  std::string key_;                    // scratch: normalised lines
  std::string other_key_;
};

}  // namespace tenon::diff
