#include "delivery/harness/check_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.h"
#include "delivery/harness/fake_app_test.h"

namespace tenon::delivery {
namespace {

using testing::HasSubstr;

agents::Assertion assertion(std::string id, std::string_view steps) {
  agents::Assertion made;
  made.id = std::move(id);
  made.entity = "message";
  for (const json::value& step : json::parse(steps).get_array()) made.check.push_back(step.get_object());
  return made;
}

class CheckRunnerTest : public testing::Test {
 protected:
  std::vector<AssertionOutcome> run(const FakeApp& app, std::vector<agents::Assertion> assertions,
                                    CheckOptions options = {}) {
    io::Runtime runtime({.event_threads = 2, .blocking_threads = 1});
    io::HttpClient client(runtime.executor());
    return runtime.run(run_checks(client, app.subject, std::move(assertions), options));
  }
  AssertionOutcome run_one(const FakeApp& app, std::string_view steps) {
    return run(app, {assertion("A1.1", steps)}).at(0);
  }

  static std::string failure(const AssertionOutcome& outcome) {
    return outcome.failure ? fmt::format("{}: {}: expected {}, got {}", outcome.failure->step, outcome.failure->request,
                                         outcome.failure->expected, outcome.failure->got)
                           : "";
  }
};

TEST_F(CheckRunnerTest, EveryKindOfStepWorksAgainstASoundApp) {
  const FakeApp app("web", {});
  const auto outcomes = run(
      app,
      {
          assertion("A1.1",
                    R"x([{"get": "/menu", "status": 200, "contains": ["Leek & potato tart"], "accessible": true},
          {"get": "/menu?q=nothing${unique}", "status": 200, "absent": ["Leek"]}])x"),
          assertion("A1.2",
                    R"x([{"submit": "/messages/new", "form": {"name": "Sent ${unique}", "body": "x"}, "status": 303,
          "location": "/messages/thanks", "save": {"thanks": "location:(.+)"}},
          {"get": "${thanks}", "status": 200}, {"as": "staff", "get": "/admin/messages?q=${unique}", "status": 200, "contains": ["Sent ${unique}"]},
          {"as": "clerk", "get": "/admin/users", "status": 403}])x"),
          assertion(
              "A1.3",
              R"x([{"as": "member", "submit": "/account/notes/new", "form": {"title": "Mine ${unique}", "body": "x"}, "status": 303},
          {"as": "token:member", "get": "/api/v1/notes?q=${unique}", "json": {"total": 1}, "save": {"id": "json:/items/0/id"}},
          {"as": "member2", "get": "/account/notes/${id}", "status": 404},
          {"as": "member", "submit": "/account/notes/${id}/delete", "status": 303},
          {"as": "token:member", "get": "/api/v1/notes/${id}", "status": 404}])x"),
          assertion(
              "A1.4",
              R"x([{"as": "token:admin", "post": "/api/v1/menu", "json": {"name": "New ${unique}", "price": "${unique_number}", "notes": "${unique_date}"},
          "status": 201, "save": {"id": "json:/id"}}, {"as": "token:admin", "patch": "/api/v1/menu/${id}", "json": {"notes": "y"}, "status": 200},
          {"get": "/api/v1/menu/${id}", "json": {"notes": "y"}}, {"as": "token:admin", "delete": "/api/v1/menu/${id}", "status": 204},
          {"get": "/menu/${record:menu:1}", "contains": ["tart"]}, {"get": "/menu/${record:menu:99}", "status": 200}])x"),
          assertion("A1.5", R"x([{"post": "/messages/new", "form": {"name": "a", "body": "b"}, "status": 403}])x"),
          assertion("A1.6", "[]"),
      });
  ASSERT_EQ(outcomes.size(), 6U);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(outcomes[i].verdict, Verdict::passed) << outcomes[i].assertion << " " << failure(outcomes[i]);
  EXPECT_EQ(outcomes[5].verdict, Verdict::unchecked);
  EXPECT_EQ(outcomes[0].assertion, "A1.1");
  EXPECT_EQ(outcomes[0].requests, 2U);
  EXPECT_FALSE(outcomes[0].exchange.text.empty());
}

