#include "agents/goal.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <re2/re2.h>

#include "agents/field_guess.h"
#include "agents/goal_entities.h"
#include "agents/knowledge_checks.h"
#include "agents/names.h"
#include "agents/words.h"
#include "core/error.h"
#include "core/unicode.h"

namespace tenon::agents {
namespace {

constexpr int kStrongWord = 5;  // one such word decides for a domain
constexpr int kOwnWord = 4;     // a word that belongs to a stack and not to software in general
constexpr int kSureScore = 10;  // so many words that details of other things do not matter
constexpr std::size_t kManyDetails = 4;
constexpr int kEnoughScore = 3;  // several weak ones together
constexpr std::string_view kExample =
    "For example: \"A website for my restaurant with a menu and table reservations\", or \"Track books and authors; "
    "each "
    "book has a title and a price\".";

void refuse_unreadable(std::string_view text) {
  if (text.size() > kLongestGoal) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("The goal is {} bytes long; the limit is {}.", text.size(), kLongestGoal),
                "Say in a few sentences what the software is for; details can be added as changes later.");
  }
  if (!is_valid_text(text)) {
    throw Error(ErrorCode::invalid_argument, "The goal is not readable text (UTF-8).", std::string(kExample));
  }
  if (trimmed(text).empty()) {
    throw Error(ErrorCode::invalid_argument, "The goal is empty: it must say what the software is about.",
                std::string(kExample));
  }
}

// "called Olive & Ember", "named "The Quiet Cup""; also cut out of the text, since a name says nothing about the
// content.
std::string take_business_name(std::string& text) {
  static const RE2 kQuoted(R"re((?i:\b(?:called|named|titled|name is|name:)\s+)["“”'‘]([^"“”'’]{1,60})["“”'’])re");
  static const RE2 kCapitals(
      R"re((?i:\b(?:called|named|titled|name is|name:)\s+)((?:the |The |la |La |le |Le )?(?:[\p{Lu}\d][\p{L}\d'’.-]*)(?:\s+(?:&|and|of|the|de|la|le|[\p{Lu}\d][\p{L}\d'’.-]*))*))re");
  static const RE2 kPlain(R"re((?i:\b(?:called|named|titled)\s+)(\p{Ll}[\p{L}\d'’-]*))re");
  for (const RE2* pattern : {&kQuoted, &kCapitals, &kPlain}) {
    std::string name;
    if (!RE2::PartialMatch(text, *pattern, &name)) continue;
    RE2::Replace(&text, *pattern, " ");
    static const RE2 kDanglingWord(R"re(\s+(?:and|of|the|de|la|le)\s*$)re");
    RE2::Replace(&name, kDanglingWord, "");
    while (name.ends_with('.') || name.ends_with(' ')) name.pop_back();
    return name;
  }
  return {};
}

class Understanding {
 public:
  Understanding(std::string_view text, const Knowledge& knowledge)
      : knowledge_(knowledge), book_(knowledge.interview), irregular_(book_.irregular_plurals) {
    reading_.goal = trimmed(text);
    std::string rest = reading_.goal;
    reading_.business = take_business_name(rest);
    words_ = words_of(rest, irregular_);
  }

  GoalReading read() {
    const std::vector<NamedThing> things = named_things(words_, book_);
    const auto subject = std::ranges::find(things, Naming::subject, &NamedThing::naming);
    if (subject != things.end()) reading_.subject = subject->text;
    score_domains();
    decide_domain(things);
    read_kind();
    const Domain& domain = domain_named(knowledge_, reading_.domain);
    read_features(domain);
    reading_.access = wants_catalog() || reading_.kind == kStatic ? kCatalog : kInternal;
    reading_.entities = reading_.domain == kFreeForm ? free_entities(things, reading_.access, book_)
                                                     : domain_entities(things, domain, domain_words(domain), book_);
    read_counts(domain);
    read_languages();
    read_look();
    read_wishes();
    return std::move(reading_);
  }

 private:
  bool says(std::string_view phrase) const { return has_phrase(words_, phrase, irregular_); }
  bool says_any(const std::vector<std::string>& phrases) const {
    return std::ranges::any_of(phrases, [&](const std::string& phrase) { return says(phrase); });
  }

  void score_domains() {
    for (const auto& [name, domain] : knowledge_.domains) {
      DomainScore score{.domain = name, .score = 0, .because = {}};
      for (const auto& [phrase, weight] : domain.keywords) {
        const auto at = find_phrase(words_, words_of(phrase, irregular_));
        if (!at || is_declined(*at)) continue;
        score.score += weight;
        score.because.push_back(phrase);
        strongest_[name] = std::max(strongest_[name], weight);
      }
      if (score.score > 0) reading_.scores.push_back(std::move(score));
    }
    std::ranges::sort(reading_.scores, [](const DomainScore& left, const DomainScore& right) {
      return std::tie(right.score, left.domain) < std::tie(left.score, right.domain);
    });
  }

