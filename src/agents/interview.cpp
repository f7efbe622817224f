#include "agents/interview.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/brief_domain.h"
#include "agents/knowledge_checks.h"
#include "agents/names.h"
#include "agents/text_forms.h"
#include "core/error.h"
#include "core/unicode.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kLongestName = 60;

bool holds(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

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

[[noreturn]] void refuse(const AnswerSheet& sheet, const std::string& key, const std::string& message,
                         const std::string& hint = "") {
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: {}: {}", sheet.source, key, message), hint, {{"key", key}});
}

std::string values_of(const Question& question) {
  std::vector<std::string> values;
  for (const Choice& choice : question.choices) values.push_back(choice.value);
  return joined(values, ", ");
}

std::vector<std::string> texts_of(const json::value& given, const Question& question, const AnswerSheet& sheet) {
  const auto text = [&](const json::value& one) {
    if (one.is_string() || one.is_number()) return form_text(one);
    refuse(sheet, question.name,
           fmt::format("expected {}, got {}", question.type == AnswerKind::several ? "a list of texts" : "a text",
                       json::serialize(one)));
  };
  if (!given.is_array()) return {text(given)};
  if (question.type != AnswerKind::several) refuse(sheet, question.name, "expected one text, got a list");
  std::vector<std::string> texts;
  for (const json::value& one : given.get_array()) texts.push_back(text(one));
  return texts;
}

void check_given(const std::vector<std::string>& values, const Question& question, const AnswerSheet& sheet) {
  if (question.type == AnswerKind::words) {
    const std::string name = trimmed(values.front());
    if (name.empty() || name.size() > kLongestName || !is_valid_text(name) ||
        name.find_first_of("\n\r\t") != std::string::npos) {
      refuse(sheet, question.name, fmt::format("expected a name of 1 to {} characters on one line", kLongestName));
    }
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::ranges::find(question.choices, values[i], &Choice::value) == question.choices.end()) {
      refuse(sheet, question.name, fmt::format("expected one of {}, got \"{}\"", values_of(question), values[i]));
    }
    if (std::ranges::count(values, values[i]) > 1)
      refuse(sheet, question.name, fmt::format("{} stands twice", values[i]));
  }
  const bool needs_one = question.type == AnswerKind::one || question.name == "languages";
  if (values.empty() && needs_one) refuse(sheet, question.name, fmt::format("expected one of {}", values_of(question)));
}

void add_effect(Effect& sum, const Effect& effect) {
  sum.features_on.insert(sum.features_on.end(), effect.features_on.begin(), effect.features_on.end());
  sum.features_off.insert(sum.features_off.end(), effect.features_off.begin(), effect.features_off.end());
  sum.flags.insert(sum.flags.end(), effect.flags.begin(), effect.flags.end());
  sum.access.insert(effect.access.begin(), effect.access.end());
}

Answer answer_of(const Question& question, std::vector<std::string> values, AnswerSource source) {
  Answer answer{.question = question.name,
                .text = question.text,
                .values = std::move(values),
                .labels = {},
                .source = source,
                .reason = source == AnswerSource::assumed ? question.reason : "",
                .changed = {},
                .effect = {}};
  std::vector<std::string> changes;
  for (const std::string& value : answer.values) {
    const auto choice = std::ranges::find(question.choices, value, &Choice::value);
    if (choice == question.choices.end()) {
      answer.labels.push_back(value);
      continue;
    }
    answer.labels.push_back(choice->label);
    if (!choice->changes.empty()) changes.push_back(choice->changes);
    add_effect(answer.effect, choice->effect);
  }
  answer.changed = changes.empty() ? question.changes : joined(changes, " ");
  if (question.name != "features") return answer;
  for (const Choice& choice : question.choices) {
    if (!holds(answer.values, choice.value)) answer.effect.features_off.push_back(choice.value);
  }
  return answer;
}

Answer answer_for(const Question& question, const AnswerSheet& sheet) {
  if (const json::value* given = sheet.values.if_contains(question.name); given != nullptr && !given->is_null()) {
    std::vector<std::string> values = texts_of(*given, question, sheet);
    check_given(values, question, sheet);
    if (question.type == AnswerKind::words) values = {trimmed(values.front())};
    return answer_of(question, std::move(values), AnswerSource::answer);
  }
  if (question.answered_by_goal) return answer_of(question, question.from_goal, AnswerSource::goal);
  return answer_of(question, question.suggestion, AnswerSource::assumed);
}

