#include "agents/named_things.h"

#include <algorithm>

#include "agents/field_guess.h"
#include "agents/phrases.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kMostThings = 8;
constexpr std::size_t kMostFields = 15;

// "a recipe manager": what stands before is kept in it.
const WordSet& products() {
  static const WordSet kWords = {"tracker",  "manager", "database",   "catalogue", "catalog", "directory",
                                 "register", "log",     "organizer",  "organiser", "list",    "api",
                                 "diary",    "logbook", "collection", "management"};
  return kWords;
}

// Words between a thing and its details. Those that state it ("each book has") count for any thing, the others ("books
// with") only for what is known as one or stands in the plural.
const WordSet& stating() {
  static const WordSet kWords = {"has", "have", "having", "contains", "contain", "needs"};
  return kWords;
}
const WordSet& accompanying() {
  static const WordSet kWords = {"with", "includes", "include", "including"};
  return kWords;
}

class Reader {
 public:
  Reader(const Words& words, const InterviewBook& book) : words_(words), book_(book), phrases_(words, book) {
    for (const std::string& verb : book.wordings.list_verbs) verbs_.push_back(words_of(verb, book.irregular_plurals));
    things_.reserve(kMostThings);  // so that pointers to them stay valid
  }

  std::vector<NamedThing> read() {
    for (std::size_t at = 0; at < words_.size(); ++at) {
      if (!read_list_after_verb(at) && !read_list_after_for(at)) read_product(at);
    }
    read_colon_lists();
    for (std::size_t at = 1; at < words_.size(); ++at) read_details(at);
    for (std::size_t at = 0; at + 2 < words_.size(); ++at) read_belonging(at);
    return std::move(things_);
  }

 private:
  // By its name, or by the last word of it: a "hive" is the "bee hive" of the sentence before.
  NamedThing* thing(std::string_view name) {
    const auto found = std::ranges::find(things_, name, &NamedThing::name);
    if (found != things_.end()) return &*found;
    const std::string ending = "_" + std::string(name);
    const auto longer =
        std::ranges::find_if(things_, [&](const NamedThing& one) { return one.name.ends_with(ending); });
    return longer == things_.end() ? nullptr : &*longer;
  }

  std::string name_of(const Phrase& phrase) const { return safe_name(phrase.singular(), "_record", book_); }

  NamedThing* add(const Phrase& phrase, Naming naming) {
    const std::string name = name_of(phrase);
    if (name.size() < 2) return nullptr;
    if (NamedThing* known = thing(name)) {
      known->naming = std::max(known->naming, naming);
      return known;
    }
    if (things_.size() >= kMostThings) return nullptr;
    things_.push_back({.name = name, .text = phrase.singular(), .naming = naming, .fields = {}});
    return &things_.back();
  }

  // A detail keeps its plural where that is how it is called: notes, ingredients; but one service date each.
  std::string field_text(const Phrase& phrase) const {
    const Field singular = guessed_field(phrase.singular(), book_);
    const bool typed = singular.type != FieldType::string && singular.type != FieldType::text;
    if (typed || !phrase.plural()) return phrase.singular();
    return is_known_field(phrase.written(), book_) ? phrase.written() : phrase.singular();
  }

  static void refer(NamedThing& from, const NamedThing& target) {
    const auto refers = [&](const NamedField& field) { return field.entity == target.name; };
    if (&from == &target || std::ranges::any_of(from.fields, refers) || from.fields.size() >= kMostFields) return;
    std::erase_if(from.fields, [&](const NamedField& field) { return snake_case(field.phrase) == target.name; });
    from.fields.push_back({.phrase = target.text, .entity = target.name, .required = true});
  }

  void add_field(NamedThing& owner, const Phrase& phrase) {
    if (owner.fields.size() >= kMostFields || phrase.empty()) return;
    if (phrases_.only_filler(phrase) && !is_known_field(phrase.singular(), book_)) return;
    NamedThing* target = thing(name_of(phrase));
    if (target != nullptr && target != &owner) {
      // "an author has books": each book refers to its author.
      refer(phrase.plural() ? *target : owner, phrase.plural() ? owner : *target);
      return;
    }
    const std::string text = field_text(phrase);
    const std::string name = snake_case(text);
    const auto same = [&](const NamedField& field) { return snake_case(field.phrase) == name; };
    if (name.size() < 2 || std::ranges::any_of(owner.fields, same)) return;
    owner.fields.push_back({.phrase = text, .entity = {}, .required = phrase.required, .unique = phrase.unique});
  }

