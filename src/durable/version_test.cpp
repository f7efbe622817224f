// Runs of workflows that a program does not know.
#include "durable/testing/gate.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::World;

Task<void> nothing(Context& run) {
  auto step = run.step("nothing", [] {});
  co_await std::move(step);
}

Task<void> held(Context& run, testing::Gate& gate) {
  auto step = run.step("held", [&] { gate.pass(); });
  co_await std::move(step);
}

void define(Engine& engine, std::int32_t version) {
  engine.define<json::value>("changing", version, [](Context& run, json::value) { return nothing(run); });
}

RunId parked(World& world) {
  define(world.engine(), 2);
  const RunId run = world.start("changing");
  define(world.restart(), 1);
  world.engine().work();
  EXPECT_EQ(world.reach(run, RunState::parked).reason,
            "This program does not know version 2 of the workflow 'changing'.");
  return run;
}

CONFORMANCE_TEST(UnknownVersion, IsTakenUpByAWorkerThatStartsLater) {
  World world(scratch);
  const RunId run = parked(world);
  Engine newer(*world.database, world.runtime, {.worker_id = "newer", .poll = Milliseconds(20)});
  define(newer, 2);
  newer.work();
  world.reach(run, RunState::completed);
  newer.stop();
}

// It sees nothing of the parking, and was asked for nothing.
CONFORMANCE_TEST(UnknownVersion, IsTakenUpByAWorkerThatIsThereAlready) {
  testing::Gate gate;
  World world(scratch);
  Engine newer(*world.database, world.runtime, {.worker_id = "newer", .poll = Milliseconds(20), .max_running = 1});
  define(newer, 2);
  newer.define<json::value>("long", 1, [&](Context& run, json::value) { return held(run, gate); });
  newer.work();
  world.runtime.run(newer.start("long", nullptr, {.tenant = testing::kTenant}));
  gate.await();
  const RunId run = parked(world);
  gate.open();
  world.reach(run, RunState::completed);
  newer.stop();
}

CONFORMANCE_TEST(UnknownVersion, CanBeCancelled) {
  World world(scratch);
  const RunId run = parked(world);
  world.runtime.run(world.engine().cancel(run));
  EXPECT_EQ(world.describe(run).state, RunState::cancelled);
}

}  // namespace
}  // namespace tenon::durable
