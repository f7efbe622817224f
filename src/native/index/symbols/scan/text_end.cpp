#include "native/index/symbols/scan/text_end.h"

#include <algorithm>
#include <array>
#include <string>

#include "native/index/symbols/scan/character_class.h"

namespace tenon::index::scan {
namespace {

char at(std::string_view text, std::size_t index) { return index < text.size() ? text[index] : '\0'; }

std::size_t skip_blanks(std::string_view text, std::size_t from) {
  while (at(text, from) == ' ' || at(text, from) == '\t') ++from;
  return from;
}

std::size_t skip_word(std::string_view text, std::size_t from) {
  while (from < text.size() && is_word(text[from])) ++from;
  return from;
}

}  // namespace

std::size_t line_end(std::string_view text, std::size_t from) { return std::min(text.find('\n', from), text.size()); }

std::size_t end_after(std::string_view text, std::size_t from, std::string_view closing) {
  const std::size_t found = text.find(closing, from);
  return found == std::string_view::npos ? text.size() : found + closing.size();
}

std::size_t quoted_end(std::string_view text, std::size_t quote, Lines lines) {
  const char closing = text[quote];
  for (std::size_t i = quote + 1; i < text.size(); ++i) {
    if (text[i] == closing) return i + 1;
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '\n' && lines == Lines::one) {
      return kNoEnd;
    }
  }
  return lines == Lines::one ? kNoEnd : text.size();
}

std::size_t doubled_end(std::string_view text, std::size_t quote) {
  const char closing = text[quote];
  for (std::size_t i = quote + 1; i < text.size(); ++i) {
    if (text[i] != closing) continue;
    if (at(text, i + 1) != closing) return i + 1;
    ++i;
  }
  return text.size();
}

std::size_t number_end(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size()) {
    const char c = text[end];
    const bool separator = c == '\'' && is_word(at(text, end + 1));
    const bool fraction = c == '.' && is_digit(at(text, end + 1));
    if (!is_word(c) && !separator && !fraction) break;
    ++end;
  }
  return end;
}

std::size_t cpp_raw_end(std::string_view text, std::size_t quote) {
  constexpr std::size_t kLongestDelimiter = 16;  // [lex.string]
  const std::size_t offset = text.substr(quote, kLongestDelimiter + 2).find('(');
  if (offset == std::string_view::npos) return quote + 1;
  const std::size_t open = quote + offset;
  std::array<char, kLongestDelimiter + 2> closing{')'};
  const std::size_t length = open - quote - 1;
  std::copy_n(text.data() + quote + 1, length, closing.data() + 1);
  closing[length + 1] = '"';
  return end_after(text, open + 1, {closing.data(), length + 2});
}

std::size_t rust_raw_end(std::string_view text, std::size_t hash) {
  std::size_t quote = hash;
  while (at(text, quote) == '#') ++quote;
  if (at(text, quote) != '"') return kNoEnd;
  const std::size_t hashes = quote - hash;
  for (std::size_t i = text.find('"', quote + 1); i != std::string_view::npos; i = text.find('"', i + 1)) {
    std::size_t end = i + 1;
    while (end - i - 1 < hashes && at(text, end) == '#') ++end;
    if (end - i - 1 == hashes) return end;
  }
  return text.size();
}

std::size_t rust_character_end(std::string_view text, std::size_t quote) {
  constexpr std::size_t kLongest = 12;  // '\u{10FFFF}'
  if (at(text, quote + 1) == '\\') {
    return quoted_end(text.substr(0, std::min(text.size(), quote + kLongest)), quote, Lines::one);
  }
  std::size_t next = quote + 2;
  while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
  return at(text, next) == '\'' && at(text, quote + 1) != '\'' ? next + 1 : kNoEnd;
}

std::size_t regular_expression_end(std::string_view text, std::size_t slash) {
  bool in_class = false;
  for (std::size_t i = slash + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '[') {
      in_class = true;
    } else if (text[i] == ']') {
      in_class = false;
    } else if (text[i] == '/' && !in_class) {
      return skip_word(text, i + 1);
    }
  }
  return kNoEnd;
}

