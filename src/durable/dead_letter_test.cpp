// Runs whose workers are lost again and again are given up.
#include "durable/testing/gate.h"
#include "durable/testing/lost_worker.h"

namespace tenon::durable {
namespace {

using testing::Gate;
using testing::lose_worker;
using testing::World;

Task<std::string> works(Context& run, Gate& gate) {
  auto first = run.step("first", [] {});
  co_await std::move(first);
  auto second = run.step("second", [&](const StepInfo& info) { gate.pass(info.stop); });
  co_await std::move(second);
  co_return "done";
}

void define(World& world, Gate& gate) {
  world.engine().define<json::value>("works", 1, [&](Context& run, json::value) { return works(run, gate); });
}

CONFORMANCE_TEST(DeadLetter, ARunThatLostTooManyWorkersIsDeadAndSaysWhy) {
  Gate gate;
  World world(scratch);
  gate.open();
  define(world, gate);
  const RunId run = world.start("works");
  lose_worker(world, run, world.options.max_rescues);
  world.engine().work();
  const RunView dead = world.wait(run);
  EXPECT_EQ(dead.state, RunState::dead);
  EXPECT_EQ(dead.error->message,
            "The run was given up: 6 workers were lost while they had it, without progress between.");
  world.runtime.run(world.engine().retry(run));
  EXPECT_EQ(world.wait(run).output, json::value("done"));
}

CONFORMANCE_TEST(DeadLetter, OneLossLessIsARescue) {
  Gate gate;
  World world(scratch);
  gate.open();
  define(world, gate);
  const RunId run = world.start("works");
  lose_worker(world, run, world.options.max_rescues - 1);
  world.engine().work();
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

CONFORMANCE_TEST(DeadLetter, ProgressMakesUpForLostWorkers) {
  Gate gate;
  World world(scratch);
  define(world, gate);
  const RunId run = world.start("works");
  lose_worker(world, run, world.options.max_rescues - 1);
  world.engine().work();
  gate.await();
  EXPECT_EQ(world.describe(run).rescues, 0);
  gate.open();
  world.wait(run);
}

Task<void> stores(Context& run, Gate& gate) {
  co_await run.store_step("store", [](store::Transaction&) {});
  auto second = run.step("second", [&](const StepInfo& info) { gate.pass(info.stop); });
  co_await std::move(second);
}

CONFORMANCE_TEST(DeadLetter, AStoreStepIsProgressToo) {
  Gate gate;
  World world(scratch);
  world.engine().define<json::value>("stores", 1, [&](Context& run, json::value) { return stores(run, gate); });
  const RunId run = world.start("stores");
  lose_worker(world, run, world.options.max_rescues - 1);
  world.engine().work();
  gate.await();
  EXPECT_EQ(world.describe(run).rescues, 0);
  gate.open();
  world.wait(run);
}

Task<void> parent(Context& run) { co_await run.child<std::string>("works", json::value()); }

CONFORMANCE_TEST(DeadLetter, AParentSeesItAsTheFailureOfItsChild) {
  Gate gate;
  World world(scratch);
  define(world, gate);
  world.engine().define<json::value>("parent", 1, [](Context& run, json::value) { return parent(run); });
  world.engine().work();
  const RunId run = world.start("parent");
  gate.await();
  world.reach(run, RunState::waiting);
  world.engine().stop();
  const RunId child = world.runtime.run(world.engine().list({.workflow = "works"})).at(0).run_id;
  lose_worker(world, child, world.options.max_rescues);
  gate.open();
  world.restart();
  define(world, gate);
  world.engine().define<json::value>("parent", 1, [](Context& run, json::value) { return parent(run); });
  world.engine().work();
  const RunView failed = world.wait(run);
  EXPECT_EQ(failed.state, RunState::failed);
  EXPECT_NE(failed.error->message.find("was given up"), std::string::npos);
  world.runtime.run(world.engine().retry(run));
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

}  // namespace
}  // namespace tenon::durable
