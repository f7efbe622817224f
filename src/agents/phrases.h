// Noun phrases in a goal, and lists of them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agents/knowledge.h"
#include "agents/words.h"

namespace tenon::agents {

using WordSet = std::set<std::string, std::less<>>;

struct Phrase {
  std::vector<Word> words;
  bool required = false;
  bool unique = false;

  bool empty() const { return words.empty(); }
  bool plural() const { return !words.empty() && words.back().plural(); }
  std::string written() const;
  std::string singular() const;  // the last word in the singular
};

class PhraseReader {
 public:
  PhraseReader(const Words& words, const InterviewBook& book);

  bool is_filler(const Word& word) const;  // names nothing: "the", "new", "website"
  bool only_filler(const Phrase& phrase) const;
  static bool breaks(const Word& word);  // ends a phrase: "that", "with", "has"

  // The phrase that begins at `at`, without determiners; `at` moves behind it. Empty when there is none.
  Phrase phrase_at(std::size_t& at) const;

  // The phrase that ends before `end` and does not begin before a filler, a breaker or a mark.
  Phrase phrase_before(std::size_t end) const;

  // Phrases from `at` on, joined by commas, "and" and "or".
  std::vector<Phrase> list_at(std::size_t at) const;

 private:
  const Words& words_;
  WordSet filler_;
};

}  // namespace tenon::agents
