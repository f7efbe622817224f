#include "agents/words.h"

#include <algorithm>

namespace tenon::agents {
namespace {

bool is_inner(std::string_view text, std::size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (std::isalnum(c) != 0 || c >= 0x80 || c == '\'' || c == '#' || c == '+' || c == '_') return true;
  const bool letter_follows = at + 1 < text.size() && std::isalnum(static_cast<unsigned char>(text[at + 1])) != 0;
  return c == '.' && letter_follows;
}

char mark_of(std::string_view gap) {
  // The strongest mark of what stands between two words.
  for (const char mark : {';', ':', '.', '(', ')', ','}) {
    if (gap.contains(mark)) return mark;
  }
  if (gap.contains('\n') || gap.contains('!') || gap.contains('?')) return '.';
  if (gap.contains('/') || gap.contains('&')) return ',';
  return ' ';
}

bool same(const Word& word, const Word& other) { return word.stem == other.stem; }

}  // namespace

Words words_of(std::string_view text, const Irregular& irregular) {
  Words words;
  std::size_t gap_begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_inner(text, at)) {
      ++at;
      continue;
    }
    if (!words.empty()) words.back().after = mark_of(text.substr(gap_begin, at - gap_begin));
    const std::size_t begin = at;
    while (at < text.size() && is_inner(text, at)) ++at;
    Word word{.text = std::string(text.substr(begin, at - begin)), .plain = {}, .stem = {}};
    word.plain = lower(word.text);
    if (word.plain.ends_with("'s")) word.plain.resize(word.plain.size() - 2);
    word.stem = singular_of(word.plain, irregular);
    words.push_back(std::move(word));
    gap_begin = at;
  }
  if (!words.empty()) words.back().after = '.';
  return words;
}

std::optional<std::size_t> find_phrase(const Words& words, const Words& phrase, std::size_t from) {
  if (phrase.empty() || from > words.size()) return std::nullopt;
  const auto found =
      std::search(words.begin() + static_cast<std::ptrdiff_t>(from), words.end(), phrase.begin(), phrase.end(), same);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

bool stands_at(const Words& words, const Words& phrase, std::size_t at) {
  if (phrase.empty() || at + phrase.size() > words.size()) return false;
  return std::equal(phrase.begin(), phrase.end(), words.begin() + static_cast<std::ptrdiff_t>(at), same);
}

bool has_phrase(const Words& words, std::string_view phrase, const Irregular& irregular) {
  return find_phrase(words, words_of(phrase, irregular)).has_value();
}

}  // namespace tenon::agents
