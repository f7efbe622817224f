#include "agents/interview.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/test_world.h"
#include "core/error.h"
#include "core/json.h"

namespace tenon::agents {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> names(const std::vector<FeatureChoice>& features) {
  std::vector<std::string> result;
  for (const FeatureChoice& feature : features) result.push_back(feature.name);
  return result;
}

void expect_brief(const json::object& expected, const Brief& brief) {
  if (const auto* members = expected.if_contains("brief")) {
    const json::value all = to_json(brief);
    for (const auto& entry : members->as_object()) EXPECT_EQ(all.at(entry.key()), entry.value()) << entry.key();
  }
  if (const auto* in = expected.if_contains("in")) {
    for (const auto& one : from_json<std::vector<std::string>>(*in))
      EXPECT_THAT(names(brief.features_in), Contains(one));
    if (in->as_array().empty()) EXPECT_TRUE(brief.features_in.empty());
  }
  if (const auto* out = expected.if_contains("out")) {
    for (const auto& one : from_json<std::vector<std::string>>(*out)) {
      EXPECT_THAT(names(brief.features_out), Contains(one));
      for (const Entity& entity : brief.entities) EXPECT_NE(entity.feature, one);
      for (const Requirement& requirement : brief.requirements) EXPECT_NE(requirement.feature, one);
    }
  }
  if (const auto* access = expected.if_contains("access")) {
    for (const auto& entry : access->as_object()) {
      const auto entity = std::ranges::find(brief.entities, std::string_view(entry.key()), &Entity::name);
      ASSERT_NE(entity, brief.entities.end()) << entry.key();
      EXPECT_EQ(entity->access, std::string_view(entry.value().as_string()));
    }
  }
  if (const auto* flags = expected.if_contains("flags")) {
    EXPECT_EQ(brief.flags, from_json<std::vector<std::string>>(*flags));
  }
}

TEST(Interview, AnswersDecideOrAreRefusedWithTheirKey) {
  const json::value cases = test::test_data("answers.yaml");
  for (const json::value& one : cases.as_array()) {
    const json::object& expected = one.as_object();
    SCOPED_TRACE(json::serialize(one));
    const GoalReading reading = read_goal(std::string_view(expected.at("goal").as_string()), test::knowledge());
    const AnswerSheet sheet = answer_sheet(expected.at("answers"), "answers.yaml");
    const auto* refused = expected.if_contains("refused");
    try {
      const auto answers = answer_all(reading, test::knowledge(), sheet);
      ASSERT_EQ(refused, nullptr) << "was accepted";
      expect_brief(expected, make_brief(reading, answers, test::knowledge(), test::day()));
    } catch (const Error& failure) {
      ASSERT_NE(refused, nullptr) << failure.what();
      EXPECT_EQ(failure.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(failure.what(), HasSubstr(std::string(refused->as_string())));
    }
  }
}

TEST(Interview, HasAtMostTwoRoundsOfFiveAndEveryQuestionCarriesAReason) {
  for (const auto& [name, domain] : test::knowledge().domains) {
    GoalReading reading;
    reading.domain = name;
    std::vector<Answer> so_far;
    for (int round = 1; round <= kRounds; ++round) {
      const auto questions = questions_of_round(round, reading, test::knowledge(), so_far);
      EXPECT_LE(questions.size(), kQuestionsPerRound) << name;
      for (const Question& question : questions) {
        EXPECT_FALSE(question.reason.empty()) << name << ": " << question.name;
        EXPECT_FALSE(question.changes.empty()) << name << ": " << question.name;
        for (const std::string& value : question.suggestion) {
          const bool known = question.type == AnswerKind::words ||
                             std::ranges::find(question.choices, value, &Choice::value) != question.choices.end();
          EXPECT_TRUE(known) << name << ": " << question.name << " suggests " << value;
        }
      }
      for (Answer& answer : take_answers(questions, {})) so_far.push_back(std::move(answer));
    }
  }
}

TEST(Interview, WhatTheGoalSaysIsNotAskedAgain) {
  const GoalReading reading =
      read_goal("A bold static website for a photographer called Ida Berg, in German", test::knowledge());
  for (const Question& question : questions_of_round(1, reading, test::knowledge(), {})) {
    const bool said = question.name == "stack" || question.name == "look" || question.name == "languages";
    EXPECT_EQ(open(question), !said) << question.name;
  }
  const Brief brief = make_brief(reading, answer_all(reading, test::knowledge(), {}), test::knowledge(), test::day());
  const auto language = std::ranges::find(brief.questions, "languages", &Answer::question);
  ASSERT_NE(language, brief.questions.end());
  EXPECT_EQ(language->source, AnswerSource::goal);
  EXPECT_EQ(language->values, std::vector<std::string>{"de"});
  EXPECT_EQ(brief.title, "Ida Berg");
}

TEST(Interview, EverySuggestionThatWasTakenIsRecordedAsAssumed) {
  const Brief brief = test::brief_for("A website for my restaurant", {{"look", "calm"}});
  for (const Answer& answer : brief.questions) {
    const bool given = answer.question == "look";
    EXPECT_EQ(answer.source, given ? AnswerSource::answer : AnswerSource::assumed) << answer.question;
    EXPECT_FALSE(answer.changed.empty()) << answer.question;
    EXPECT_EQ(answer.reason.empty(), given) << answer.question;
  }
}

TEST(Interview, AnswersThatAreNoObjectAreRefused) {
  EXPECT_THROW(answer_sheet(json::array{1, 2}, "answers.yaml"), Error);
  EXPECT_TRUE(answer_sheet(nullptr, "answers.yaml").values.empty());
}

}  // namespace
}  // namespace tenon::agents
