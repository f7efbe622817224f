// A text as words: what rules about goals look at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/names.h"

namespace tenon::agents {

struct Word {
  std::string text;   // as written
  std::string plain;  // lower case
  std::string stem;   // singular
  char after = ' ';   // the mark that follows: one of , ; : . ( ) or a blank
  bool plural() const { return plain != stem; }
  bool ends_clause() const { return after == ';' || after == '.' || after == ':'; }
};

using Words = std::vector<Word>;

// Splits at blanks, hyphens and punctuation; "c#", ".net" and "node.js" stay one word. Linear.
Words words_of(std::string_view text, const Irregular& irregular);

// First position from `from` where the phrase stands, in any number ("menus" is "menu").
std::optional<std::size_t> find_phrase(const Words& words, const Words& phrase, std::size_t from = 0);

// Whether the phrase stands at that very position.
bool stands_at(const Words& words, const Words& phrase, std::size_t at);

bool has_phrase(const Words& words, std::string_view phrase, const Irregular& irregular);

}  // namespace tenon::agents
