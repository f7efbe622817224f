// Proves a commit: in clean checkouts and fresh sandboxes, the app's own tests, and the harness's checks and attacks
// over HTTP. What each returns is journaled; evidence is made of it per assertion.
#pragma once

#include <string>
#include <vector>

#include "delivery/delivery.h"
#include "delivery/harness/attack_pass.h"
#include "delivery/harness/check_runner.h"
#include "delivery/harness/junit.h"

namespace tenon::delivery {

struct OwnTests {
  sandbox::ExitRecord record;
  TestReport report;
  double coverage_percent = 0;
};
BOOST_DESCRIBE_STRUCT(OwnTests, (), (record, report, coverage_percent))

struct LiveChecks {
  std::vector<AssertionOutcome> assertions;
  AttackReport attacks;
  std::string openapi;  // what the app says of its API; empty when it has none
  std::string tier;
  std::string command;
  std::int64_t milliseconds = 0;
};
BOOST_DESCRIBE_STRUCT(LiveChecks, (), (assertions, attacks, openapi, tier, command, milliseconds))

class VerifyStage final {
 public:
  VerifyStage(Services& services, const agents::Brief& brief, std::string slug, RunId run, std::string commit);

  // Blocks. Throws unmet with the output when the tests could not even be run.
  OwnTests run_own_tests(const durable::StepInfo& step) const;

  // Starts the app with accounts of the harness and drives every assertion, then attacks it.
  Task<LiveChecks> run_live_checks(durable::StepInfo step) const;

  std::vector<Evidence> evidence(const OwnTests& tests, const LiveChecks& live, Timestamp at) const;

 private:
  std::filesystem::path fresh_checkout(const std::string& name) const;

  Services& services_;
  const agents::Brief& brief_;
  const agents::Stack& stack_;
  std::string slug_;
  RunId run_;
  std::string commit_;
};

// Requirement, assertion and what is known about it: passed only if there is evidence at the commit and all of it
// passes.
struct AssertionState {
  std::string requirement;
  std::string requirement_text;
  std::string assertion;
  std::string assertion_text;
  bool met = false;
  std::vector<Evidence> evidence;
};
BOOST_DESCRIBE_STRUCT(AssertionState, (), (requirement, requirement_text, assertion, assertion_text, met, evidence))

std::vector<AssertionState> assertion_states(const agents::Brief& brief, const std::vector<Evidence>& evidence,
                                             const std::string& commit);

// Markdown of what was run and what came out, stored as the artifact "test-report".
std::string test_report_markdown(const OwnTests& tests, const LiveChecks& live, const std::string& commit);

}  // namespace tenon::delivery
