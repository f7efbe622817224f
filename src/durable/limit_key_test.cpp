// Runs with the same limit key: never more at a time than they say.
#include <atomic>

#include "durable/testing/gate.h"
#include "durable/testing/lost_worker.h"
#include "durable/testing/test_clock.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::Gate;
using testing::kLongLease;
using testing::kTenant;
using testing::lose_worker;
using testing::TestClock;
using testing::World;

RunId start(World& world, const std::string& workflow, std::int64_t limit = 1) {
  return world.runtime.run(
      world.engine().start(workflow, nullptr, {.tenant = kTenant, .limit_key = "key", .key_limit = limit}));
}

Task<void> gated(Context& run, Gate& gate, std::atomic<int>& running, std::atomic<int>& most) {
  auto step = run.step("work", [&](const StepInfo& info) {
    const int now = ++running;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    const auto leave = [&](void*) { --running; };
    const std::unique_ptr<void, decltype(leave)> leaving(&running, leave);
    gate.pass(info.stop);
  });
  co_await std::move(step);
}

CONFORMANCE_TEST(LimitKey, NeverMoreAtATimeThanTheLimitAndAllFinish) {
  Gate gate;
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  World world(scratch);
  const auto code = [&](Context& run, json::value) { return gated(run, gate, running, most); };
  world.engine().define<json::value>("gated", 1, code);
  Engine other(*world.database, world.runtime, {.worker_id = "other", .poll = Milliseconds(20)});
  other.define<json::value>("gated", 1, code);
  world.engine().work();
  other.work();
  std::vector<RunId> runs;
  for (int i = 0; i < 12; ++i) runs.push_back(start(world, "gated", 2));
  gate.await(2);
  EXPECT_EQ(world.reach(runs.back(), RunState::blocked).reason, "2 of 2 runs with the key 'key' are running");
  gate.open();
  for (const RunId& run : runs) world.reach(run, RunState::completed);
  other.stop();
  EXPECT_EQ(most, 2);
}

CONFORMANCE_TEST(LimitKey, ALimitOfNothingIsRefused) {
  World world(scratch);
  world.engine().define<json::value>("gated", 1, [](Context& run, json::value) { return run.sleep_for({}); });
  EXPECT_EQ(error_of([&] { start(world, "gated", 0); }).code(), ErrorCode::invalid_argument);
  EXPECT_TRUE(world.runtime.run(world.engine().list({})).empty());
}

// ---- a place becomes free

Task<void> fails(Context& run, Gate& gate) {
  auto step = run.step("fail", [&] {
    gate.pass();
    throw Error(ErrorCode::unmet, "no");
  });
  co_await std::move(step);
}
Task<void> waits(Context& run, Gate& gate) {
  auto step = run.step("work", [&] { gate.pass(); });
  co_await std::move(step);
  co_await run.signal<json::value>("go");
}
Task<void> stops(Context& run, Gate& gate) {
  auto step = run.step("work", [&](const StepInfo& info) { gate.pass(info.stop); });
  co_await std::move(step);
}
Task<void> nothing(Context& run) {
  auto step = run.step("nothing", [] {});
  co_await std::move(step);
}

struct Pair {
  RunId first;   // holds the place, in a step that stands at the gate
  RunId second;  // is blocked
};

Pair blocked_pair(World& world, Gate& gate, std::function<Task<void>(Context&, Gate&)> first) {
  world.engine().define<json::value>("first", 1,
                                     [&gate, first](Context& run, json::value) { return first(run, gate); });
  world.engine().define<json::value>("second", 1, [](Context& run, json::value) { return nothing(run); });
  world.engine().work();
  Pair pair;
  pair.first = start(world, "first");
  gate.await();
  pair.second = start(world, "second");
  world.reach(pair.second, RunState::blocked);
  return pair;
}

CONFORMANCE_TEST(LimitKey, APlaceIsFreedByAFailure) {
  Gate gate;
  World world(scratch);
  const Pair pair = blocked_pair(world, gate, fails);
  gate.open();
  world.reach(pair.second, RunState::completed);
  EXPECT_EQ(world.wait(pair.first).state, RunState::failed);
}