std::size_t nested_comment_end(std::string_view text, std::size_t slash) {
  std::size_t depth = 0;
  for (std::size_t i = slash; i + 1 < text.size(); ++i) {
    if (text[i] == '/' && text[i + 1] == '*') {
      ++depth;
      ++i;
    } else if (text[i] == '*' && text[i + 1] == '/') {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return text.size();
}

std::size_t heredoc_end(std::string_view text, std::size_t label) {
  label = skip_blanks(text, label);
  const bool quoted = at(text, label) == '\'' || at(text, label) == '"';
  const std::size_t begin = label + (quoted ? 1 : 0);
  const std::size_t end = skip_word(text, begin);
  if (end == begin) return kNoEnd;
  const std::string_view name = text.substr(begin, end - begin);
  for (std::size_t line = line_end(text, end); line < text.size(); line = line_end(text, line + 1)) {
    const std::size_t word = skip_blanks(text, line + 1);
    if (text.substr(word, name.size()) == name && !is_word(at(text, word + name.size()))) return word + name.size();
  }
  return text.size();
}

std::size_t php_begin(std::string_view text, std::size_t from) {
  const std::size_t found = text.find("<?", from);
  if (found == std::string_view::npos) return text.size();
  return found + (text.substr(found, 5) == "<?php" ? 5 : text.substr(found, 3) == "<?=" ? 3 : 2);
}

std::size_t percent_literal_end(std::string_view text, std::size_t percent) {
  std::size_t open = percent + 1;
  if (std::string_view("wWiIqQrxs").find(at(text, open)) != std::string_view::npos && at(text, open) != '\0') ++open;
  constexpr std::string_view kOpenings = "([{<|!/";
  constexpr std::string_view kClosings = ")]}>|!/";
  const std::size_t kind = kOpenings.find(at(text, open));
  if (kind == std::string_view::npos || open >= text.size()) return kNoEnd;
  std::size_t depth = 0;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == kClosings[kind]) {
      if (depth == 0) return i + 1;
      --depth;
    } else if (text[i] == kOpenings[kind]) {
      ++depth;
    }
  }
  return text.size();
}

std::size_t indented_end(std::string_view text, std::size_t from, std::string_view label) {
  for (std::size_t line = from; line < text.size(); line = line_end(text, line) + 1) {
    const std::size_t word = skip_blanks(text, line);
    const std::size_t end = word + label.size();
    if (text.substr(word, label.size()) == label && (end >= text.size() || text[end] == '\n' || text[end] == '\r')) {
      return end;
    }
  }
  return text.size();
}

bool may_precede_expression(std::string_view word) {
  constexpr std::array<std::string_view, 20> kWords = {"if",     "unless", "while", "until", "and",  "or",     "when",
                                                       "return", "typeof", "case",  "in",    "of",   "delete", "void",
                                                       "throw",  "new",    "yield", "await", "else", "do"};
  return std::ranges::find(kWords, word) != kWords.end();
}

std::size_t directive_end(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\n') return i;
    if (text[i] == '\\' && at(text, i + 1) == '\n') {
      ++i;
    } else if (text[i] == '\\' && at(text, i + 1) == '\r' && at(text, i + 2) == '\n') {
      i += 2;
    } else if (text[i] == '/' && at(text, i + 1) == '*') {
      i = end_after(text, i + 2, "*/") - 1;
    } else if (text[i] == '/' && at(text, i + 1) == '/') {
      return line_end(text, i);
    } else if (text[i] == '"' || text[i] == '\'') {
      const std::size_t end = quoted_end(text, i, Lines::one);
      if (end != kNoEnd) i = end - 1;
    }
  }
  return text.size();
}

bool is_zero(std::string_view condition) {
  const std::size_t begin = skip_blanks(condition, 0);
  return at(condition, begin) == '0' && !is_word(at(condition, begin + 1)) &&
         condition.find_first_of("|&?", begin) == std::string_view::npos;
}

std::size_t after_disabled(std::string_view text, std::size_t from) {
  std::size_t depth = 0;
  for (std::size_t line = from; line < text.size(); line = line_end(text, line + 1)) {
    const std::size_t hash = skip_blanks(text, line + 1);
    if (at(text, hash) != '#') continue;
    const std::size_t begin = skip_blanks(text, hash + 1);
    const std::string_view name = text.substr(begin, skip_word(text, begin) - begin);
    if (name.starts_with("if")) {
      ++depth;
    } else if (depth == 0 && (name == "endif" || name == "else" || name == "elif")) {
      return line;
    } else if (name == "endif") {
      --depth;
    }
  }
  return text.size();
}

}  // namespace tenon::index::scan