  bool is_known_thing(const Phrase& phrase) const {
    return thing_named(snake_case(phrase.singular()), book_).names.front() != "default";
  }

  // In a list of things, "due dates" are a detail of the thing before.
  bool is_detail(const Phrase& phrase) const {
    const Field field = guessed_field(phrase.singular(), book_);
    const bool typed = field.type != FieldType::string && field.type != FieldType::text;
    return typed && is_known_field(phrase.singular(), book_) && !is_known_thing(phrase);
  }

  NamedThing* add_list(std::size_t at, Naming naming) {
    NamedThing* last = nullptr;
    for (const Phrase& phrase : phrases_.list_at(at)) {
      if (phrases_.only_filler(phrase)) continue;
      if (last != nullptr && is_detail(phrase)) {
        add_field(*last, phrase);
      } else if (NamedThing* added = add(phrase, naming)) {
        last = added;
      }
    }
    return last;
  }

  // "track books and authors"
  bool read_list_after_verb(std::size_t at) {
    for (const Words& verb : verbs_) {
      if (!stands_at(words_, verb, at) || words_[at + verb.size() - 1].after != ' ') continue;
      const bool is_noun = at > 0 && words_[at - 1].after == ' ' && !phrases_.is_filler(words_[at - 1]) &&
                           !PhraseReader::breaks(words_[at - 1]);
      if (is_noun) continue;
      std::size_t begin = at + verb.size();
      if (begin < words_.size() && words_[begin].plain == "of") ++begin;
      if (add_list(begin, Naming::tracked) != nullptr) return true;
    }
    return false;
  }

  // "an API for vehicles", "a site for my chess club"
  bool read_list_after_for(std::size_t at) {
    const bool is_for = words_[at].plain == "for";
    if (!is_for && words_[at].plain != "of") return false;
    std::size_t look = at + 1;
    const Phrase first = phrases_.phrase_at(look);
    if (first.empty() || phrases_.only_filler(first)) return false;
    if (!first.plural()) {
      if (is_for) add(first, Naming::subject);
      return false;
    }
    const bool about = at > 0 && phrases_.is_filler(words_[at - 1]);
    return (is_for || about) && add_list(at + 1, Naming::listed) != nullptr;
  }

  // "recipe manager", "plant database"
  void read_product(std::size_t at) {
    if (at == 0 || !products().contains(words_[at].plain) || words_[at - 1].after != ' ') return;
    const Phrase phrase = phrases_.phrase_before(at);
    if (!phrase.empty() && !is_detail(phrase)) add(phrase, Naming::tracked);
  }

  // "Inventory for a warehouse: items, suppliers" names things; "books: title, author" gives details of one.
  void read_colon_lists() {
    std::size_t clause = 0;
    for (std::size_t at = 0; at + 1 < words_.size(); ++at) {
      if (words_[at].after == ':' || words_[at].after == '(') read_colon_list(clause, at);
      if (words_[at].ends_clause()) clause = at + 1;
    }
  }

  void read_colon_list(std::size_t clause, std::size_t at) {
    const std::vector<Phrase> list = phrases_.list_at(at + 1);
    if (list.empty()) return;
    const bool colon = words_[at].after == ':';
    const auto plurals = static_cast<std::size_t>(std::ranges::count_if(list, &Phrase::plural));
    const bool details = plurals * 2 <= list.size();
    const Phrase before = phrases_.phrase_before(at + 1);
    NamedThing* owner = before.empty() ? nullptr : thing(name_of(before));
    const bool heads_clause = colon && at - clause < 2;
    if (owner == nullptr && heads_clause && details && !before.empty()) owner = add(before, Naming::detailed);
    if (owner != nullptr && details) {
      owner->naming = Naming::detailed;
      for (const Phrase& phrase : list) add_field(*owner, phrase);
    } else if (plurals > 0 && colon) {
      add_list(at + 1, Naming::listed);
    }
  }

