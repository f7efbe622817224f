#include "agents/phrases.h"

#include <algorithm>

namespace tenon::agents {
namespace {

constexpr std::size_t kLongestPhrase = 3;  // words

const WordSet& determiners() {
  static const WordSet kWords = {"a",    "an",   "the",     "its",     "his",      "her",     "their",
                                 "my",   "our",  "your",    "some",    "any",      "all",     "one",
                                 "new",  "own",  "many",    "several", "multiple", "various", "different",
                                 "also", "both", "exactly", "at",      "least"};
  return kWords;
}

const WordSet& breakers() {
  static const WordSet kWords = {
      "that",    "which",    "who",      "whose",   "where",     "when",    "while",  "so",      "to",
      "for",     "in",       "on",       "from",    "by",        "via",     "using",  "with",    "without",
      "has",     "have",     "having",   "belongs", "belong",    "is",      "are",    "can",     "should",
      "could",   "must",     "may",      "will",    "does",      "do",      "but",    "because", "contains",
      "contain", "consists", "includes", "include", "including", "as",      "if",     "then",    "than",
      "of",      "per",      "into",     "about",   "between",   "through", "stored", "we",      "i",
      "they",    "you",      "it",       "people",  "called",    "named",   "not"};
  return kWords;
}

bool joins(const Word& word) { return word.plain == "and" || word.plain == "or"; }
bool each_one(const Word& word) { return word.plain == "each" || word.plain == "every"; }

std::string text_of(const std::vector<Word>& words) {
  std::vector<std::string> parts;
  for (const Word& word : words) parts.push_back(word.text);
  return joined(parts, " ");
}

}  // namespace

std::string Phrase::written() const { return text_of(words); }

std::string Phrase::singular() const {
  std::vector<Word> copy = words;
  if (plural()) copy.back().text = copy.back().stem;
  return text_of(copy);
}

PhraseReader::PhraseReader(const Words& words, const InterviewBook& book) : words_(words) {
  filler_.insert(book.wordings.filler.begin(), book.wordings.filler.end());
}

bool PhraseReader::is_filler(const Word& word) const {
  return filler_.contains(word.plain) || determiners().contains(word.plain);
}

bool PhraseReader::only_filler(const Phrase& phrase) const {
  return std::ranges::all_of(phrase.words, [&](const Word& word) { return filler_.contains(word.plain); });
}

bool PhraseReader::breaks(const Word& word) { return breakers().contains(word.plain); }

Phrase PhraseReader::phrase_at(std::size_t& at) const {
  Phrase phrase;
  for (; at < words_.size(); ++at) {
    const Word& word = words_[at];
    if (breaks(word) || (!phrase.empty() && joins(word))) break;
    const bool required = word.plain == "required" || word.plain == "mandatory";
    const bool unique = word.plain == "unique";
    phrase.required = phrase.required || required;
    phrase.unique = phrase.unique || unique;
    const bool dropped = required || unique || word.plain == "optional" || joins(word) || each_one(word) ||
                         determiners().contains(word.plain);
    if (!dropped) phrase.words.push_back(word);
    if (word.after == ' ') continue;
    ++at;
    break;
  }
  if (phrase.words.size() > kLongestPhrase) {
    phrase.words.erase(phrase.words.begin(), phrase.words.end() - static_cast<std::ptrdiff_t>(kLongestPhrase));
  }
  return phrase;
}

Phrase PhraseReader::phrase_before(std::size_t end) const {
  std::size_t begin = end;
  while (begin > 0 && end - begin < kLongestPhrase) {
    const Word& word = words_[begin - 1];
    const bool apart = begin < end && word.after != ' ';
    if (apart || is_filler(word) || breaks(word) || joins(word) || each_one(word)) break;
    --begin;
  }
  Phrase phrase;
  phrase.words.assign(words_.begin() + static_cast<std::ptrdiff_t>(begin),
                      words_.begin() + static_cast<std::ptrdiff_t>(end));
  return phrase;
}

std::vector<Phrase> PhraseReader::list_at(std::size_t at) const {
  std::vector<Phrase> phrases;
  while (at < words_.size()) {
    while (at < words_.size() && joins(words_[at])) ++at;
    const bool ends = at >= words_.size() || breaks(words_[at]) || each_one(words_[at]);
    if (ends) break;
    Phrase phrase = phrase_at(at);
    if (phrase.empty()) break;
    phrases.push_back(std::move(phrase));
    const char mark = words_[at - 1].after;
    const bool joined_on = mark == ' ' && at < words_.size() && joins(words_[at]);
    if (mark != ',' && !joined_on) break;
  }
  return phrases;
}

}  // namespace tenon::agents
