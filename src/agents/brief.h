// The brief: what is going to be built, in requirements R<n> with assertions A<n>.<m> that a machine checks. It holds
// everything the later stages need (entities, texts, roles as they were adapted to goal and answers), so that a run is
// resumed from the stored brief alone. The same inputs give the same brief, byte for byte.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "agents/interview.h"
#include "core/time.h"

namespace tenon::agents {

// `check` is a list of steps (docs/golden-paths.md) in which no template tag is left. What begins with `${` is filled
// in by the harness while it runs: ${unique}, ${valid}, ${valid2} and what earlier steps saved.
struct Assertion {
  std::string id;      // A2.1
  std::string key;     // menu_item.browse, or login for the whole app
  std::string kind;    // browse
  std::string entity;  // empty for the whole app
  std::string text;
  std::vector<json::object> check;
  bool operator==(const Assertion&) const = default;
};
BOOST_DESCRIBE_STRUCT(Assertion, (), (id, key, kind, entity, text, check))

struct Requirement {
  std::string id;       // R2
  std::string name;     // feature, entity or name of the app-wide requirement
  std::string feature;  // empty when it belongs to no feature
  std::string text;
  std::vector<Assertion> assertions;
  bool operator==(const Requirement&) const = default;
};
BOOST_DESCRIBE_STRUCT(Requirement, (), (id, name, feature, text, assertions))

struct FeatureChoice {
  std::string name;
  std::string title;
  std::string summary;
};
BOOST_DESCRIBE_STRUCT(FeatureChoice, (), (name, title, summary))

struct Brief {
  std::string goal;
  std::string title;  // of the app; the business name when there is one
  std::string slug;   // kebab-case, for directories and package names
  std::string summary;
  std::string domain;
  std::string domain_title;
  std::string stack;
  std::string kind;
  std::string look;
  std::vector<std::string> languages;  // the first is the default
  bool one_page = false;
  std::vector<std::string> flags;  // what answers set: runs_docker …
  Texts texts;
  std::vector<Role> roles;
  std::vector<Entity> entities;
  std::vector<FeatureChoice> features_in;
  std::vector<FeatureChoice> features_out;
  std::vector<Requirement> requirements;
  std::vector<OutOfScope> out_of_scope;
  std::vector<std::string> non_goals;
  std::vector<Answer> questions;
  Timestamp created{};
};
BOOST_DESCRIBE_STRUCT(Brief, (),
                      (goal, title, slug, summary, domain, domain_title, stack, kind, look, languages, one_page, flags,
                       texts, roles, entities, features_in, features_out, requirements, out_of_scope, non_goals,
                       questions, created))

// `created` decides the dates of samples and examples ("+3" is three days later).
Brief make_brief(const GoalReading& reading, const std::vector<Answer>& answers, const Knowledge& knowledge,
                 Timestamp created);

std::string brief_markdown(const Brief& brief, const Knowledge& knowledge);

// All assertions in order.
std::vector<Assertion> assertions_of(const Brief& brief);

}  // namespace tenon::agents
