#include <atomic>
#include <future>

#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::World;

Task<void> sleeper(Context& run) {
  co_await run.sleep_for(Milliseconds(60'000));
  co_await run.sleep_until(Timestamp(Milliseconds(0)));
}

CONFORMANCE_TEST(Wait, ATimerFiresByTheTimeOfTheDatabase) {
  std::atomic<std::int64_t> time = 1'000'000;
  World world(scratch, [&] { return Timestamp(Milliseconds(time.load())); });
  world.engine().define<json::value>("sleeper", 1, [](Context& run, json::value) { return sleeper(run); });
  world.engine().work();
  const RunId run = world.start("sleeper");
  EXPECT_EQ(world.reach(run, RunState::waiting).wake_at, Timestamp(Milliseconds(1'060'000)));
  time += 60'000;
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

Task<std::int64_t> doubled(Context& run, std::int64_t number, std::atomic<bool>& repaired) {
  auto step = run.step("double", [&] {
    if (number == 13 && !repaired) throw Error(ErrorCode::unmet, "unlucky");
    return 2 * number;
  });
  const std::int64_t result = co_await std::move(step);
  co_return result;
}

Task<std::int64_t> summed(Context& run, std::vector<std::int64_t> numbers) {
  std::vector<Task<std::int64_t>> children;
  for (const std::int64_t number : numbers) children.push_back(run.child<std::int64_t>("double", number));
  const std::vector<std::int64_t> results = co_await run.all(std::move(children));
  std::int64_t sum = 0;
  for (const std::int64_t result : results) sum += result;
  co_return sum;
}

void define_family(World& world, std::atomic<bool>& repaired) {
  world.engine().define<std::int64_t>("double", 1,
                                      [&](Context& run, std::int64_t n) { return doubled(run, n, repaired); });
  world.engine().define<std::vector<std::int64_t>>(
      "sum", 1, [](Context& run, std::vector<std::int64_t> numbers) { return summed(run, std::move(numbers)); });
}

CONFORMANCE_TEST(Wait, AParentGetsTheResultsOfItsChildren) {
  World world(scratch);
  std::atomic<bool> repaired = true;
  define_family(world, repaired);
  world.engine().work();
  const RunView view = world.wait(world.start("sum", to_json(std::vector<std::int64_t>{1, 2, 3, 4})));
  EXPECT_EQ(from_json<std::int64_t>(*view.output), 20);
  EXPECT_EQ(world.runtime.run(world.engine().list({.workflow = "double"})).size(), 4U);
}

CONFORMANCE_TEST(Wait, AChildsFailureFailsTheParentAndIsRetriedWithIt) {
  World world(scratch);
  std::atomic<bool> repaired = false;
  define_family(world, repaired);
  world.engine().work();
  const RunId run = world.start("sum", to_json(std::vector<std::int64_t>{1, 13}));
  const RunView failed = world.wait(run);
  EXPECT_EQ(failed.error->message, "unlucky");
  repaired = true;
  world.runtime.run(world.engine().retry(run));
  EXPECT_EQ(from_json<std::int64_t>(*world.wait(run).output), 28);
}

Task<void> stoppable(Context& run, std::promise<void>& started, std::atomic<int>& after) {
  auto step = run.step("long", [&](const StepInfo& info) {
    started.set_value();
    std::promise<void> asked;
    std::stop_callback callback(info.stop, [&] { asked.set_value(); });
    asked.get_future().wait();
    throw Error(ErrorCode::cancelled, "stopped");
  });
  co_await std::move(step);
  ++after;
}

CONFORMANCE_TEST(Wait, CancellationReachesARunningStepAndTheRunEndsCancelled) {
  World world(scratch);
  std::promise<void> started;
  std::atomic<int> after = 0;
  world.engine().define<json::value>("stoppable", 1,
                                     [&](Context& run, json::value) { return stoppable(run, started, after); });
  world.engine().work();
  const RunId run = world.start("stoppable");
  started.get_future().wait();
  world.runtime.run(world.engine().cancel(run));
  EXPECT_EQ(world.wait(run).state, RunState::cancelled);
  EXPECT_EQ(after, 0);
}

Task<void> parent_of_waiting(Context& run) { co_await run.child<json::value>("waiting", json::value()); }
Task<void> waiting_for_ever(Context& run) { co_await run.signal<json::value>("never"); }

CONFORMANCE_TEST(Wait, CancellingAParkedParentCancelsItsChildren) {
  World world(scratch);
  world.engine().define<json::value>("parent", 1, [](Context& run, json::value) { return parent_of_waiting(run); });
  world.engine().define<json::value>("waiting", 1, [](Context& run, json::value) { return waiting_for_ever(run); });
  world.engine().work();
  const RunId run = world.start("parent");
  world.reach(run, RunState::waiting);
  const auto children = world.runtime.run(world.engine().list({.workflow = "waiting"}));
  ASSERT_EQ(children.size(), 1U);
  world.reach(children[0].run_id, RunState::waiting);
  world.runtime.run(world.engine().cancel(run));
  EXPECT_EQ(world.describe(run).state, RunState::cancelled);
  EXPECT_EQ(world.describe(children[0].run_id).state, RunState::cancelled);
  EXPECT_NO_THROW(world.runtime.run(world.engine().cancel(run)));
}

}  // namespace
}  // namespace tenon::durable
