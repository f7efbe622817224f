#include "agents/interview.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/brief_domain.h"
#include "agents/checker.h"
#include "agents/knowledge_checks.h"
#include "agents/names.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

// What the questions depend on before everything is answered.
struct Outlook {
  const GoalReading& reading;
  const Knowledge& knowledge;
  const Domain& domain;
  std::string stack;
  std::string kind;
  bool has_publics = false;
};

std::string suggested_stack(const GoalReading& reading, const Knowledge& knowledge, const Domain& domain) {
  if (!reading.stack.empty()) return reading.stack;
  if (reading.kind.empty() || stack_named(knowledge, domain.stack).kind == reading.kind) return domain.stack;
  for (const auto& [name, stack] : knowledge.stacks) {
    if (stack.kind == reading.kind) return name;
  }
  return domain.stack;
}

bool is_public(const Entity& entity) { return entity.access == kCatalog || entity.access == kInbox; }

Outlook outlook_of(const GoalReading& reading, const Knowledge& knowledge, const std::vector<Answer>& so_far) {
  const Domain& domain = domain_named(knowledge, reading.domain);
  Outlook outlook{.reading = reading,
                  .knowledge = knowledge,
                  .domain = domain,
                  .stack = suggested_stack(reading, knowledge, domain),
                  .kind = {},
                  .has_publics = false};
  for (const Answer& answer : so_far) {
    if (answer.question == "stack" && !answer.values.empty()) outlook.stack = answer.values.front();
  }
  outlook.kind = stack_named(knowledge, outlook.stack).kind;
  outlook.has_publics = std::ranges::any_of(domain.entities, is_public) ||
                        std::ranges::any_of(reading.entities, [](const NamedEntity& named) {
                          return named.extends.empty() && is_public(named.entity);
                        });
  return outlook;
}

bool admits(const Condition& when, const Outlook& outlook) {
  if (!when.kind.empty() && !holds(when.kind, outlook.kind)) return false;
  if (holds(when.has, "has_publics") && !outlook.has_publics) return false;
  return !holds(when.lacks, "has_publics") || !outlook.has_publics;
}

std::vector<Choice> feature_choices(const Outlook& outlook) {
  std::vector<Choice> choices;
  for (const Feature& feature : outlook.domain.features) {
    if (!feature_fits(feature, outlook.domain, outlook.kind)) continue;
    choices.push_back({.value = feature.name,
                       .label = feature.title,
                       .summary = feature.summary,
                       .changes = {},
                       .when = {},
                       .effect = {.features_on = {feature.name}}});
  }
  return choices;
}

std::vector<Choice> choices_of(const QuestionTemplate& question, const Outlook& outlook) {
  std::vector<Choice> choices;
  if (question.choices_from == "features") return feature_choices(outlook);
  if (question.choices_from == "stacks") {
    for (const auto& [name, stack] : outlook.knowledge.stacks) {
      if (!holds(outlook.domain.kinds, stack.kind)) continue;
      choices.push_back({.value = name,
                         .label = stack.title,
                         .summary = stack.summary,
                         .changes = fmt::format("It is built as {}, for: {}.", stack.title, stack.paths_for),
                         .when = {},
                         .effect = {}});
    }
    return choices;
  }
  if (question.choices_from == "looks") {
    for (const Look& look : outlook.knowledge.looks) {
      choices.push_back({.value = look.name,
                         .label = look.title,
                         .summary = look.summary,
                         .changes = fmt::format("The look is {}.", lower(look.title)),
                         .when = {},
                         .effect = {}});
    }
    return choices;
  }
  if (question.choices_from == "locales") {
    for (const auto& [code, locale] : outlook.knowledge.locales) {
      choices.push_back(
          {.value = code, .label = locale.language_name(), .summary = {}, .changes = {}, .when = {}, .effect = {}});
    }
    return choices;
  }
  for (const Choice& choice : question.choices) {
    if (admits(choice.when, outlook)) choices.push_back(choice);
  }
  return choices;
}

std::vector<std::string> wanted_features(const Outlook& outlook) {
  std::vector<std::string> wanted;
  for (const Feature& feature : outlook.domain.features) {
    if (!feature_fits(feature, outlook.domain, outlook.kind) || holds(outlook.reading.features_declined, feature.name))
      continue;
    if (feature.preset || holds(outlook.reading.features_wanted, feature.name)) wanted.push_back(feature.name);
  }
  return wanted;
}

std::string fitting_look(const Outlook& outlook) {
  for (const Look& look : outlook.knowledge.looks) {
    if (holds(look.fits, outlook.domain.name)) return look.name;
  }
  return outlook.knowledge.looks.front().name;
}

std::vector<std::string> suggestion_for(const QuestionTemplate& question, const Outlook& outlook) {
  if (question.name == "features") return wanted_features(outlook);
  if (question.name == "audience") return {outlook.has_publics ? "everyone" : "team"};
  if (question.name == "stack") return {outlook.stack};
  if (question.name == "look") return {fitting_look(outlook)};
  if (question.name == "name") return {suggested_title(outlook.reading, outlook.domain)};
  return question.suggest;
}

std::vector<std::string> from_goal(const QuestionTemplate& question, const GoalReading& reading) {
  const auto given = [](const std::string& text) {
    return text.empty() ? std::vector<std::string>{} : std::vector<std::string>{text};
  };
  if (question.name == "languages") return reading.languages;
  if (question.name == "stack") return given(reading.stack);
  if (question.name == "look") return given(reading.look);
  if (question.name == "name") return given(reading.business);
  return {};
}

Question question_of(const QuestionTemplate& source, const Outlook& outlook) {
  Question question{.name = source.name,
                    .round = source.round,
                    .type = source.type,
                    .text = source.text,
                    .choices = choices_of(source, outlook),
                    .suggestion = suggestion_for(source, outlook),
                    .reason = source.reason,
                    .changes = source.changes,
                    .from_goal = from_goal(source, outlook.reading),
                    .answered_by_goal = false};
  question.answered_by_goal = !question.from_goal.empty();
  return question;
}

}  // namespace

std::vector<Question> questions_of_round(int round, const GoalReading& reading, const Knowledge& knowledge,
                                         const std::vector<Answer>& so_far) {
  const Outlook outlook = outlook_of(reading, knowledge, so_far);
  std::vector<Question> questions;
  const auto take = [&](const std::vector<QuestionTemplate>& templates) {
    for (const QuestionTemplate& source : templates) {
      if (source.round != round || !admits(source.when, outlook) || questions.size() >= kQuestionsPerRound) continue;
      Question question = question_of(source, outlook);
      if (question.type != AnswerKind::words && question.choices.empty()) continue;
      questions.push_back(std::move(question));
    }
  };
  take(knowledge.interview.questions);
  take(outlook.domain.questions);
  return questions;
}

}  // namespace tenon::agents