TEST_F(CheckRunnerTest, AFailureNamesStepRequestExpectationAndAnswer) {
  const FakeApp app("web", {});
  EXPECT_EQ(failure(run_one(app, R"x([{"get": "/menu"}, {"get": "/gone", "status": 200}])x")),
            "2: GET /gone as anonymous: expected status 200, got 404: Search Not found /gone");
}

TEST_F(CheckRunnerTest, AnInaccessiblePageFails) {
  const FakeApp app("web", {"inaccessible"});
  EXPECT_THAT(failure(run_one(app, R"x([{"get": "/menu", "accessible": true}])x")),
              HasSubstr("<img src=x>: The image has no alternative text."));
}

TEST_F(CheckRunnerTest, MistakesInChecksFailThemAndNothingElse) {
  const FakeApp app("web", {});
  EXPECT_THAT(failure(run_one(app, R"x([{"get": "/${gone}"}])x")), HasSubstr("a value for ${gone}"));
  EXPECT_THAT(failure(run_one(app, R"x([{"fetch": "/"}])x")), HasSubstr("fetch: not a known key"));
  EXPECT_THAT(failure(run_one(app, R"x([{"as": "ghost", "get": "/", "status": 200}])x")), testing::IsEmpty());
  EXPECT_THAT(failure(run_one(app, R"x([{"submit": "/messages/new", "form": {"colour": "red"}}])x")),
              HasSubstr("without a field colour"));
  EXPECT_THAT(failure(run_one(app, R"x([{"get": "/menu", "save": {"a": "regex:never(x)"
}
}])x")),
              HasSubstr("something to save at regex:never(x)"));
}

TEST_F(CheckRunnerTest, SigningOutInOneCheckDoesNotDisturbAnother) {
  const FakeApp app("web", {});
  std::vector<agents::Assertion> assertions;
  for (int i = 0; i < 6; ++i) {
    assertions.push_back(assertion(
        "A1.1",
        R"x([{"as": "admin", "submit": "/logout", "status": 303}, {"as": "admin", "get": "/admin", "status": 303}])x"));
    assertions.push_back(assertion("A1.2", R"x([{"as": "admin", "get": "/admin", "status": 200}])x"));
  }
  for (const AssertionOutcome& outcome : run(app, assertions, {.lanes = 4}))
    EXPECT_EQ(outcome.verdict, Verdict::passed) << failure(outcome);
}

TEST_F(CheckRunnerTest, AnAppThatIsNotThereFailsEveryAssertion) {
  FakeApp app("web", {});
  app.subject.unix_socket += ".gone";
  const auto outcomes = run(
      app, {assertion("A1.1", R"x([{"get": "/"}])x"), assertion("A1.2", R"x([{"as": "admin", "get": "/admin"}])x")});
  EXPECT_THAT(failure(outcomes[0]), HasSubstr("got no answer"));
  EXPECT_THAT(failure(outcomes[1]), HasSubstr("a redirect after signing in"));
}

TEST_F(CheckRunnerTest, RequestsOfACheckAreLimited) {
  const FakeApp app("web", {});
  std::string steps = "[";
  for (int i = 0; i < 6; ++i) steps += std::string(i == 0 ? "" : ",") + R"({"get": "/"})";
  const auto outcome = run(app, {assertion("A1.1", steps + "]")}, {.requests_per_check = 3}).at(0);
  EXPECT_EQ(outcome.requests, 3U);
  EXPECT_THAT(failure(outcome), HasSubstr("limit of 3 requests"));
}

TEST_F(CheckRunnerTest, OutcomesSurviveTheJournal) {
  const FakeApp app("api", {});
  for (const char* steps :
       {R"x([{"as": "token:member2", "get": "/api/v1/notes"}])x", R"x([{"get": "/api/v1/notes"}])x"}) {
    const AssertionOutcome outcome = run_one(app, steps);
    EXPECT_EQ(from_json<AssertionOutcome>(to_json(outcome)), outcome);
  }
}

}  // namespace
}  // namespace tenon::delivery
