// Words, texts and marks of a file, for the inside of this folder.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tenon::index::scan {

enum class TokenKind : std::uint8_t { word, number, text, open, close, mark, end };

struct Token {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  // Of a bracket: the index of its partner, its own index if it has none. Of a word: its hash.
  std::uint32_t link = 0;
  TokenKind kind = TokenKind::end;
  char mark = '\0';  // first byte, except of words and numbers
  std::uint8_t keyword = 0;
  bool first_on_line = false;
};
static_assert(sizeof(Token) == 16);

// A macro of the preprocessor.
struct Define {
  std::uint32_t begin = 0;  // of the name
  std::uint32_t end = 0;
  std::uint32_t line_begin = 0;
  std::uint32_t definition_end = 0;
};

// The last token is of kind `end` and stands behind the text.
struct TokenList {
  std::vector<Token> tokens;
  std::vector<Define> defines;

  void clear() {
    tokens.clear();
    defines.clear();
  }
};

std::uint32_t word_hash(std::string_view word);

// Words with a meaning of their own, by a number from 1; 0 is no keyword. Built at start, read only afterwards.
class KeywordTable {
 public:
  struct Entry {
    std::string_view word;
    std::uint8_t keyword;
  };
  enum class Case { exact, folded };  // folded: ASCII letters in upper case are found as well

  explicit KeywordTable(std::initializer_list<Entry> entries, Case letters = Case::exact);

  std::uint8_t find(std::string_view word, std::uint32_t hash) const;

 private:
  struct Slot {
    std::string_view word;
    std::uint8_t keyword = 0;
  };
  void insert(Entry entry);

  static constexpr std::uint32_t kSlots = 1024;
  std::vector<Slot> slots_;
  Case letters_;
};

}  // namespace tenon::index::scan
