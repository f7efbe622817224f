#include "native/index/symbols/scan/lexer.h"

#include <algorithm>
#include <cstring>

#include "native/index/symbols/scan/bracket_stack.h"
#include "native/index/symbols/scan/character_class.h"
#include "native/index/symbols/scan/text_end.h"

namespace tenon::index::scan {
namespace {

constexpr bool has_preprocessor(Dialect dialect) { return dialect == Dialect::c || dialect == Dialect::csharp; }
constexpr bool nests_comments(Dialect dialect) { return dialect == Dialect::rust || dialect == Dialect::kotlin; }
constexpr bool has_dollar_words(Dialect dialect) {
  return dialect == Dialect::javascript || dialect == Dialect::java || dialect == Dialect::php || dialect == Dialect::c;
}
constexpr bool has_hash_comments(Dialect dialect) { return dialect == Dialect::python || dialect == Dialect::ruby; }
constexpr bool has_slash_comments(Dialect dialect) { return !has_hash_comments(dialect) && dialect != Dialect::sql; }
constexpr bool has_long_texts(Dialect dialect) {
  return dialect == Dialect::rust || dialect == Dialect::php || dialect == Dialect::ruby;
}
constexpr bool has_triple_quotes(Dialect dialect) {
  return dialect == Dialect::java || dialect == Dialect::kotlin || dialect == Dialect::csharp;
}

template <Dialect dialect>
class Lexer {
 public:
  Lexer(std::string_view text, const KeywordTable& keywords, TokenList& list, std::size_t from)
      : text_(text), keywords_(keywords), list_(list), brackets_(list.tokens), at_(from) {}

  void run() {
    if constexpr (dialect == Dialect::php) at_ = php_begin(text_, 0);
    while (at_ < text_.size()) step();
    brackets_.finish();
    add(TokenKind::end, text_.size(), text_.size());
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  std::uint32_t add(TokenKind kind, std::size_t begin, std::size_t end) {
    const auto index = static_cast<std::uint32_t>(list_.tokens.size());
    list_.tokens.push_back({.begin = static_cast<std::uint32_t>(begin),
                            .end = static_cast<std::uint32_t>(end),
                            .link = index,
                            .kind = kind,
                            .mark = begin < text_.size() ? text_[begin] : '\0',
                            .keyword = 0,
                            .first_on_line = new_line_});
    new_line_ = false;
    at_ = end;
    return index;
  }

  void step() {
    const char c = text_[at_];
    switch (class_of(c)) {
      case CharacterClass::space:
        ++at_;
        return;
      case CharacterClass::newline:
        ++at_;
        new_line_ = true;
        if constexpr (dialect == Dialect::ruby) after_line();
        return;
      case CharacterClass::letter:
        return word(at_);
      case CharacterClass::digit:
        add(TokenKind::number, at_, number_end(text_, at_));
        return;
      case CharacterClass::quote:
        return quoted(c);
      case CharacterClass::open:
        brackets_.open(add(TokenKind::open, at_, at_ + 1));
        return;
      case CharacterClass::close:
        return closing(c);
      case CharacterClass::mark:
        return mark(c);
    }
  }

  void word(std::size_t begin) {
    std::size_t end = at_;
    while (end < text_.size() && (is_word(text_[end]) || (has_dollar_words(dialect) && text_[end] == '$'))) ++end;
    const std::string_view word = text_.substr(begin, end - begin);
    const std::uint32_t hash = word_hash(word);
    Token& token = list_.tokens[add(TokenKind::word, begin, end)];
    token.link = hash;
    token.mark = '\0';
    token.keyword = keywords_.find(word, hash);
  }

  void closing(char c) {
    brackets_.close(add(TokenKind::close, at_, at_ + 1));
    if constexpr (dialect == Dialect::javascript) {
      if (c == '}' && !templates_.empty() && brackets_.depth() <= templates_.back()) {
        templates_.pop_back();
        template_text(at_);
      }
    }
  }

  // Whether the last token ends where this one begins and is the word, as in R"(…)" and r#"…"#.
  bool follows(std::string_view prefix) const {
    if (list_.tokens.empty() || list_.tokens.back().end != at_ || at_ < prefix.size()) return false;
    return text_.substr(at_ - prefix.size(), prefix.size()) == prefix;
  }

  void quoted(char c) {
    if (c == '\'') return apostrophe();
    if (c == '`') return backtick();
    std::size_t end = 0;
    if (dialect == Dialect::c && follows("R")) {
      end = cpp_raw_end(text_, at_);
    } else if (has_triple_quotes(dialect) && text_.substr(at_, 3) == "\"\"\"") {
      end = end_after(text_, at_ + 3, "\"\"\"");
    } else if (dialect == Dialect::csharp && (follows("@") || follows("@$"))) {
      end = doubled_end(text_, at_);
    } else if (dialect == Dialect::sql) {
      end = doubled_end(text_, at_);
    } else if (dialect == Dialect::rust && (follows("r") || follows("br"))) {
      end = end_after(text_, at_ + 1, "\"");
    } else if (dialect == Dialect::python && text_.substr(at_, 3) == "\"\"\"") {
      end = triple_end();
    } else if (has_long_texts(dialect)) {
      end = quoted_end(text_, at_, Lines::many);
    } else {
      end = one_line_end(c);
    }
    text_token(end);
  }

  // Three quotes end a text of many lines; a backslash hides a quote.
  std::size_t triple_end() const {
    const std::string_view closing = text_.substr(at_, 3);
    for (std::size_t i = at_ + 3; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == closing[0] && text_.substr(i, 3) == closing) {
        return i + 3;
      }
    }
    return text_.size();
  }

