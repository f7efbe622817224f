#include <atomic>

#include "durable/testing/gate.h"
#include "durable/testing/test_clock.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::Gate;
using testing::kLongLease;
using testing::kTenant;
using testing::TestClock;
using testing::World;

struct Steps {
  Gate gate;
  std::atomic<int> first = 0;
  std::atomic<int> second = 0;
};

Task<std::string> worked(Context& run, Steps& steps) {
  auto first = run.step("first", [&] {
    ++steps.first;
    steps.gate.pass();
  });
  co_await std::move(first);
  auto second = run.step("second", [&] { ++steps.second; });
  co_await std::move(second);
  co_return "done";
}

Task<std::string> waited(Context& run) {
  std::string word = co_await run.signal<std::string>("go");
  co_return word;
}

void define(World& world, Steps& steps) {
  world.engine().define<json::value>("worked", 1, [&](Context& run, json::value) { return worked(run, steps); });
  world.engine().define<json::value>("waited", 1, [](Context& run, json::value) { return waited(run); });
}

void pause(World& world, const RunId& run) { world.runtime.run(world.engine().pause(run)); }
void resume(World& world, const RunId& run) { world.runtime.run(world.engine().resume(run)); }

CONFORMANCE_TEST(Pause, AReadyRunIsNotTakenUpUntilItIsResumed) {
  Steps steps;
  World world(scratch);
  steps.gate.open();
  define(world, steps);
  const RunId run = world.start("worked");
  pause(world, run);
  pause(world, run);
  EXPECT_EQ(world.describe(run).state, RunState::paused);
  world.engine().work();
  EXPECT_EQ(world.wait(world.start("worked")).state, RunState::completed);
  EXPECT_EQ(world.describe(run).state, RunState::paused);
  EXPECT_EQ(world.runtime.run(world.engine().counts(kTenant)).paused, 1);
  resume(world, run);
  EXPECT_EQ(world.wait(run).output, json::value("done"));
}

CONFORMANCE_TEST(Pause, ARunningRunStopsBeforeItsNextStep) {
  Steps steps;
  World world(scratch);
  define(world, steps);
  world.engine().work();
  const RunId run = world.start("worked");
  steps.gate.await();
  pause(world, run);
  pause(world, run);
  EXPECT_TRUE(world.describe(run).pause_requested);
  steps.gate.open();
  world.reach(run, RunState::paused);
  EXPECT_EQ(steps.second, 0);
  resume(world, run);
  EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(steps.first, 1);
  EXPECT_EQ(steps.second, 1);
}

CONFORMANCE_TEST(Pause, ARunThatIsResumedBeforeItStoppedGoesOn) {
  Steps steps;
  World world(scratch);
  define(world, steps);
  world.engine().work();
  const RunId run = world.start("worked");
  steps.gate.await();
  pause(world, run);
  resume(world, run);
  EXPECT_FALSE(world.describe(run).pause_requested);
  steps.gate.open();
  world.reach(run, RunState::completed);
  EXPECT_EQ(steps.first, 1);
}

CONFORMANCE_TEST(Pause, ASignalForAPausedRunIsKept) {
  Steps steps;
  World world(scratch);
  define(world, steps);
  world.engine().work();
  const RunId run = world.start("waited");
  world.reach(run, RunState::waiting);
  pause(world, run);
  pause(world, run);
  EXPECT_EQ(world.describe(run).state, RunState::paused);
  EXPECT_EQ(world.describe(run).waits_for, std::vector<std::string>{"signal go"});
  EXPECT_EQ(world.runtime.run(world.engine().list({.state = RunState::paused})).size(), 1U);
  EXPECT_EQ(world.runtime.run(world.engine().counts(kTenant)).paused, 1);
  world.signal(run, "go", "kept");
  EXPECT_EQ(world.describe(run).state, RunState::paused);
  resume(world, run);
  EXPECT_EQ(world.wait(run).output, json::value("kept"));
}

CONFORMANCE_TEST(Pause, AWaitingRunThatIsResumedBeforeItsSignalWaitsOn) {
  Steps steps;
  World world(scratch);
  define(world, steps);
  world.engine().work();
  const RunId run = world.start("waited");
  world.reach(run, RunState::waiting);
  pause(world, run);
  resume(world, run);
  resume(world, run);
  EXPECT_FALSE(world.describe(run).pause_requested);
  EXPECT_EQ(world.describe(run).state, RunState::waiting);
  world.signal(run, "go", "late");
  EXPECT_EQ(world.wait(run).output, json::value("late"));
}

Task<void> sleeps(Context& run) { co_await run.sleep_for(Milliseconds(60'000)); }

CONFORMANCE_TEST(Pause, ATimerThatIsOverLeavesAPausedRunPaused) {
  TestClock clock;
  World world(scratch, clock.clock());
  world.options.lease = kLongLease;
  world.engine().define<json::value>("sleeps", 1, [](Context& run, json::value) { return sleeps(run); });
  world.engine().work();
  const RunId run = world.start("sleeps");
  world.reach(run, RunState::waiting);
  pause(world, run);
  clock.advance(Milliseconds(60'000));
  world.reach(run, RunState::paused);
  resume(world, run);
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

CONFORMANCE_TEST(Pause, ABlockedRunDoesNotTakeItsPlace) {
  Steps steps;
  World world(scratch);
  define(world, steps);
  world.engine().work();
  const auto start = [&] {
    return world.runtime.run(world.engine().start("worked", nullptr, {.tenant = kTenant, .limit_key = "key"}));
  };
  const RunId holder = start();
  steps.gate.await();
  const RunId blocked = start();
  const RunId next = start();
  world.reach(next, RunState::blocked);
  pause(world, blocked);
  EXPECT_EQ(world.describe(blocked).state, RunState::paused);
  steps.gate.open();
  for (const RunId& run : {holder, next}) world.reach(run, RunState::completed);
  EXPECT_EQ(world.describe(blocked).state, RunState::paused);
  resume(world, blocked);
  EXPECT_EQ(world.wait(blocked).state, RunState::completed);
}

CONFORMANCE_TEST(Pause, APausedRunCanBeCancelled) {
  Steps steps;
  World world(scratch);
  define(world, steps);
  const RunId run = world.start("waited");
  pause(world, run);
  world.runtime.run(world.engine().cancel(run));
  EXPECT_EQ(world.describe(run).state, RunState::cancelled);
}

CONFORMANCE_TEST(Pause, AFinishedRunIsAConflict) {
  Steps steps;
  World world(scratch);
  define(world, steps);
  const RunId run = world.start("waited");
  world.runtime.run(world.engine().cancel(run));
  EXPECT_EQ(error_of([&] { pause(world, run); }).code(), ErrorCode::conflict);
  EXPECT_EQ(error_of([&] { resume(world, run); }).code(), ErrorCode::conflict);
  EXPECT_EQ(error_of([&] { pause(world, RunId{"run_none"}); }).code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace tenon::durable
