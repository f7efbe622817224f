#include "delivery/verify_stage.h"
#include "delivery/workflow.h"

namespace tenon::delivery {
namespace {

Task<void> run_tests(Delivery& delivery, durable::Context branch, VerifyStage& stage, OwnTests& tests) {
  auto testing = branch.step("run", [&stage](const durable::StepInfo& step) { return stage.run_own_tests(step); });
  tests = co_await std::move(testing);
  auto telling = branch.store_step("result", [&delivery, &tests](store::Transaction& tx) {
    tell(delivery, tx,
         TestsFinished{.passed = tests.report.total.passed,
                       .failed = tests.report.total.failed,
                       .skipped = tests.report.total.skipped,
                       .coverage_percent = tests.coverage_percent,
                       .milliseconds = tests.record.wall_ms});
  });
  co_await std::move(telling);
}

ChecksFinished checks_finished(const LiveChecks& live) {
  ChecksFinished finished{.milliseconds = live.milliseconds};
  for (const AssertionOutcome& outcome : live.assertions) {
    finished.passed += outcome.verdict == Verdict::passed ? 1 : 0;
    finished.requests += outcome.requests;
    if (outcome.verdict != Verdict::failed) continue;
    ++finished.failed;
    const CheckFailure failure = outcome.failure.value_or(CheckFailure{});
    finished.failures.push_back(
        fmt::format("{}: {}: expected {}, got {}", outcome.assertion, failure.request, failure.expected, failure.got));
  }
  return finished;
}

AttacksFinished attacks_finished(const AttackReport& report) {
  AttacksFinished finished{.milliseconds = report.milliseconds};
  for (const AttackResult& result : report.results) {
    finished.withstood += result.verdict == AttackVerdict::passed ? 1 : 0;
    finished.not_applicable += result.verdict == AttackVerdict::not_applicable ? 1 : 0;
    finished.succeeded += result.verdict == AttackVerdict::failed ? 1 : 0;
    for (const AttackFinding& finding : result.findings) {
      finished.findings.push_back(
          fmt::format("{}: {}: expected {}, got {}", finding.id, finding.request, finding.expected, finding.got));
    }
  }
  return finished;
}

Task<void> run_live(Delivery& delivery, durable::Context branch, VerifyStage& stage, LiveChecks& live) {
  auto checking = branch.step("run", [&stage](const durable::StepInfo& step) { return stage.run_live_checks(step); });
  live = co_await std::move(checking);
  auto telling = branch.store_step("result", [&delivery, &live](store::Transaction& tx) {
    tell(delivery, tx, checks_finished(live));
    tell(delivery, tx, attacks_finished(live.attacks));
  });
  co_await std::move(telling);
}

// Why the commit may not be released, or nothing.
std::string shortfall(const Delivery& delivery, const OwnTests& tests, const LiveChecks& live,
                      const std::vector<Evidence>& evidence) {
  const agents::Stack& stack = agents::stack_named(delivery.services.tools.knowledge, delivery.brief.stack);
  const double minimum = stack.coverage ? stack.coverage->minimum : 0;
  if (tests.report.total.failed > 0) {
    return fmt::format("{} of the app's own tests failed, first {}", tests.report.total.failed,
                       tests.report.failures.front().name);
  }
  if (!tests.record.succeeded()) return fmt::format("the command of the app's own tests {}", describe(tests.record));
  if (tests.report.total.passed == 0) return "the app's own tests tested nothing";
  if (tests.coverage_percent < minimum) {
    return fmt::format("the app's own tests cover {:.1f} % of its lines, {:.0f} % are demanded", tests.coverage_percent,
                       minimum);
  }
  for (const AttackResult& result : live.attacks.results) {
    if (result.verdict == AttackVerdict::failed) return fmt::format("an attack succeeded: {}", result.title);
  }
  std::vector<std::string> unmet;
  for (const AssertionState& state : assertion_states(delivery.brief, evidence, delivery.commit)) {
    if (!state.met) unmet.push_back(state.assertion);
  }
  if (!unmet.empty()) return fmt::format("without passing evidence: {}", fmt::join(unmet, ", "));
  return {};
}

// What the gate after a verification says. A failed gate ends the run; when the run is taken up again, everything is
// verified anew.
enum class Gate { passed, verify_again };
BOOST_DESCRIBE_ENUM(Gate, passed, verify_again)

Task<Gate> verify_once(Delivery& delivery, VerifyStage& stage) {
  OwnTests tests;
  LiveChecks live;
  std::vector<Task<void>> both;
  both.push_back(run_tests(delivery, delivery.run.branch("verify-tests"), stage, tests));
  both.push_back(run_live(delivery, delivery.run.branch("verify-live"), stage, live));
  auto running = delivery.run.all(std::move(both));
  co_await std::move(running);

  auto recording = delivery.run.store_step("evidence", [&delivery, &stage, &tests, &live](store::Transaction& tx) {
    for (const Evidence& row : stage.evidence(tests, live, tx.now())) add_evidence(tx, delivery.scope, row);
    add_artifact(tx, delivery.scope, "test-report", kMarkdown, test_report_markdown(tests, live, delivery.commit),
                 tx.now());
    if (!live.openapi.empty()) add_artifact(tx, delivery.scope, "openapi", kJson, live.openapi, tx.now());
  });
  co_await std::move(recording);

  auto deciding = delivery.run.step("gate", [&delivery, &stage, &tests, &live](const durable::StepInfo& step) {
    const std::string why = shortfall(delivery, tests, live, stage.evidence(tests, live, Timestamp{}));
    if (why.empty()) return Gate::passed;
    if (step.attempt > 1) return Gate::verify_again;
    throw Error(ErrorCode::unmet, why,
                fmt::format("`tenon evidence {}` shows every assertion with what was found.", delivery.slug));
  });
  co_return co_await std::move(deciding);
}

}  // namespace

Task<void> verify(Delivery& delivery) {
  auto entering = enter(delivery, Stage::TEST);
  co_await std::move(entering);
  VerifyStage stage(delivery.services, delivery.brief, delivery.slug, delivery.scope.run, delivery.commit);
  for (Gate gate = Gate::verify_again; gate != Gate::passed;) {
    auto verifying = verify_once(delivery, stage);
    gate = co_await std::move(verifying);
  }
}

}  // namespace tenon::delivery
