#include "agents/reviewer.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "agents/test_world.h"
#include "core/json.h"

namespace tenon::agents {
namespace {

FileChange change_of(const json::object& one) {
  FileChange change;
  change.path = one.at("path").as_string();
  if (const auto* patch = one.if_contains("patch")) change.patch = patch->as_string();
  if (const auto* size = one.if_contains("size")) change.size = size->to_number<std::uint64_t>();
  if (const auto* binary = one.if_contains("binary")) change.binary = binary->as_bool();
  if (const auto* deleted = one.if_contains("deleted")) change.deleted = deleted->as_bool();
  return change;
}

TEST(Reviewer, FindsWhatItsRulesName) {
  const json::value cases = test::test_data("reviews.yaml");
  for (const json::value& one : cases.as_array()) {
    SCOPED_TRACE(std::string(one.at("name").as_string()));
    const ReviewInput input{.changes = {change_of(one.as_object())},
                            .allowed = {"app/**", "tests/*.py"},
                            .existing_paths = {"app/main.py"},
                            .tests_before = {},
                            .tests_after = {}};
    std::vector<std::string> found;
    for (const Finding& finding : review(input)) found.push_back(fmt::format("{}@{}", finding.rule, finding.line));
    EXPECT_EQ(found, from_json<std::vector<std::string>>(one.at("finds")));
  }
}

TEST(Reviewer, FewerOrSkippedTestsBlock) {
  ReviewInput input;
  input.tests_before = TestTotals{.passed = 10, .failed = 0, .skipped = 0};
  input.tests_after = TestTotals{.passed = 9, .failed = 0, .skipped = 1};
  const std::vector<Finding> findings = review(input);
  EXPECT_EQ(findings.size(), 2U);
  EXPECT_TRUE(blocks(findings));
}

TEST(Reviewer, MoreTestsDoNot) {
  ReviewInput input;
  input.tests_before = TestTotals{.passed = 10, .failed = 0, .skipped = 1};
  input.tests_after = TestTotals{.passed = 12, .failed = 0, .skipped = 1};
  EXPECT_TRUE(review(input).empty());
}

TEST(Reviewer, ReportNeverRepeatsASecret) {
  ReviewInput input;
  input.allowed = {"**"};
  input.changes = {{.path = "a.py", .patch = "@@ -0,0 +1 @@\n+KEY = 'AKIAABCDEFGHIJKLMNOP'\n"}};
  const std::string report = review_markdown(review(input));
  EXPECT_NE(report.find("secret"), std::string::npos);
  EXPECT_EQ(report.find("AKIA"), std::string::npos);
}

}  // namespace
}  // namespace tenon::agents
