#include "delivery/verify_stage.h"

#include <gtest/gtest.h>

namespace tenon::delivery {
namespace {

agents::Brief brief_with(std::vector<std::string> assertions) {
  agents::Brief brief;
  agents::Requirement requirement{.id = "R1", .text = "It works."};
  for (std::string& id : assertions) requirement.assertions.push_back({.id = std::move(id), .text = "It answers."});
  brief.requirements.push_back(std::move(requirement));
  return brief;
}

Evidence found(const char* assertion, const char* commit, bool passed) {
  return {.requirement = "R1", .assertion = assertion, .source = "checks", .commit_id = commit, .passed = passed};
}

TEST(AssertionStates, AreMetOnlyByPassingEvidenceAtTheCommit) {
  const auto brief = brief_with({"A1.1", "A1.2", "A1.3", "A1.4"});
  const std::vector<Evidence> evidence{found("A1.1", "new", true), found("A1.2", "new", true),
                                       found("A1.2", "new", false), found("A1.3", "old", true)};
  const auto states = assertion_states(brief, evidence, "new");
  ASSERT_EQ(states.size(), 4U);
  EXPECT_TRUE(states[0].met);
  EXPECT_FALSE(states[1].met) << "one of two pieces of evidence fails";
  EXPECT_FALSE(states[2].met) << "evidence of another commit does not count";
  EXPECT_FALSE(states[3].met) << "nothing was checked";
}

}  // namespace
}  // namespace tenon::delivery