  // How much the goal tells about things the domain does not have: their details, and those that are tracked or, when
  // the domain has none of what is listed, well known.
  std::size_t foreign_details(const std::vector<NamedThing>& things, const Domain& domain) const {
    std::size_t details = 0;
    std::size_t known = 0;
    bool shared = false;
    for (const NamedThing& thing : things) {
      if (thing.naming == Naming::subject) continue;
      if (names_entity_of(domain, thing, irregular_)) {
        shared = true;
        continue;
      }
      details += thing.naming == Naming::tracked ? 1 : thing.fields.size();
      if (thing_named(thing.name, book_).names.front() != "default") known += 2;
    }
    return shared ? details : details + known;
  }

  void decide_domain(const std::vector<NamedThing>& things) {
    const bool named =
        std::ranges::any_of(things, [](const NamedThing& thing) { return thing.naming != Naming::subject; });
    reading_.domain = kFreeForm;
    if (!reading_.scores.empty()) {
      const DomainScore& best = reading_.scores.front();
      const std::size_t foreign = foreign_details(things, domain_named(knowledge_, best.domain));
      const bool strong =
          strongest_[best.domain] >= kStrongWord && (foreign < kManyDetails || best.score >= kSureScore);
      if (strong || (foreign == 0 && best.score >= kEnoughScore) || (!named && best.score > 1)) {
        reading_.domain = best.domain;
      }
    }
    if (reading_.domain != kFreeForm || named) return;
    const bool subject = !things.empty() && says_any(book_.wordings.known);
    if (subject) return;
    const bool readable = says_any(book_.wordings.known) || !reading_.scores.empty();
    throw Error(ErrorCode::invalid_argument,
                readable
                    ? "The goal does not say what the software is about: no kind of business and nothing to keep track "
                      "of is named in it."
                    : "The goal cannot be understood: there is no word in it that says what the software is about.",
                std::string(kExample));
  }

  std::string wanted_kind() const {
    const auto wants = [&](std::string_view kind) {
      const auto found = book_.wordings.kinds.find(std::string(kind));
      return found != book_.wordings.kinds.end() && says_any(found->second);
    };
    if (wants(kStatic)) return std::string(kStatic);
    if (wants(kApi) && !wants(kWeb)) return std::string(kApi);
    return wants(kWeb) ? std::string(kWeb) : std::string();
  }

  // A stack is named when the text has a word that is its own; "website" leaves open what it is made with.
  std::string wanted_stack(std::string_view kind, const std::vector<std::string>& kinds) const {
    std::string best;
    int best_score = 0;
    for (const auto& [name, stack] : knowledge_.stacks) {
      if (stack.kind != kind || std::ranges::find(kinds, stack.kind) == kinds.end()) continue;
      int score = 0;
      int strongest = 0;
      for (const auto& [phrase, weight] : stack.keywords) {
        if (!says(phrase)) continue;
        score += weight;
        strongest = std::max(strongest, weight);
      }
      if (strongest < kOwnWord || score <= best_score) continue;
      best = name;
      best_score = score;
    }
    return best;
  }

  void read_kind() {
    const Domain& domain = domain_named(knowledge_, reading_.domain);
    reading_.one_page = says_any(book_.wordings.one_page);
    for (const auto& [name, stack] : knowledge_.stacks) {
      if (!says(name)) continue;
      reading_.stack = name;
      reading_.kind = stack.kind;
    }
    if (reading_.kind.empty()) reading_.kind = wanted_kind();
    if (reading_.kind.empty()) return;
    if (std::ranges::find(domain.kinds, reading_.kind) == domain.kinds.end()) {
      const Stack& nearest = stack_named(knowledge_, domain.stack);
      reading_.out_of_scope.push_back(
          {.wish = reading_.kind == kStatic ? "A site without a server" : "An app of the kind " + reading_.kind,
           .answer = fmt::format("{} needs records that change, so it is built as {}.", domain.title, nearest.title)});
      reading_.kind = nearest.kind;
      reading_.stack.clear();
      reading_.one_page = false;
    }
    if (reading_.stack.empty()) reading_.stack = wanted_stack(reading_.kind, domain.kinds);
    // "website" alone leaves open whether it needs a server: the domain suggests that.
    const bool only_web =
        reading_.kind == kWeb && stack_named(knowledge_, domain.stack).kind == kStatic && !says("fastapi");
    if (only_web) {
      reading_.kind.clear();
      reading_.stack.clear();
    }
  }

  // Looks back from a phrase for "no", "without" …; "and" and "or" pass it on, a comma or "with" ends it.
  bool is_declined(std::size_t at) const {
    constexpr std::size_t kReach = 6;
    for (std::size_t back = 1; back <= std::min(at, kReach); ++back) {
      const Word& word = words_[at - back];
      const bool passes_comma = at - back + 1 < words_.size() &&
                                (words_[at - back + 1].plain == "or" || words_[at - back + 1].plain == "and");
      if (word.ends_clause() || (word.after == ',' && !passes_comma)) return false;
      for (const std::string& phrase : book_.wordings.decline) {
        const Words decline = words_of(phrase, irregular_);
        const std::size_t begin = at - back + 1;
        if (begin >= decline.size() && stands_at(words_, decline, begin - decline.size())) return true;
      }
      static const std::set<std::string, std::less<>> kEnds = {"with", "but", "only",      "just",
                                                               "plus", "has", "including", "instead"};
      if (kEnds.contains(word.plain)) return false;
    }
    return false;
  }