CONFORMANCE_TEST(LimitKey, APlaceIsFreedByAWait) {
  Gate gate;
  World world(scratch);
  const Pair pair = blocked_pair(world, gate, waits);
  gate.open();
  world.reach(pair.second, RunState::completed);
  EXPECT_EQ(world.describe(pair.first).state, RunState::waiting);
}

CONFORMANCE_TEST(LimitKey, APlaceIsFreedByACancellation) {
  Gate gate;
  World world(scratch);
  const Pair pair = blocked_pair(world, gate, stops);
  world.runtime.run(world.engine().cancel(pair.first));
  world.reach(pair.second, RunState::completed);
  EXPECT_EQ(world.wait(pair.first).state, RunState::cancelled);
}

CONFORMANCE_TEST(LimitKey, APlaceIsFreedByAPause) {
  Gate gate;
  World world(scratch);
  const Pair pair = blocked_pair(world, gate, waits);
  world.runtime.run(world.engine().pause(pair.first));
  gate.open();
  world.reach(pair.second, RunState::completed);
  EXPECT_EQ(world.describe(pair.first).state, RunState::paused);
}

CONFORMANCE_TEST(LimitKey, APlaceIsFreedByTheLossOfItsWorker) {
  TestClock clock;
  World world(scratch, clock.clock());
  world.options.lease = kLongLease;
  for (const char* name : {"first", "second"}) {
    world.engine().define<json::value>(name, 1, [](Context& run, json::value) { return nothing(run); });
  }
  const RunId first = start(world, "first");
  lose_worker(world, first);
  clock.set(Timestamp(Milliseconds(0)));  // not dead yet
  const RunId second = start(world, "second");
  world.engine().work();
  world.reach(second, RunState::blocked);
  clock.advance(Milliseconds(1));
  world.reach(second, RunState::completed);
  world.reach(first, RunState::completed);
}

// ---- a run that was given the place does not take it

// Two have been given the place, the third waits for it, and no worker is there.
struct Queue {
  RunId first;
  RunId second;
  RunId last;
};

Queue handed_back(World& world, Gate& gate) {
  const Pair pair = blocked_pair(world, gate, stops);
  const RunId last = start(world, "second");
  world.reach(last, RunState::blocked);
  world.engine().stop();
  EXPECT_EQ(world.describe(pair.first).state, RunState::ready);
  EXPECT_EQ(world.describe(pair.second).state, RunState::ready);
  EXPECT_EQ(world.describe(last).state, RunState::blocked);
  world.restart().define<json::value>("second", 1, [](Context& run, json::value) { return nothing(run); });
  return {.first = pair.first, .second = pair.second, .last = last};
}

CONFORMANCE_TEST(LimitKey, APlaceOfRunsThatArePausedBeforeTheyTakeItGoesToTheNext) {
  Gate gate;
  World world(scratch);
  const Queue queue = handed_back(world, gate);
  world.runtime.run(world.engine().pause(queue.first));
  world.runtime.run(world.engine().pause(queue.second));
  world.engine().work();
  world.reach(queue.last, RunState::completed);
  EXPECT_EQ(world.describe(queue.second).state, RunState::paused);
}

CONFORMANCE_TEST(LimitKey, APlaceOfRunsThatAreCancelledBeforeTheyTakeItGoesToTheNext) {
  Gate gate;
  World world(scratch);
  const Queue queue = handed_back(world, gate);
  world.runtime.run(world.engine().cancel(queue.first));
  world.runtime.run(world.engine().cancel(queue.second));
  world.engine().work();
  world.reach(queue.last, RunState::completed);
}

CONFORMANCE_TEST(LimitKey, APlaceOfARunThatNobodyKnowsGoesToTheNext) {
  World world(scratch);
  for (const char* name : {"unknown", "known"}) {
    world.engine().define<json::value>(name, 1, [](Context& run, json::value) { return nothing(run); });
  }
  const RunId unknown = start(world, "unknown");
  const RunId known = start(world, "known");
  world.restart().define<json::value>("known", 1, [](Context& run, json::value) { return nothing(run); });
  world.engine().work();
  world.reach(known, RunState::completed);
  EXPECT_EQ(world.describe(unknown).state, RunState::parked);
}

}  // namespace
}  // namespace tenon::durable
