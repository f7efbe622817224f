#include "agents/named_things.h"

#include <algorithm>
#include <set>

#include "agents/field_guess.h"
#include "agents/field_values.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kMostThings = 8;
constexpr std::size_t kMostFields = 15;
constexpr std::size_t kLongestPhrase = 3;  // words

using Set = std::set<std::string, std::less<>>;

const Set& determiners() {
  static const Set kWords = {"a",        "an",   "the",  "its",  "his",     "her",      "their",   "my",
                             "our",      "your", "some", "any",  "all",     "every",    "each",    "one",
                             "optional", "new",  "own",  "many", "several", "multiple", "various", "different",
                             "and",      "or",   "also", "both", "exactly", "at",       "least"};
  return kWords;
}

// Where a noun phrase ends.
const Set& breakers() {
  static const Set kWords = {
      "that",      "which",   "who",    "whose", "where",   "when",     "while",   "so",       "to",       "for",
      "in",        "on",      "from",   "by",    "via",     "using",    "with",    "without",  "has",      "have",
      "having",    "belongs", "belong", "is",    "are",     "can",      "should",  "could",    "must",     "may",
      "will",      "does",    "do",     "but",   "because", "contains", "contain", "consists", "includes", "include",
      "including", "as",      "if",     "then",  "than",    "of",       "per",     "into",     "about",    "between",
      "through",   "stored",  "we",     "i",     "they",    "you",      "it",      "people",   "called",   "named"};
  return kWords;
}

const Set& having() {
  static const Set kWords = {"has",     "have",     "having",  "with",      "contains",
                             "contain", "includes", "include", "including", "needs"};
  return kWords;
}

struct Phrase {
  std::vector<Word> words;
  bool required = false;
  bool unique = false;

  std::string text() const {  // the last word in the singular
    std::vector<std::string> parts;
    for (const Word& word : words) parts.push_back(word.text);
    if (!words.empty() && words.back().plural()) parts.back() = words.back().stem;
    return joined(parts, " ");
  }
  bool plural() const { return !words.empty() && words.back().plural(); }
};

class Reader {
 public:
  Reader(const Words& words, const InterviewBook& book) : words_(words), book_(book) {
    for (const std::string& word : book.wordings.filler) filler_.insert(word);
    for (const std::string& verb : book.wordings.list_verbs) verbs_.push_back(words_of(verb, book.irregular_plurals));
  }

  std::vector<NamedThing> read() {
    for (std::size_t at = 0; at < words_.size(); ++at) {
      if (read_list_after_verb(at)) continue;
      if (read_list_after_for(at)) continue;
      read_product(at);
    }
    read_colon_lists();
    for (std::size_t at = 0; at < words_.size(); ++at) read_details(at);
    for (std::size_t at = 0; at < words_.size(); ++at) read_belonging(at);
    return std::move(things_);
  }

 private:
  bool is_filler(const Word& word) const { return filler_.contains(word.plain) || determiners().contains(word.plain); }
  bool breaks(const Word& word) const { return breakers().contains(word.plain); }

  NamedThing* thing(std::string_view name) {
    const auto found = std::ranges::find(things_, name, &NamedThing::name);
    return found == things_.end() ? nullptr : &*found;
  }

  NamedThing* add(const Phrase& phrase, Naming naming) {
    const std::string text = phrase.text();
    const std::string name = safe_name(text, "_record", book_);
    if (name.empty() || name.size() < 2) return nullptr;
    if (NamedThing* known = thing(name)) {
      known->naming = std::max(known->naming, naming);
      return known;
    }
    if (things_.size() >= kMostThings) return nullptr;
    things_.push_back({.name = name, .text = text, .naming = naming, .fields = {}});
    return &things_.back();
  }

