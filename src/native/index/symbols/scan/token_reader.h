// Looking at tokens by index, never beyond the last. For the inside of this folder.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/index/symbols/scan/recorder.h"
#include "native/index/symbols/scan/token.h"

namespace tenon::index::scan {

using Index = std::uint32_t;

class TokenReader {
 public:
  TokenReader(std::string_view text, const TokenList& list)
      : text_(text), tokens_(list.tokens.data()), last_(static_cast<Index>(list.tokens.size() - 1)) {}

  Index last() const { return last_; }
  const Token& at(Index i) const { return tokens_[i < last_ ? i : last_]; }

  bool is(Index i, char mark) const { return at(i).mark == mark && !is_text(i); }
  bool is(Index i, std::string_view marks) const {
    for (Index k = 0; k < marks.size(); ++k) {
      if (!is(i + k, marks[k]) || (k > 0 && at(i + k).begin != at(i + k - 1).end)) return false;
    }
    return true;
  }
  bool is_word(Index i) const { return at(i).kind == TokenKind::word; }
  bool is_text(Index i) const { return at(i).kind == TokenKind::text; }
  bool is_name(Index i) const { return is_word(i) && at(i).keyword == 0; }
  std::uint8_t keyword(Index i) const { return at(i).keyword; }
  bool is_open(Index i) const { return at(i).kind == TokenKind::open; }
  bool is_close(Index i) const { return at(i).kind == TokenKind::close; }
  bool first_on_line(Index i) const { return at(i).first_on_line; }

  // Behind the token, or behind the group that it opens.
  Index past(Index i) const {
    if (is_open(i)) return (partner(i) > i ? partner(i) : i) + 1;
    return i + 1;
  }
  // Of a bracket: the one that pairs with it; itself when there is none.
  Index partner(Index i) const { return at(i).link; }
  // Where the inside of a group ends; for one without a partner, right behind its opening.
  Index inside_end(Index open) const { return partner(open) > open ? partner(open) : open + 1; }

  // Behind `<…>` of type arguments, if that is what begins here; otherwise `i`.
  Index past_angles(Index i, Index end) const {
    if (!is(i, '<')) return i;
    Index depth = 0;
    constexpr Index kLongest = 300;  // tokens
    for (Index k = i; k < end && k - i < kLongest; k = past(k)) {
      if (is(k, '<') && !is(k, "<=")) {
        ++depth;
      } else if (is(k, '>') && !is_arrow(k)) {
        if (--depth == 0) return k + 1;
      } else if (is(k, ';') || (is(k, '{') && at(k - 1).kind != TokenKind::mark && keyword(k - 1) == 0)) {
        return i;
      }
    }
    return i;
  }
  // The `>` of `->` and `=>`.
  bool is_arrow(Index i) const {
    return is(i, '>') && i > 0 && (is(i - 1, '-') || is(i - 1, '=')) && at(i - 1).end == at(i).begin;
  }

  Span span(Index i) const { return {at(i).begin, at(i).end}; }
  Span span(Index first, Index last) const { return {at(first).begin, at(last).end}; }
  // The text of a literal without its quotes.
  Span unquoted(Index i) const {
    const Span whole = span(i);
    return whole.end - whole.begin < 2 ? whole : Span{whole.begin + 1, whole.end - 1};
  }
  std::string_view text(Index i) const { return text_.substr(at(i).begin, at(i).end - at(i).begin); }

 private:
  std::string_view text_;
  const Token* tokens_;
  Index last_;
};

}  // namespace tenon::index::scan
