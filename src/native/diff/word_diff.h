// What changed inside of changed lines, for people: by words. A word is a run of letters, digits, `_` and bytes of
// UTF-8 sequences; a run of spaces and tabs is one, a line end is one, every other byte is one. For display only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/hunks.h"
#include "native/diff/palette.h"

namespace tenon::diff {

// Texts of changes above this, in bytes, are not compared by words: it costs time and helps nobody.
inline constexpr std::size_t kLongestWordText = 64 * 1024;

std::vector<std::string_view> words_of(std::string_view text);

struct WordDiff {
  std::vector<std::string_view> before;
  std::vector<std::string_view> after;
  Changes changes;  // ranges of words
};

// Nothing if a text is longer than kLongestWordText.
std::optional<WordDiff> diff_words(std::string_view before, std::string_view after);

enum class WordStyle {
  colour,  // removed and added words differ by colour alone (git's --word-diff=color)
  plain    // [-removed-] and {+added+}
};

// The hunks, as unified_text writes them, but every changed place once, with its words. For people: no patch.
std::string word_text(const Lines& before, const Lines& after, const Changes& changes, const std::vector<Hunk>& hunks,
                      WordStyle style, const Palette& palette);

}  // namespace tenon::diff
