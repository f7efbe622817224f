#include "cli/ask.h"

#include <sstream>

#include <gtest/gtest.h>

namespace tenon::cli {
namespace {

agents::Question question(agents::AnswerKind type) {
  return {.name = "look",
          .type = type,
          .text = "How should it look?",
          .choices = {{.value = "warm", .label = "Warm"},
                      {.value = "fresh", .label = "Fresh"},
                      {.value = "bold", .label = "Bold"}},
          .suggestion = {"warm"},
          .reason = "it suits restaurants"};
}

json::value answered(const agents::Question& asked, const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  return Conversation(in, out, {}).ask({asked}).at(asked.name);
}

TEST(Conversation, EnterTakesTheSuggestion) {
  EXPECT_EQ(answered(question(agents::AnswerKind::one), "\n"), json::value("warm"));
  EXPECT_EQ(answered(question(agents::AnswerKind::several), "\n"), json::value(json::array{"warm"}));
}

TEST(Conversation, NumbersAndNamesChoose) {
  EXPECT_EQ(answered(question(agents::AnswerKind::one), "2\n"), json::value("fresh"));
  EXPECT_EQ(answered(question(agents::AnswerKind::one), "BOLD\n"), json::value("bold"));
  EXPECT_EQ(answered(question(agents::AnswerKind::several), "3, fresh\n"), json::value(json::array{"bold", "fresh"}));
  EXPECT_EQ(answered(question(agents::AnswerKind::several), "none\n"), json::value(json::array{}));
}

TEST(Conversation, WhatIsNotUnderstoodIsAskedAgain) {
  EXPECT_EQ(answered(question(agents::AnswerKind::one), "9\npurple\n2\n"), json::value("fresh"));
}

TEST(Conversation, TheEndOfInputTakesTheSuggestion) {
  EXPECT_EQ(answered(question(agents::AnswerKind::one), "nonsense"), json::value("warm"));
}

}  // namespace
}  // namespace tenon::cli
