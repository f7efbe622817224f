#include "cli/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/sample_run.h"

namespace tenon::cli {
namespace {

using durable::Failure;
using durable::JournalEntry;
using durable::RunState;
using durable::RunView;
using durable::StepKind;
using durable::StepState;
using testing::entry;
using ::testing::HasSubstr;
using testing::kNow;
using testing::kStart;
using testing::run_in;

std::string why_here(const RunView& run, const std::vector<JournalEntry>& journal = {}) {
  return why(run, journal, Workers::here, kNow);
}

TEST(Why, AWaitingRunSaysForWhatAndSinceWhen) {
  RunView run = run_in(RunState::waiting);
  run.waits_for = {"signal plan-approval"};
  EXPECT_EQ(why_here(run, {entry(StepKind::signal, "plan-approval", StepState::started)}),
            "waits for signal plan-approval since 3 min");
  EXPECT_EQ(why_here(run), "waits for signal plan-approval");
  EXPECT_EQ(next_command(run, Workers::here),
            "`tenon signal 12345678 plan-approval '<JSON>'` gives it what it waits for.");
}

TEST(Why, ARunThatIsPausedWhileItWaitsSaysBoth) {
  RunView run = run_in(RunState::paused);
  run.waits_for = {"signal plan-approval"};
  EXPECT_EQ(why_here(run), "paused, and waits for signal plan-approval");
  EXPECT_EQ(next_command(run, Workers::here), "`tenon resume 12345678` lets it go on when that has come.");
}

TEST(Why, AWaitingRunSaysWhenItsTimerEndsAndWhichChildrenItHas) {
  RunView run = run_in(RunState::waiting);
  run.waits_for = {"child run_0000000000000000009ABCDEFG", "timer"};
  run.wake_at = kNow + std::chrono::hours(5);
  JournalEntry child = entry(StepKind::child, "ingest", StepState::started);
  child.child_run_id = RunId{"run_0000000000000000009ABCDEFG"};
  EXPECT_EQ(why_here(run, {child}),
            "waits for its child 9ABCDEFG (ingest) since 3 min, and for the time "
            "2027-01-15T13:10:00Z (in 5 h)");
  EXPECT_EQ(next_command(run, Workers::here), "`tenon tree 12345678` shows its children.");
}

TEST(Why, ARunWithManyWaitsNamesTheFirst) {
  RunView run = run_in(RunState::waiting);
  run.waits_for = {"signal a", "signal b", "signal c", "signal d", "signal e", "signal f", "signal g"};
  EXPECT_THAT(why_here(run), ::testing::EndsWith("signal e, and for 2 more"));
}

TEST(Why, ARunningRunNamesItsStepsAndWhatFailedBefore) {
  RunView run = run_in(RunState::running);
  run.worker_id = "wrk_000000000000000000WORKER01";
  JournalEntry step = entry(StepKind::step, "tests", StepState::started);
  step.branch = "pages";
  step.occurrence = 2;
  step.attempt = 2;
  step.failures = 1;
  step.error = Failure{ErrorCode::unavailable, "no answer\x1b[2J", ""};
  EXPECT_EQ(why_here(run, {entry(StepKind::step, "plan", StepState::completed), step}),
            "runs on worker WORKER01: pages/tests#2 since 3 min (attempt 2), after a failure: no answer?[2J");
  run.pause_requested = true;
  EXPECT_THAT(why_here(run), HasSubstr("is being paused"));
  run.cancel_requested = true;
  EXPECT_THAT(why_here(run), HasSubstr("is being cancelled"));
}

TEST(Why, WhereNobodyWorksNothingIsSaidToGoOn) {
  EXPECT_EQ(why(run_in(RunState::ready), {}, Workers::none, kNow), "ready: waits for a worker, and there is none now");
  EXPECT_EQ(why(run_in(RunState::running), {entry(StepKind::step, "plan", StepState::started)}, Workers::none, kNow),
            "was interrupted: plan since 3 min; nothing works on it now");
  EXPECT_EQ(next_command(run_in(RunState::ready), Workers::none), "`tenon resume 12345678` goes on with it.");
  EXPECT_EQ(next_command(run_in(RunState::ready), Workers::here), "");
}

TEST(Why, EachOtherStateHasItsReason) {
  RunView ready = run_in(RunState::ready);
  EXPECT_EQ(why_here(ready), "ready: waits for a free worker");
  ready.rescues = 2;
  EXPECT_EQ(why_here(ready), "ready: waits for a free worker (its worker was lost 2 times)");
  ready.wake_at = kNow + std::chrono::minutes(2);
  EXPECT_THAT(why_here(ready), HasSubstr("ready: starts at 2027-01-15T08:12:00Z (in 2 min)"));

  RunView blocked = run_in(RunState::blocked);
  blocked.limit_key = "repo:x";
  EXPECT_EQ(why_here(blocked), "blocked: others with the key repo:x are running");
  blocked.reason = "2 of 2 runs with key repo:x are running";
  EXPECT_EQ(why_here(blocked), "blocked: 2 of 2 runs with key repo:x are running");

  EXPECT_EQ(why_here(run_in(RunState::parked)), "parked: no worker knows version 7 of deliver");
  EXPECT_THAT(why_here(run_in(RunState::paused)), HasSubstr("paused"));
  EXPECT_THAT(next_command(run_in(RunState::paused), Workers::here), HasSubstr("tenon resume 12345678"));

  RunView dead = run_in(RunState::dead);
  dead.rescues = 6;
  EXPECT_EQ(why_here(dead), "dead: its worker was lost 6 times");
  EXPECT_THAT(next_command(dead, Workers::here), HasSubstr("tenon retry 12345678"));
  EXPECT_THAT(next_command(dead, Workers::none), HasSubstr("tenon resume 12345678"));

  RunView completed = run_in(RunState::completed);
  completed.finished_at = kStart + std::chrono::seconds(12);
  EXPECT_EQ(why_here(completed), "completed after 12.0 s");
  EXPECT_EQ(next_command(completed, Workers::here), "");
}

TEST(Why, AFailedRunNamesTheStepThatEndedIt) {
  RunView run = run_in(RunState::failed);
  run.error = Failure{ErrorCode::unavailable, "no answer", ""};
  JournalEntry overcome = entry(StepKind::step, "plan", StepState::failed);
  overcome.error = Failure{ErrorCode::unavailable, "another", ""};
  JournalEntry fatal = entry(StepKind::step, "tests", StepState::failed);
  fatal.error = run.error;
  fatal.attempt = 3;
  EXPECT_EQ(why_here(run, {overcome, fatal}), "failed in tests after 3 attempts: no answer");
  EXPECT_EQ(why_here(run), "failed: no answer");
  fatal.kind = StepKind::child;
  fatal.child_run_id = RunId{"run_0000000000000000009ABCDEFG"};
  EXPECT_EQ(why_here(run, {fatal}), "failed because its child 9ABCDEFG (tests) failed: no answer");
}

}  // namespace
}  // namespace tenon::cli
