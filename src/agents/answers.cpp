#include <algorithm>

#include <fmt/format.h>

#include "agents/brief_domain.h"
#include "agents/checker.h"
#include "agents/interview.h"
#include "agents/names.h"
#include "agents/text_forms.h"
#include "core/error.h"
#include "core/unicode.h"

namespace tenon::agents {
namespace {

constexpr std::size_t kLongestName = 60;

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

// What a sheet names and the stack cannot have is a contradiction, not an unknown choice.
void offer_every_feature(std::vector<Question>& questions, const Domain& domain) {
  const auto question = std::ranges::find(questions, "features", &Question::name);
  if (question == questions.end()) return;
  for (const Feature& feature : domain.features) {
    if (std::ranges::find(question->choices, feature.name, &Choice::value) != question->choices.end()) continue;
    question->choices.push_back({.value = feature.name, .label = feature.title, .summary = feature.summary});
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
  std::vector<Answer> stack;
  for (const Question& question : questions_of_round(1, reading, knowledge, {})) {
    if (question.name == "stack") stack = take_answers({question}, sheet);
  }
  std::vector<Answer> answers;
  for (int round = 1; round <= kRounds; ++round) {
    std::vector<Question> questions = questions_of_round(round, reading, knowledge, round == 1 ? stack : answers);
    offer_every_feature(questions, domain_named(knowledge, reading.domain));
    for (Answer& answer : take_answers(questions, sheet)) answers.push_back(std::move(answer));
  }
  check_answers(reading, knowledge, sheet, answers);
  return answers;
}

}  // namespace tenon::agents