  // A noun phrase from `at` on; `at` moves behind it. Empty when there is none.
  Phrase phrase_at(std::size_t& at) const {
    Phrase phrase;
    while (at < words_.size()) {
      const Word& word = words_[at];
      if (breaks(word)) break;
      phrase.required = phrase.required || word.plain == "required" || word.plain == "mandatory";
      phrase.unique = phrase.unique || word.plain == "unique";
      const bool dropped = determiners().contains(word.plain) || word.plain == "required" ||
                           word.plain == "mandatory" || word.plain == "unique" || word.plain == "optional";
      if (word.plain == "and" && !phrase.words.empty()) break;
      if (word.plain == "or" && !phrase.words.empty()) break;
      if (!dropped) phrase.words.push_back(word);
      ++at;
      if (word.after != ' ') break;
    }
    if (phrase.words.size() > kLongestPhrase) {
      phrase.words.erase(phrase.words.begin(), phrase.words.end() - static_cast<std::ptrdiff_t>(kLongestPhrase));
    }
    return phrase;
  }

  // Noun phrases from `at` on, joined by commas and "and"; `at` moves behind the last one.
  std::vector<Phrase> list_at(std::size_t& at) const {
    std::vector<Phrase> phrases;
    while (at < words_.size()) {
      while (at < words_.size() && (words_[at].plain == "and" || words_[at].plain == "or")) ++at;
      if (at < words_.size() && breaks(words_[at])) break;
      Phrase phrase = phrase_at(at);
      if (phrase.words.empty()) break;
      phrases.push_back(std::move(phrase));
      const char mark = words_[at - 1].after;
      const bool goes_on =
          mark == ',' || (at < words_.size() && mark == ' ' && (words_[at].plain == "and" || words_[at].plain == "or"));
      if (!goes_on) break;
    }
    return phrases;
  }

  bool only_filler(const Phrase& phrase) const {
    return std::ranges::all_of(phrase.words, [&](const Word& word) { return filler_.contains(word.plain); });
  }

  // In a list of things, "due dates" is a detail of the thing before it.
  bool is_detail(const Phrase& phrase) const {
    const Field field = guessed_field(phrase.text(), book_);
    const bool typed = field.type != FieldType::string && field.type != FieldType::text;
    const Thing& known = thing_named(snake_case(phrase.text()), book_);
    return typed && is_known_field(phrase.text(), book_) && known.names.front() == "default";
  }

  NamedThing* add_list(std::size_t at, Naming naming) {
    NamedThing* last = nullptr;
    for (const Phrase& phrase : list_at(at)) {
      if (only_filler(phrase)) continue;
      if (last != nullptr && is_detail(phrase)) {
        add_field(*last, phrase);
        continue;
      }
      if (NamedThing* added = add(phrase, naming)) last = added;
    }
    return last;
  }

  void add_field(NamedThing& owner, const Phrase& phrase) {
    if (owner.fields.size() >= kMostFields || phrase.words.empty() || only_filler_but_known(phrase)) return;
    const std::string text = phrase.text();
    const std::string name = snake_case(text);
    if (name.size() < 2) return;
    NamedThing* target = thing(safe_name(text, "_record", book_));
    if (target != nullptr && target != &owner) {
      if (phrase.plural()) {
        refer(*target, owner);
      } else {
        refer(owner, *target);
      }
      return;
    }
    const auto known =
        std::ranges::find_if(owner.fields, [&](const NamedField& field) { return snake_case(field.phrase) == name; });
    if (known != owner.fields.end()) return;
    owner.fields.push_back({.phrase = text, .entity = {}, .required = phrase.required, .unique = phrase.unique});
  }

  // "page" is filler in a goal and a field nowhere; "location" and "name" are fields.
  bool only_filler_but_known(const Phrase& phrase) const {
    return only_filler(phrase) && !is_known_field(phrase.text(), book_);
  }

  static void refer(NamedThing& from, const NamedThing& target) {
    const bool known =
        std::ranges::any_of(from.fields, [&](const NamedField& field) { return field.entity == target.name; });
    if (known || from.fields.size() >= kMostFields) return;
    std::erase_if(from.fields, [&](const NamedField& field) { return snake_case(field.phrase) == target.name; });
    from.fields.push_back({.phrase = target.text, .entity = target.name, .required = true});
  }

  bool read_list_after_verb(std::size_t at) {
    for (const Words& verb : verbs_) {
      if (find_phrase(words_, verb, at) != at) continue;
      const bool is_noun =
          at > 0 && words_[at - 1].after == ' ' && !is_filler(words_[at - 1]) && !breaks(words_[at - 1]);
      if (is_noun || words_[at + verb.size() - 1].after != ' ') continue;
      std::size_t begin = at + verb.size();
      if (begin < words_.size() && words_[begin].plain == "of") ++begin;
      if (add_list(begin, Naming::tracked) != nullptr) return true;
    }
    return false;
  }

