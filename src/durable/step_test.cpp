// How a step ends: timeouts, retries, what is stored of a failure.
#include <atomic>

#include <boost/asio/this_coro.hpp>

#include "durable/testing/gate.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::Gate;
using testing::World;

StepOptions at_once(std::int64_t attempts = 1) {
  return {.retry = {.attempts = attempts, .base = Milliseconds(0)}, .timeout = Milliseconds(20)};
}

using Body = std::function<void(const StepInfo&)>;

Task<std::string> one_step(Context& run, Body body, StepOptions options) {
  std::string failure;
  try {
    auto step = run.step("step", body, options);
    co_await std::move(step);
  } catch (const Error& error) {
    failure = std::string(to_string(error.code())) + ": " + error.what();
  }
  co_return failure;
}

RunId start(World& world, Body body, StepOptions options) {
  world.engine().define<json::value>(
      "one step", 1, [body, options](Context& run, json::value) { return one_step(run, body, options); });
  world.engine().work();
  return world.start("one step");
}

// ---- timeouts

Task<void> sleeps() { co_await io::sleep_for(std::chrono::hours(1)); }

Task<std::string> sleeping_step(Context& run) {
  std::string failure;
  try {
    auto step = run.step("step", [] { return sleeps(); }, at_once());
    co_await std::move(step);
  } catch (const Error& error) {
    failure = error.what();
  }
  co_return failure;
}

CONFORMANCE_TEST(StepTimeout, ATasksWaitsEndWithIt) {
  World world(scratch);
  world.engine().define<json::value>("sleeping", 1, [](Context& run, json::value) { return sleeping_step(run); });
  world.engine().work();
  const RunId run = world.start("sleeping");
  EXPECT_EQ(world.reach(run, RunState::completed).output, json::value("Attempt 1 took longer than 20 ms."));
  const JournalEntry entry = world.journal(run)[0];
  EXPECT_EQ(entry.state, StepState::failed);
  EXPECT_EQ(entry.error->code, ErrorCode::deadline_exceeded);
}

CONFORMANCE_TEST(StepTimeout, ABlockingBodyIsAskedToStop) {
  Gate never;
  World world(scratch);
  const RunId run = start(world, [&](const StepInfo& info) { never.pass(info.stop); }, at_once());
  EXPECT_EQ(world.reach(run, RunState::completed).output,
            json::value("deadline_exceeded: Attempt 1 took longer than 20 ms."));
}

CONFORMANCE_TEST(StepTimeout, WhatABodyReturnsTooLateDoesNotCount) {
  World world(scratch);
  const auto ignores_the_request = [](const StepInfo& info) {
    std::promise<void> asked;
    const std::stop_callback callback(info.stop, [&] { asked.set_value(); });
    asked.get_future().wait();
  };
  const RunId run = start(world, ignores_the_request, at_once());
  EXPECT_EQ(world.reach(run, RunState::completed).output,
            json::value("deadline_exceeded: Attempt 1 took longer than 20 ms."));
}

CONFORMANCE_TEST(StepTimeout, IsRetriedLikeAnyOtherFailure) {
  Gate never;
  World world(scratch);
  const auto slow_at_first = [&](const StepInfo& info) {
    if (info.attempt < 3) never.pass(info.stop);
  };
  StepOptions options = at_once(3);
  options.timeout = Milliseconds(200);
  const RunId run = start(world, slow_at_first, options);
  EXPECT_EQ(world.reach(run, RunState::completed).output, json::value(""));
  const JournalEntry entry = world.journal(run)[0];
  EXPECT_EQ(entry.attempt, 3);
  EXPECT_EQ(entry.failures, 2);
  EXPECT_EQ(entry.state, StepState::completed);
}

CONFORMANCE_TEST(StepTimeout, ABodyThatIsQuickEnoughIsNotDisturbed) {
  World world(scratch);
  StepOptions options;
  options.timeout = std::chrono::hours(1);
  const RunId run = start(world, [](const StepInfo&) {}, options);
  EXPECT_EQ(world.reach(run, RunState::completed).output, json::value(""));
}

// ---- retries

CONFORMANCE_TEST(StepRetry, OnlyCodesOfThePolicyAreTriedAgain) {
  World world(scratch);
  const auto forbidden = [](const StepInfo&) { throw Error(ErrorCode::permission_denied, "no"); };
  const RunId run = start(world, forbidden, {.retry = {.attempts = 5}});
  world.reach(run, RunState::completed);
  EXPECT_EQ(world.journal(run)[0].attempt, 1);
}

CONFORMANCE_TEST(StepRetry, ThePolicySaysWhichCodesTheseAre) {
  World world(scratch);
  const auto forbidden = [](const StepInfo&) { throw Error(ErrorCode::permission_denied, "no"); };
  const RunId run =
      start(world, forbidden,
            {.retry = {.attempts = 4, .base = Milliseconds(0), .retryable = {ErrorCode::permission_denied}}});
  world.reach(run, RunState::completed);
  EXPECT_EQ(world.journal(run)[0].attempt, 4);
  EXPECT_EQ(world.journal(run)[0].failures, 4);
}

CONFORMANCE_TEST(StepRetry, ThePauseBetweenAttemptsIsNeverLongerThanTheCap) {
  World world(scratch);
  const auto busy = [](const StepInfo&) { throw Error(ErrorCode::busy, "no"); };
  const RunId run =
      start(world, busy, {.retry = {.attempts = 40, .base = std::chrono::hours(100), .cap = Milliseconds(1)}});
  world.reach(run, RunState::completed);
  EXPECT_EQ(world.journal(run)[0].attempt, 40);
}

// What is not one of our errors is not retried either: nobody knows what it means.
CONFORMANCE_TEST(StepRetry, AnExceptionOfAnotherKindIsInternal) {
  World world(scratch);
  const auto breaks = [](const StepInfo&) { throw std::runtime_error("out of range"); };
  const RunId run = start(world, breaks, {.retry = {.attempts = 5}});
  EXPECT_EQ(world.reach(run, RunState::completed).output, json::value("internal: out of range"));
  EXPECT_EQ(world.journal(run)[0].attempt, 1);
}

// ---- what a workflow sees of a failure

CONFORMANCE_TEST(StepFailure, IsSeenByTheWorkflowAsItIsStored) {
  World world(scratch);
  const auto leaks = [](const StepInfo&) {
    throw Error(ErrorCode::unmet, "cannot clone https://user:hunter22@example.org/x.git");
  };
  const RunId run = start(world, leaks, {});
  const std::string seen = from_json<std::string>(*world.reach(run, RunState::completed).output);
  EXPECT_EQ(seen.find("hunter22"), std::string::npos) << seen;
  EXPECT_EQ(seen, "unmet: " + world.journal(run)[0].error->message);
}

}  // namespace
}  // namespace tenon::durable
