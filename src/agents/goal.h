// What a goal says, before anyone asks back. The text is data: nothing in it can steer the program, whatever it says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "agents/knowledge.h"

namespace tenon::agents {

inline constexpr std::size_t kLongestGoal = 20'000;  // bytes

struct DomainScore {
  std::string domain;
  int score = 0;
  std::vector<std::string> because;  // the phrases that counted
};
BOOST_DESCRIBE_STRUCT(DomainScore, (), (domain, score, because))

// Something asked for that cannot be done, and what is done instead.
struct OutOfScope {
  std::string wish;
  std::string answer;
  bool operator==(const OutOfScope&) const = default;
};
BOOST_DESCRIBE_STRUCT(OutOfScope, (), (wish, answer))

// An entity the text names: new in the app, or fields added to one of the domain's (`extends` is its name).
struct NamedEntity {
  Entity entity;
  std::string extends;
};
BOOST_DESCRIBE_STRUCT(NamedEntity, (), (entity, extends))

// "two locations": the app starts with so many samples of that entity.
struct NamedCount {
  std::string entity;
  int count = 0;
};
BOOST_DESCRIBE_STRUCT(NamedCount, (), (entity, count))

struct GoalReading {
  std::string goal;                 // trimmed
  std::string domain;               // "freeform" when no domain fits
  std::vector<DomainScore> scores;  // best first
  std::string kind;                 // web, api or static when the text asks for one, else empty
  std::string stack;                // named in the text, else empty
  bool one_page = false;
  std::vector<std::string> features_wanted;
  std::vector<std::string> features_declined;
  std::vector<NamedEntity> entities;
  std::vector<NamedCount> counts;
  std::string business;                // "called Olive & Ember"
  std::string subject;                 // "for my chess club"
  std::vector<std::string> languages;  // codes, when the text names some
  std::string look;
  std::string access;  // of free-form entities: catalog or internal
  std::vector<OutOfScope> out_of_scope;
};
BOOST_DESCRIBE_STRUCT(GoalReading, (),
                      (goal, domain, scores, kind, stack, one_page, features_wanted, features_declined, entities,
                       counts, business, subject, languages, look, access, out_of_scope))

// Throws invalid_argument for text that is empty, longer than kLongestGoal, not UTF-8, or in which nothing can be
// understood; each message says what is missing and the hint gives an example.
GoalReading read_goal(std::string_view text, const Knowledge& knowledge);

}  // namespace tenon::agents