  // "an API for vehicles", "a site for my chess club"
  bool read_list_after_for(std::size_t at) {
    if (words_[at].plain != "for" && words_[at].plain != "of") return false;
    std::size_t begin = at + 1;
    std::size_t look = begin;
    const Phrase first = phrase_at(look);
    if (first.words.empty() || only_filler(first)) return false;
    if (!first.plural()) {
      if (words_[at].plain == "for") add(first, Naming::subject);
      return false;
    }
    const bool about = at > 0 && filler_.contains(words_[at - 1].plain);
    if (words_[at].plain == "of" && !about) return false;
    return add_list(begin, Naming::listed) != nullptr;
  }

  // "recipe manager", "plant database"
  void read_product(std::size_t at) {
    static const Set kProducts = {"tracker",  "manager", "database",   "catalogue", "catalog", "directory",
                                  "register", "log",     "organizer",  "organiser", "list",    "api",
                                  "diary",    "logbook", "collection", "management"};
    if (at == 0 || !kProducts.contains(words_[at].plain) || words_[at - 1].after != ' ') return;
    std::size_t begin = at;
    while (begin > 0 && at - begin < 2 && words_[begin - 1].after == ' ' && !is_filler(words_[begin - 1]) &&
           !breaks(words_[begin - 1]))
      --begin;
    Phrase phrase;
    for (std::size_t i = begin; i < at; ++i) phrase.words.push_back(words_[i]);
    if (!phrase.words.empty() && !only_filler(phrase)) add(phrase, Naming::tracked);
  }

  // "Inventory for a warehouse: items, suppliers" names things; "books: title, author" gives details of one.
  void read_colon_lists() {
    std::size_t clause = 0;
    for (std::size_t at = 0; at < words_.size(); ++at) {
      const bool opens = words_[at].after == ':' || words_[at].after == '(';
      if (opens && at + 1 < words_.size()) read_colon_list(clause, at);
      if (words_[at].ends_clause()) clause = at + 1;
    }
  }

  void read_colon_list(std::size_t clause, std::size_t at) {
    std::size_t begin = at + 1;
    const std::vector<Phrase> list = list_at(begin);
    if (list.empty()) return;
    const auto plural =
        static_cast<std::size_t>(std::ranges::count_if(list, [](const Phrase& phrase) { return phrase.plural(); }));
    NamedThing* owner = thing(safe_name(words_[at].stem, "_record", book_));
    const bool alone = at - clause < 2 && words_[at].after == ':';
    if (owner == nullptr && alone && plural * 2 <= list.size()) {
      Phrase phrase;
      for (std::size_t i = clause; i <= at; ++i) phrase.words.push_back(words_[i]);
      if (!only_filler(phrase)) owner = add(phrase, Naming::detailed);
    }
    if (owner != nullptr && plural * 2 <= list.size()) {
      owner->naming = Naming::detailed;
      for (const Phrase& phrase : list) add_field(*owner, phrase);
    } else if (plural > 0 && words_[at].after == ':') {
      add_list(at + 1, Naming::listed);
    }
  }