  // A quote without a partner is looked for once in a line, so that time stays linear in lines of megabytes.
  std::size_t one_line_end(char quote) {
    std::size_t& none_before = quote == '"'   ? no_quote_before_
                               : quote == '`' ? no_backtick_before_
                                              : no_apostrophe_before_;
    if (at_ < none_before) return kNoEnd;
    const std::size_t end = quoted_end(text_, at_, Lines::one);
    if (end == kNoEnd) none_before = line_end(text_, at_);
    return end;
  }

  std::size_t expression_end() {
    if (at_ < no_expression_before_) return kNoEnd;
    const std::size_t end = regular_expression_end(text_, at_);
    if (end == kNoEnd) no_expression_before_ = line_end(text_, at_);
    return end;
  }

  // No end on its line: an apostrophe in prose, not the beginning of a text.
  void text_token(std::size_t end) {
    if (end == kNoEnd) {
      add(TokenKind::mark, at_, at_ + 1);
    } else {
      add(TokenKind::text, at_, end);
    }
  }

  void apostrophe() {
    if constexpr (dialect == Dialect::rust) return text_token(rust_character_end(text_, at_));
    if constexpr (dialect == Dialect::sql) return text_token(doubled_end(text_, at_));
    if constexpr (dialect == Dialect::php || dialect == Dialect::ruby)
      return text_token(quoted_end(text_, at_, Lines::many));
    if (dialect == Dialect::python && text_.substr(at_, 3) == "'''") return text_token(triple_end());
    text_token(one_line_end('\''));
  }

  void backtick() {
    if constexpr (dialect == Dialect::javascript) {
      add(TokenKind::text, at_, at_ + 1);
      return template_text(at_);
    }
    if constexpr (dialect == Dialect::go) {
      const std::size_t end = end_after(text_, at_ + 1, "`");
      add(TokenKind::text, at_, end);
      return;
    }
    text_token(one_line_end('`'));
  }

  void template_text(std::size_t from) {
    std::size_t at = from;
    while (at < text_.size() && text_[at] != '`') {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '$' && at + 1 < text_.size() && text_[at + 1] == '{') {
        templates_.push_back(brackets_.depth());
        brackets_.open(add(TokenKind::open, at + 1, at + 2));
        return;
      }
      ++at;
    }
    at_ = std::min(at + 1, text_.size());
  }