  // "each book has a title", "vehicles with plate and mileage", "it should have a date"
  void read_details(std::size_t at) {
    const bool states = stating().contains(words_[at].plain);
    if (!states && !accompanying().contains(words_[at].plain)) return;
    static const WordSet kModal = {"should", "must", "can", "will"};
    std::size_t end = at;
    while (end > 0 && kModal.contains(words_[end - 1].plain)) --end;
    if (end == 0 || words_[end - 1].ends_clause()) return;
    static const WordSet kGoesOn = {"it", "they", "and", "also"};
    if (kGoesOn.contains(words_[end - 1].plain)) {
      NamedThing* latest = current_ == nullptr && !things_.empty() ? &things_.back() : current_;
      if (latest != nullptr) read_fields(*latest, at + 1);
      return;
    }
    NamedThing* owner = owner_before(end, states);
    if (owner == nullptr && !states) read_contents(at + 1);
    if (owner == nullptr || (owner->naming == Naming::subject && !states)) return;
    current_ = owner;
    read_fields(*owner, at + 1);
  }

  // "a car rental with vehicles, customers and bookings"
  void read_contents(std::size_t at) {
    const std::vector<Phrase> list = phrases_.list_at(at);
    const bool things = list.size() > 1 && std::ranges::all_of(list, &Phrase::plural) &&
                        std::ranges::any_of(list, [&](const Phrase& phrase) { return is_known_thing(phrase); });
    if (things) add_list(at, Naming::listed);
  }

  NamedThing* owner_before(std::size_t end, bool states) {
    // "a recipe manager with a title": the recipe has the title.
    const bool product = products().contains(words_[end - 1].plain) && end > 1;
    Phrase phrase = phrases_.phrase_before(product ? end - 1 : end);
    if (phrase.empty()) return nullptr;
    for (Phrase shorter = phrase; !shorter.empty(); shorter.words.erase(shorter.words.begin())) {
      if (NamedThing* known = thing(name_of(shorter))) return known;
    }
    static const WordSet kOne = {"each", "every", "all", "a", "an", "the"};
    const std::size_t before = end - phrase.words.size();
    const bool one = before > 0 && kOne.contains(words_[before - 1].plain);
    return (one && states) || phrase.plural() ? add(phrase, Naming::listed) : nullptr;
  }

  void read_fields(NamedThing& owner, std::size_t at) {
    for (const Phrase& phrase : phrases_.list_at(at)) {
      // "each project has tasks": a thing of its own, which refers back.
      const bool child = phrase.plural() && owner.naming >= Naming::tracked && is_known_thing(phrase) &&
                         !is_known_field(phrase.singular(), book_);
      NamedThing* added = child ? add(phrase, Naming::listed) : nullptr;
      if (added != nullptr) {
        refer(*added, owner);
      } else {
        add_field(owner, phrase);
      }
    }
    if (!owner.fields.empty()) owner.naming = Naming::detailed;
  }

  // "and belongs to an author"; further names in the list count only when they are known.
  void read_belonging(std::size_t at) {
    const bool belongs = words_[at].stem == "belong" && words_[at + 1].plain == "to";
    NamedThing* owner = belongs ? subject_before(at) : nullptr;
    if (owner == nullptr) return;
    const std::vector<Phrase> targets = phrases_.list_at(at + 2);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      NamedThing* target = i == 0 ? add(targets[i], Naming::listed) : thing(name_of(targets[i]));
      if (target == nullptr || target == owner) continue;
      refer(*owner, *target);
      owner->naming = Naming::detailed;
    }
  }

  // The thing a clause is about: what follows "each", else the first one in it.
  NamedThing* subject_before(std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && words_[begin - 1].after != ';' && words_[begin - 1].after != '.') --begin;
    for (std::size_t look = at; look-- > begin;) {
      if (words_[look].plain != "each" && words_[look].plain != "every") continue;
      std::size_t from = look + 1;
      if (NamedThing* known = thing(name_of(phrases_.phrase_at(from)))) return known;
    }
    for (std::size_t from = begin; from < at;) {
      const std::size_t start = from;
      const Phrase phrase = phrases_.phrase_at(from);
      NamedThing* known = phrase.empty() ? nullptr : thing(name_of(phrase));
      if (known != nullptr) return known;
      from = std::max(from, start + 1);
    }
    return things_.empty() ? nullptr : &things_.back();
  }

  const Words& words_;
  const InterviewBook& book_;
  PhraseReader phrases_;
  std::vector<Words> verbs_;
  std::vector<NamedThing> things_;
  NamedThing* current_ = nullptr;  // what details are being told of
};

}  // namespace

std::vector<NamedThing> named_things(const Words& words, const InterviewBook& book) {
  return Reader(words, book).read();
}

}  // namespace tenon::agents
