#include "delivery/harness/attack_pass.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.h"
#include "delivery/harness/fake_app_test.h"

namespace tenon::delivery {
namespace {

AttackReport attack(const FakeApp& app, std::vector<std::string> only = {}) {
  io::Runtime runtime({});
  io::HttpClient client(runtime.executor());
  return runtime.run(run_attacks(client, app.subject, {.only = std::move(only)}));
}

std::vector<std::string> failed(const AttackReport& report) {
  std::vector<std::string> ids;
  for (const AttackResult& result : report.results) {
    if (result.verdict == AttackVerdict::failed) ids.push_back(result.id);
  }
  return ids;
}

TEST(AttackPass, ASoundSitePasses) {
  const FakeApp app("web", {});
  ASSERT_TRUE(app.is_running());
  const AttackReport report = attack(app);
  EXPECT_TRUE(report.passed()) << pretty_json(to_json(report));
  EXPECT_EQ(report.results.size(), 23U);
  for (const AttackResult& result : report.results)
    EXPECT_NE(result.verdict, AttackVerdict::not_applicable) << result.id;
}

TEST(AttackPass, ASoundApiPassesAndPagesDoNotApply) {
  const FakeApp app("api", {});
  const AttackReport report = attack(app);
  EXPECT_TRUE(report.passed()) << pretty_json(to_json(report));
  for (const AttackResult& result : report.results) {
    if (result.id == "csrf-missing") EXPECT_EQ(result.verdict, AttackVerdict::not_applicable);
    if (result.id == "foreign-api") EXPECT_EQ(result.verdict, AttackVerdict::passed);
  }
}

TEST(AttackPass, RecordsThatOthersMakeMeanwhileAreNoFinding) {
  const FakeApp app("web", {"busy"});
  const AttackReport report = attack(app, {"sql-query"});
  EXPECT_TRUE(report.passed()) << pretty_json(to_json(report));
}

TEST(AttackPass, AReportSurvivesTheJournal) {
  const FakeApp app("api", {"no-limit"});
  const AttackReport report = attack(app, {"login-limit", "csrf-missing"});
  EXPECT_EQ(pretty_json(to_json(from_json<AttackReport>(to_json(report)))), pretty_json(to_json(report)));
}

struct Flaw {
  const char* kind;
  const char* flaw;
  const char* attack;
};

void PrintTo(const Flaw& flaw, std::ostream* out) { *out << flaw.kind << " " << flaw.flaw; }

class AttackPassFlaw : public testing::TestWithParam<Flaw> {};

TEST_P(AttackPassFlaw, IsFound) {
  const FakeApp app(GetParam().kind, {GetParam().flaw});
  const AttackReport report = attack(app, {GetParam().attack});
  EXPECT_THAT(failed(report), testing::ElementsAre(GetParam().attack));
}

INSTANTIATE_TEST_SUITE_P(
    , AttackPassFlaw,
    testing::Values(Flaw{"web", "admin-open", "admin-anonymous"}, Flaw{"web", "account-open", "account-anonymous"},
                    Flaw{"web", "api-open", "api-anonymous"}, Flaw{"api", "api-open", "api-anonymous"},
                    Flaw{"api", "forged-token", "api-anonymous"}, Flaw{"web", "member-admin", "admin-member"},
                    Flaw{"api", "member-admin", "admin-member"}, Flaw{"web", "staff-users", "users-staff"},
                    Flaw{"web", "foreign-page", "foreign-page"}, Flaw{"web", "foreign-api", "foreign-api"},
                    Flaw{"api", "foreign-api", "foreign-api"}, Flaw{"web", "csrf-missing", "csrf-missing"},
                    Flaw{"web", "csrf-wrong", "csrf-wrong"}, Flaw{"web", "raw-html", "script-escaped"},
                    Flaw{"web", "raw-html", "script-reflected"}, Flaw{"web", "raw-query", "script-reflected"},
                    Flaw{"web", "sql-error", "sql-fields"}, Flaw{"api", "sql-lost", "sql-fields"},
                    Flaw{"web", "sql-or", "sql-query"}, Flaw{"api", "sql-or", "sql-query"},
                    Flaw{"web", "no-headers", "headers"}, Flaw{"web", "inline-scripts", "headers"},
                    Flaw{"api", "no-headers", "headers"}, Flaw{"web", "weak-cookies", "cookies"},
                    Flaw{"web", "logout-keeps", "cookies"}, Flaw{"web", "open-redirect", "open-redirect"},
                    Flaw{"web", "traversal", "path-traversal"}, Flaw{"web", "dotfiles", "path-traversal"},
                    Flaw{"web", "no-body-limit", "oversized-body"}, Flaw{"api", "json-500", "malformed-json"},
                    Flaw{"web", "id-500", "odd-ids"}, Flaw{"api", "query-500", "odd-queries"},
                    Flaw{"web", "value-500", "odd-values"}, Flaw{"web", "no-limit", "login-limit"},
                    Flaw{"web", "no-retry-after", "login-limit"}, Flaw{"api", "no-limit", "login-limit"}));

}  // namespace
}  // namespace tenon::delivery