const Answer* answer_named(const std::vector<Answer>& answers, std::string_view name) {
  const auto found = std::ranges::find(answers, name, &Answer::question);
  return found == answers.end() ? nullptr : &*found;
}

// A stack without a server takes no entries and knows no team.
void check_static(const GoalReading& reading, const Knowledge& knowledge, const AnswerSheet& sheet,
                  const std::vector<Answer>& answers) {
  const Answer* stack = answer_named(answers, "stack");
  if (stack == nullptr || stack->values.empty()) return;
  const Stack& chosen = stack_named(knowledge, stack->values.front());
  if (chosen.kind != kStatic) return;
  const Domain& domain = domain_named(knowledge, reading.domain);
  const Answer* features = answer_named(answers, "features");
  if (features != nullptr && features->source == AnswerSource::answer) {
    for (const Feature& feature : domain.features) {
      if (!holds(features->values, feature.name) || feature_fits(feature, domain, kStatic)) continue;
      refuse(sheet, "features", fmt::format("{} needs a server, but stack: {} has none", feature.name, chosen.name),
             fmt::format("Leave {} out, or choose another stack.", feature.name));
    }
  }
  const Answer* audience = answer_named(answers, "audience");
  if (audience != nullptr && audience->source == AnswerSource::answer && holds(audience->values, "team")) {
    refuse(sheet, "audience", fmt::format("team needs a sign-in, but stack: {} has no server", chosen.name),
           "Choose another stack.");
  }
}

}  // namespace

AnswerSheet answer_sheet(const json::value& content, std::string source) {
  if (content.is_null()) return {.source = std::move(source), .values = {}};
  if (!content.is_object()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: expected answers by the names of their questions.", source),
                "For example: {\"languages\": [\"en\", \"de\"]}");
  }
  return {.source = std::move(source), .values = content.get_object()};
}

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

std::vector<Answer> take_answers(const std::vector<Question>& questions, const AnswerSheet& sheet) {
  std::vector<Answer> answers;
  for (const Question& question : questions) answers.push_back(answer_for(question, sheet));
  return answers;
}

void check_answers(const GoalReading& reading, const Knowledge& knowledge, const AnswerSheet& sheet,
                   const std::vector<Answer>& answers) {
  for (const auto& entry : sheet.values) {
    const std::string key(entry.key());
    if (answer_named(answers, key) != nullptr) continue;
    std::vector<std::string> names;
    for (const Answer& answer : answers) names.push_back(answer.question);
    refuse(sheet, key, "is not a question about this app", fmt::format("The questions are: {}.", joined(names, ", ")));
  }
  check_static(reading, knowledge, sheet, answers);
}

std::vector<Answer> answer_all(const GoalReading& reading, const Knowledge& knowledge, const AnswerSheet& sheet) {
  // The stack decides which other questions make sense, so it is looked at first.
  std::vector<Answer> answers;
  std::vector<Answer> stack_first;
  for (const Question& question : questions_of_round(1, reading, knowledge, {})) {
    if (question.name == "stack") stack_first = take_answers({question}, sheet);
  }
  for (int round = 1; round <= kRounds; ++round) {
    const std::vector<Question> questions =
        questions_of_round(round, reading, knowledge, round == 1 ? stack_first : answers);
    const bool named_more = round == 1 && sheet.values.contains("features");
    std::vector<Question> asked = questions;
    if (named_more) {
      // Features that this stack cannot have are named in the error about the contradiction, not as unknown choices.
      for (Question& question : asked) {
        if (question.name != "features") continue;
        for (const Feature& feature : domain_named(knowledge, reading.domain).features) {
          if (std::ranges::find(question.choices, feature.name, &Choice::value) != question.choices.end()) continue;
          question.choices.push_back({.value = feature.name,
                                      .label = feature.title,
                                      .summary = feature.summary,
                                      .changes = {},
                                      .when = {},
                                      .effect = {}});
        }
      }
    }
    for (Answer& answer : take_answers(asked, sheet)) answers.push_back(std::move(answer));
  }
  check_answers(reading, knowledge, sheet, answers);
  return answers;
}

}  // namespace tenon::agents