  // "each book has a title", "vehicles with plate and mileage"
  void read_details(std::size_t at) {
    if (at == 0 || !having().contains(words_[at].plain) || words_[at - 1].ends_clause()) return;
    std::size_t owner_end = at;
    while (owner_end > 0 && (words_[owner_end - 1].plain == "should" || words_[owner_end - 1].plain == "must" ||
                             words_[owner_end - 1].plain == "can" || words_[owner_end - 1].plain == "will"))
      --owner_end;
    if (owner_end == 0) return;
    const Word& last = words_[owner_end - 1];
    if (last.plain == "it" || last.plain == "they" || last.plain == "and" || last.plain == "also") {
      if (!things_.empty()) read_fields(*latest(), at + 1);
      return;
    }
    if (is_filler(last) || breaks(last)) return;
    std::size_t begin = owner_end - 1;
    while (begin > 0 && owner_end - begin < kLongestPhrase && words_[begin - 1].after == ' ' &&
           !is_filler(words_[begin - 1]) && !breaks(words_[begin - 1]))
      --begin;
    NamedThing* owner = nullptr;
    for (std::size_t from = begin; from < owner_end && owner == nullptr; ++from)
      owner = thing(name_of(from, owner_end));
    const bool each = begin > 0 && (words_[begin - 1].plain == "each" || words_[begin - 1].plain == "every" ||
                                    words_[begin - 1].plain == "all" || words_[begin - 1].plain == "a" ||
                                    words_[begin - 1].plain == "an" || words_[begin - 1].plain == "the");
    const bool has = words_[at].plain != "with" && words_[at].plain != "including" && words_[at].plain != "include" &&
                     words_[at].plain != "includes";
    const bool counts = owner != nullptr || (each && has) || last.plural();
    if (!counts) return;
    if (owner == nullptr || owner->naming == Naming::subject) {
      Phrase phrase;
      for (std::size_t i = begin; i < owner_end; ++i) phrase.words.push_back(words_[i]);
      if (owner == nullptr) owner = add(phrase, Naming::listed);
    }
    if (owner == nullptr) return;
    if (owner->naming == Naming::subject && !has) return;
    current_ = owner->name;
    read_fields(*owner, at + 1);
  }

  std::string name_of(std::size_t from, std::size_t end) const {
    Phrase phrase;
    for (std::size_t i = from; i < end; ++i) phrase.words.push_back(words_[i]);
    return safe_name(phrase.text(), "_record", book_);
  }

  NamedThing* latest() {
    NamedThing* known = current_.empty() ? nullptr : thing(current_);
    return known == nullptr ? &things_.back() : known;
  }

  void read_fields(NamedThing& owner_now, std::size_t at) {
    const std::string owner_name = owner_now.name;
    const std::vector<Phrase> list = list_at(at);
    if (list.empty()) return;
    for (const Phrase& phrase : list) {
      // Adding a thing may move the others.
      NamedThing* owner = thing(owner_name);
      if (phrase.plural() && !is_known_field(phrase.text(), book_) &&
          thing_named(snake_case(phrase.text()), book_).names.front() != "default" &&
          owner->naming >= Naming::tracked) {
        NamedThing* child = add(phrase, Naming::listed);
        owner = thing(owner_name);
        if (child != nullptr && child != owner) {
          refer(*child, *owner);
          owner->naming = Naming::detailed;
          continue;
        }
      }
      add_field(*owner, phrase);
    }
    NamedThing* owner = thing(owner_name);
    if (!owner->fields.empty()) owner->naming = Naming::detailed;
  }

  // "belongs to an author", after "each book has …" or directly: "books belong to authors"
  void read_belonging(std::size_t at) {
    const bool belongs = (words_[at].plain == "belongs" || words_[at].plain == "belong") && at + 1 < words_.size() &&
                         words_[at + 1].plain == "to";
    if (!belongs) return;
    std::size_t target_at = at + 2;
    const std::vector<Phrase> targets = list_at(target_at);
    const std::string owner_name = subject_before(at);
    if (owner_name.empty()) return;
    for (const Phrase& phrase : targets) {
      NamedThing* target = add(phrase, Naming::listed);
      NamedThing* owner = thing(owner_name);
      if (target != nullptr && owner != nullptr && owner != target) {
        refer(*owner, *target);
        owner->naming = Naming::detailed;
      }
    }
  }

  // The thing the clause of `at` is about.
  std::string subject_before(std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && words_[begin - 1].after != ';' && words_[begin - 1].after != '.') --begin;
    for (std::size_t from = begin; from < at; ++from) {
      for (std::size_t end = std::min(at, from + kLongestPhrase); end > from; --end) {
        const std::string name = name_of(from, end);
        if (thing(name) != nullptr) return name;
      }
    }
    return things_.empty() ? "" : things_.back().name;
  }

  const Words& words_;
  const InterviewBook& book_;
  Set filler_;
  std::vector<Words> verbs_;
  std::vector<NamedThing> things_;
  std::string current_;
};

}  // namespace

std::vector<NamedThing> named_things(const Words& words, const InterviewBook& book) {
  return Reader(words, book).read();
}

}  // namespace tenon::agents
