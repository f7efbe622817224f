// A worker that stops hands its runs back.
#include <atomic>

#include "durable/testing/gate.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::Gate;
using testing::World;

Task<std::int64_t> steps(Context& run, std::function<void(const StepInfo&)> body) {
  auto first = run.step("first", [&](const StepInfo& info) {
    if (info.attempt == 1) body(info);
    return info.attempt;
  });
  const std::int64_t attempt = co_await std::move(first);
  auto second = run.step("second", [] {});
  co_await std::move(second);
  co_return attempt;
}

void define(World& world, std::function<void(const StepInfo&)> body) {
  world.engine().define<json::value>("steps", 1, [body](Context& run, json::value) { return steps(run, body); });
}

// By another worker, without the first one's loss being counted.
void expect_taken_up(World& world, const RunId& run, std::int64_t attempt) {
  const RunView handed_back = world.describe(run);
  EXPECT_EQ(handed_back.state, RunState::ready);
  EXPECT_EQ(handed_back.rescues, 0);
  world.restart();
  define(world, [](const StepInfo&) {});
  world.engine().work();
  EXPECT_EQ(world.wait(run).output, json::value(attempt));
}

CONFORMANCE_TEST(Drain, AStepThatEndsEarlyIsTriedAgainElsewhere) {
  Gate gate;
  World world(scratch);
  define(world, [&](const StepInfo& info) { gate.pass(info.stop); });
  world.engine().work();
  const RunId run = world.start("steps");
  gate.await();
  world.engine().stop();
  world.engine().stop();
  expect_taken_up(world, run, 2);
}

CONFORMANCE_TEST(Drain, AStepThatReturnsIsRecorded) {
  std::promise<void> begun;
  World world(scratch);
  define(world, [&](const StepInfo& info) {
    std::promise<void> asked;
    const std::stop_callback callback(info.stop, [&] { asked.set_value(); });
    begun.set_value();
    asked.get_future().wait();
  });
  world.engine().work();
  const RunId run = world.start("steps");
  begun.get_future().wait();
  world.engine().stop();
  EXPECT_EQ(world.journal(run).at(0).state, StepState::completed);
  expect_taken_up(world, run, 1);
}

// stop() returns although the gate is shut.
CONFORMANCE_TEST(Drain, ABodyThatDoesNotListenIsNotWaitedFor) {
  Gate gate;
  World world(scratch);
  world.options.drain = Milliseconds(20);
  define(world, [&](const StepInfo&) { gate.pass(); });
  world.engine().work();
  const RunId run = world.start("steps");
  gate.await();
  world.engine().stop();
  expect_taken_up(world, run, 2);
  gate.open();
}

CONFORMANCE_TEST(Drain, ACancellationThatWasAskedForIsCarriedOut) {
  Gate gate;
  World world(scratch);
  world.options.drain = Milliseconds(20);
  define(world, [&](const StepInfo&) { gate.pass(); });
  world.engine().work();
  const RunId run = world.start("steps");
  gate.await();
  world.runtime.run(world.engine().cancel(run));
  world.engine().stop();
  EXPECT_EQ(world.describe(run).state, RunState::cancelled);
  gate.open();
}

}  // namespace
}  // namespace tenon::durable
