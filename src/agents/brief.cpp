#include "agents/brief.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/brief_domain.h"
#include "agents/knowledge_checks.h"
#include "agents/names.h"
#include "agents/requirements.h"

namespace tenon::agents {
namespace {

const Answer* answer_named(const std::vector<Answer>& answers, std::string_view name) {
  const auto found = std::ranges::find(answers, name, &Answer::question);
  return found == answers.end() || found->values.empty() ? nullptr : &*found;
}

std::string first_of(const std::vector<Answer>& answers, std::string_view name, const std::string& fallback) {
  const Answer* answer = answer_named(answers, name);
  return answer == nullptr ? fallback : answer->values.front();
}

std::string slug_of(const std::string& title, const std::string& fallback) {
  constexpr std::size_t kLongest = 40;
  std::string slug = kebab_case(title);
  if (slug.empty()) slug = fallback;
  if (slug.size() > kLongest) slug.resize(kLongest);
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

void split_features(Brief& brief, const AdaptedDomain& adapted) {
  for (const Feature& feature : adapted.domain.features) {
    auto& list = adapted.features_on.contains(feature.name) ? brief.features_in : brief.features_out;
    list.push_back({.name = feature.name, .title = feature.title, .summary = feature.summary});
  }
}

std::string summary_of(const Domain& domain, const Brief& brief) {
  if (domain.name != kFreeForm) return domain.summary;
  std::vector<std::string> titles;
  for (const Entity& entity : brief.entities) titles.push_back(lower(entity.titles));
  return titles.empty() ? domain.summary : fmt::format("An app for {}.", listed(titles));
}

}  // namespace

Brief make_brief(const GoalReading& reading, const std::vector<Answer>& answers, const Knowledge& knowledge,
                 Timestamp created) {
  const Domain& source = domain_named(knowledge, reading.domain);
  const Stack& stack =
      stack_named(knowledge, first_of(answers, "stack", reading.stack.empty() ? source.stack : reading.stack));
  const AdaptedDomain adapted = adapt_domain(reading, answers, knowledge, stack.kind);

  Brief brief;
  brief.goal = reading.goal;
  brief.title = adapted.domain.texts.name;
  brief.slug = slug_of(brief.title, source.name);
  brief.domain = source.name;
  brief.domain_title = source.title;
  brief.stack = stack.name;
  brief.kind = stack.kind;
  brief.look = first_of(answers, "look", knowledge.looks.front().name);
  const Answer* languages = answer_named(answers, "languages");
  brief.languages = languages == nullptr ? std::vector<std::string>{"en"} : languages->values;
  brief.one_page = reading.one_page && stack.kind == kStatic;
  for (const Answer& answer : answers) {
    brief.flags.insert(brief.flags.end(), answer.effect.flags.begin(), answer.effect.flags.end());
  }
  brief.texts = adapted.domain.texts;
  brief.roles = adapted.domain.roles;
  brief.entities = adapted.domain.entities;
  brief.summary = summary_of(source, brief);
  split_features(brief, adapted);
  brief.out_of_scope = reading.out_of_scope;
  brief.out_of_scope.insert(brief.out_of_scope.end(), adapted.out_of_scope.begin(), adapted.out_of_scope.end());
  brief.non_goals = knowledge.interview.non_goals;
  brief.questions = answers;
  brief.created = created;
  brief.requirements = requirements_for(brief, adapted, knowledge);
  return brief;
}

std::vector<Assertion> assertions_of(const Brief& brief) {
  std::vector<Assertion> all;
  for (const Requirement& requirement : brief.requirements) {
    all.insert(all.end(), requirement.assertions.begin(), requirement.assertions.end());
  }
  return all;
}

}  // namespace tenon::agents