  void read_features(const Domain& domain) {
    for (const Feature& feature : domain.features) {
      bool wanted = false;
      bool declined = false;
      std::vector<std::string> phrases = feature.keywords;
      phrases.push_back(feature.title);
      for (const std::string& phrase : phrases) {
        const Words wanted_words = words_of(phrase, irregular_);
        for (auto at = find_phrase(words_, wanted_words); at; at = find_phrase(words_, wanted_words, *at + 1)) {
          (is_declined(*at) ? declined : wanted) = true;
        }
      }
      if (declined) {
        reading_.features_declined.push_back(feature.name);
      } else if (wanted) {
        reading_.features_wanted.push_back(feature.name);
      }
    }
  }

  bool wants_catalog() const { return says_any(book_.wordings.catalog) && !says_any(book_.wordings.internal); }

  // Words that belong to what the domain offers already, and so name nothing new.
  std::vector<Words> domain_words(const Domain& domain) const {
    std::vector<Words> known;
    for (const auto& [phrase, weight] : domain.keywords) known.push_back(words_of(phrase, irregular_));
    for (const Feature& feature : domain.features) {
      for (const std::string& phrase : feature.keywords) known.push_back(words_of(phrase, irregular_));
      known.push_back(words_of(feature.title, irregular_));
    }
    return known;
  }

  void read_counts(const Domain& domain) {
    for (std::size_t at = 0; at + 1 < words_.size(); ++at) {
      const auto number = book_.wordings.numbers.find(words_[at].plain);
      if (number == book_.wordings.numbers.end()) continue;
      const auto counted = [&](const Entity& entity) {
        for (const std::string& name : {entity.name, entity.title, entity.titles}) {
          if (stands_at(words_, words_of(name, irregular_), at + 1)) return true;
        }
        return false;
      };
      const auto found = std::ranges::find_if(domain.entities, counted);
      if (found != domain.entities.end()) reading_.counts.push_back({.entity = found->name, .count = number->second});
    }
  }

  std::string language_at(std::size_t at) const {
    for (const auto& [code, names] : book_.wordings.languages) {
      if (std::ranges::find(names, words_[at].plain) != names.end()) return code;
    }
    return {};
  }

  // "in German", "German version", "English and German"; "an Italian restaurant" is no language.
  void read_languages() {
    static const std::set<std::string, std::less<>> kBefore = {"in", "auf", "and", "language", "languages"};
    static const std::set<std::string, std::less<>> kAfter = {"version", "language", "languages", "translation",
                                                              "texts"};
    std::size_t last = 0;
    for (std::size_t at = 0; at < words_.size(); ++at) {
      const std::string code = language_at(at);
      if (code.empty()) continue;
      const std::string before = at > 0 ? words_[at - 1].plain : "";
      const std::string after = at + 1 < words_.size() ? words_[at + 1].plain : "";
      const bool follows = !reading_.languages.empty() && at - last <= 2;
      const bool leads = after == "and" && at + 2 < words_.size() && !language_at(at + 2).empty();
      const bool introduced = before != "and" && kBefore.contains(before);
      if (!introduced && !kAfter.contains(after) && !follows && !leads) continue;
      last = at;
      if (std::ranges::find(reading_.languages, code) == reading_.languages.end()) reading_.languages.push_back(code);
    }
  }

  void read_look() {
    for (const Look& look : knowledge_.looks) {
      const std::vector<std::string> own = {look.name + " look", look.name + " style", look.name + " colours",
                                            look.name + " design"};
      if (says_any(own) || says_any(look.keywords)) {
        reading_.look = look.name;
        return;
      }
    }
  }

  void read_wishes() {
    for (const Wish& wish : book_.wishes) {
      for (const std::string& keyword : wish.keywords) {
        const Words phrase = words_of(keyword, irregular_);
        const auto at = find_phrase(words_, phrase);
        if (!at || is_declined(*at) || names_entity(phrase)) continue;
        reading_.out_of_scope.push_back({.wish = fmt::format("{} ({})", wish.name, keyword), .answer = wish.answer});
        break;
      }
    }
  }

  // "track payments" is about records of payments, not about taking them.
  bool names_entity(const Words& phrase) const {
    return std::ranges::any_of(reading_.entities, [&](const NamedEntity& named) {
      return find_phrase(words_of(named.entity.title, irregular_), phrase).has_value();
    });
  }

  const Knowledge& knowledge_;
  const InterviewBook& book_;
  const Irregular& irregular_;
  GoalReading reading_;
  Words words_;  // without the name of the business
  std::map<std::string, int> strongest_;
};

}  // namespace

GoalReading read_goal(std::string_view text, const Knowledge& knowledge) {
  refuse_unreadable(text);
  return Understanding(text, knowledge).read();
}

}  // namespace tenon::agents