  void mark(char c) {
    if (c == '#' && has_hash_comments(dialect)) return line_comment();
    if (c == '/' && peek(1) == '/' && has_slash_comments(dialect)) return line_comment();
    if (c == '/' && peek(1) == '*' && !has_hash_comments(dialect)) {
      at_ = nests_comments(dialect) ? nested_comment_end(text_, at_) : end_after(text_, at_ + 2, "*/");
      return;
    }
    if (c == '#' && has_preprocessor(dialect) && new_line_) return directive();
    if (c == '\\' && dialect == Dialect::c) {
      ++at_;
      return;
    }
    if (c == '\\' && has_hash_comments(dialect)) {
      // The line goes on.
      at_ += peek(1) == '\r' && peek(2) == '\n' ? 3 : peek(1) == '\n' ? 2 : 1;
      return;
    }
    if constexpr (dialect == Dialect::ruby) {
      if (ruby_literal(c)) return;
    }
    if constexpr (dialect == Dialect::rust) {
      if (c == '#' && (follows("r") || follows("br"))) {
        if (const std::size_t end = rust_raw_end(text_, at_); end != kNoEnd) return text_token(end);
      }
    }
    if constexpr (dialect == Dialect::sql) {
      if (c == '-' && peek(1) == '-') return line_comment();
    }
    if constexpr (dialect == Dialect::javascript) {
      // `</` closes an element.
      if (c == '/' && !follows("<") && regular_expression_may_begin()) {
        if (const std::size_t end = expression_end(); end != kNoEnd) return text_token(end);
      }
      if (c == '#' && at_ == 0 && peek(1) == '!') return line_comment();
    }
    if constexpr (dialect == Dialect::php) {
      if (c == '#' && peek(1) != '[') return php_comment();
      if (c == '?' && peek(1) == '>') {
        at_ = php_begin(text_, at_ + 2);
        new_line_ = true;
        return;
      }
      if (c == '<' && text_.substr(at_, 3) == "<<<") {
        if (const std::size_t end = heredoc_end(text_, at_ + 3); end != kNoEnd) return text_token(end);
      }
    }
    if (c == '$' && has_dollar_words(dialect)) return word(at_);
    add(TokenKind::mark, at_, at_ + 1);
  }

  bool ruby_literal(char c) {
    const bool operand = list_.tokens.empty() || regular_expression_may_begin() ||
                         (list_.tokens.back().kind == TokenKind::word && list_.tokens.back().end < at_ &&
                          peek(1) != ' ' && peek(1) != '=');
    if (c == '/' && operand) {
      if (const std::size_t end = expression_end(); end != kNoEnd) return text_token(end), true;
      // Of many lines, with nothing behind its slash.
      if (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n')) {
        return text_token(quoted_end(text_, at_, Lines::many)), true;
      }
    }
    if (c == '%' && operand) {
      if (const std::size_t end = percent_literal_end(text_, at_); end != kNoEnd) return text_token(end), true;
    }
    if (c == '$' && !is_word(peek(1)) && peek(1) > ' ') return text_token(at_ + 2), true;  // $` and the like
    if (c == '?' && operand && is_word(peek(1)) && !is_word(peek(2))) return text_token(at_ + 2), true;
    if (c == '<' && peek(1) == '<') return heredoc();
    if (c == '=' && new_line_ && text_.substr(at_, 6) == "=begin") {
      at_ = indented_end(text_, at_, "=end");
      return true;
    }
    return false;
  }

  // The text of `<<~NAME` begins on the next line; what follows on this one is code.
  bool heredoc() {
    std::size_t begin = at_ + 2;
    const bool indented = peek(2) == '~' || peek(2) == '-';
    if (indented) ++begin;
    const char quote = begin < text_.size() ? text_[begin] : '\0';
    const bool quoted = quote == '\'' || quote == '"';
    if (quoted) ++begin;
    std::size_t end = begin;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const bool named = end > begin && is_letter(text_[begin]);
    const bool capital = named && text_[begin] >= 'A' && text_[begin] <= 'Z';
    if (!named || (!indented && !quoted && !capital)) return false;
    heredocs_.push_back(text_.substr(begin, end - begin));
    add(TokenKind::text, at_, end + (quoted ? 1 : 0));
    return true;
  }

  void after_line() {
    for (const std::string_view label : heredocs_) at_ = indented_end(text_, at_, label);
    heredocs_.clear();
  }

  void line_comment() {
    if constexpr (dialect == Dialect::php) return php_comment();
    at_ = line_end(text_, at_);
    // A backslash at its end carries the comment on to the next line.
    while (dialect == Dialect::c && at_ < text_.size() && text_[at_ - 1] == '\\') at_ = line_end(text_, at_ + 1);
  }

  // `?>` ends a comment of one line.
  void php_comment() {
    const std::size_t end = line_end(text_, at_);
    const std::size_t closing = text_.substr(at_, end - at_).find("?>");
    at_ = closing == std::string_view::npos ? end : at_ + closing;
  }

  bool regular_expression_may_begin() const {
    if (list_.tokens.empty()) return true;
    const Token& last = list_.tokens.back();
    switch (last.kind) {
      case TokenKind::word:
        return last.keyword != 0 && may_precede_expression(text_.substr(last.begin, last.end - last.begin));
      case TokenKind::number:
      case TokenKind::text:
      case TokenKind::close:
        return false;
      default:
        return true;
    }
  }

  void directive() {
    std::size_t at = at_ + 1;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    std::size_t end = at;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const std::string_view name = text_.substr(at, end - at);
    const std::size_t line = at_;
    at_ = directive_end(text_, end);
    if (name == "define") return define(line, end);
    if (name == "if" || name == "ifdef" || name == "ifndef") {
      if (name == "if" && is_zero(text_.substr(end, at_ - end))) at_ = after_disabled(text_, at_);
      brackets_.begin_alternatives();
    } else if (name == "else" || name.starts_with("elif")) {
      brackets_.next_alternative();
    } else if (name == "endif") {
      brackets_.end_alternatives();
    }
  }

  void define(std::size_t line, std::size_t at) {
    while (at < at_ && class_of(text_[at]) == CharacterClass::space) ++at;
    std::size_t end = at;
    while (end < at_ && is_word(text_[end])) ++end;
    if (end == at) return;
    list_.defines.push_back({.begin = static_cast<std::uint32_t>(at),
                             .end = static_cast<std::uint32_t>(end),
                             .line_begin = static_cast<std::uint32_t>(line),
                             .definition_end = static_cast<std::uint32_t>(at_)});
  }

  std::string_view text_;
  const KeywordTable& keywords_;
  TokenList& list_;
  BracketStack brackets_;
  std::vector<std::size_t> templates_;  // open brackets where each ${ began
  std::size_t at_;
  std::size_t no_quote_before_ = 0;
  std::size_t no_backtick_before_ = 0;
  std::size_t no_apostrophe_before_ = 0;
  std::size_t no_expression_before_ = 0;
  std::vector<std::string_view> heredocs_;  // begun on this line
  bool new_line_ = true;
};

}  // namespace

void lex(std::string_view text, Dialect dialect, const KeywordTable& keywords, TokenList& list, std::size_t from) {
  list.clear();
  switch (dialect) {
    case Dialect::c:
      return Lexer<Dialect::c>(text, keywords, list, from).run();
    case Dialect::csharp:
      return Lexer<Dialect::csharp>(text, keywords, list, from).run();
    case Dialect::go:
      return Lexer<Dialect::go>(text, keywords, list, from).run();
    case Dialect::java:
      return Lexer<Dialect::java>(text, keywords, list, from).run();
    case Dialect::javascript:
      return Lexer<Dialect::javascript>(text, keywords, list, from).run();
    case Dialect::kotlin:
      return Lexer<Dialect::kotlin>(text, keywords, list, from).run();
    case Dialect::php:
      return Lexer<Dialect::php>(text, keywords, list, from).run();
    case Dialect::python:
      return Lexer<Dialect::python>(text, keywords, list, from).run();
    case Dialect::ruby:
      return Lexer<Dialect::ruby>(text, keywords, list, from).run();
    case Dialect::rust:
      return Lexer<Dialect::rust>(text, keywords, list, from).run();
    case Dialect::sql:
      return Lexer<Dialect::sql>(text, keywords, list, from).run();
  }
}

}  // namespace tenon::index::scan
