// What the store keeps is text: what is not is refused where it comes in, or made readable.
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::kTenant;
using testing::World;

Task<std::string> say(Context& run, std::string what) {
  auto step = run.step("say", [what] { return what; });
  std::string said = co_await std::move(step);
  co_return said;
}

Task<std::string> output(std::string what) { co_return what; }

Task<void> fail_with(Context& run, std::string message) {
  auto step = run.step("fail", [message] { throw Error(ErrorCode::conflict, message); });
  co_await std::move(step);
}

Task<void> throw_outside(std::string message) {
  throw Error(ErrorCode::conflict, message);
  co_return;
}

CONFORMANCE_TEST(Text, AResultThatIsNoTextFailsItsStep) {
  World world(scratch);
  world.engine().define<json::value>("say", 1, [](Context& run, json::value) { return say(run, "caf\xe9"); });
  world.engine().work();
  const RunView end = world.wait(world.start("say"));
  EXPECT_EQ(end.state, RunState::failed);
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->code, ErrorCode::invalid_argument);
  EXPECT_NE(end.error->message.find("UTF-8"), std::string::npos) << end.error->message;
}

CONFORMANCE_TEST(Text, AnOutputThatIsNoTextFailsItsRun) {
  World world(scratch);
  world.engine().define<json::value>("say", 1, [](Context&, json::value) { return output("caf\xe9"); });
  world.engine().work();
  const RunView end = world.wait(world.start("say"));
  EXPECT_EQ(end.state, RunState::failed);
  EXPECT_EQ(end.error.value_or(Failure{}).code, ErrorCode::invalid_argument);
}

CONFORMANCE_TEST(Text, TheMessageOfAFailureIsMadeReadable) {
  World world(scratch);
  world.engine().define<json::value>("fail", 1,
                                     [](Context& run, json::value) { return fail_with(run, "caf\xe9 closed"); });
  world.engine().define<json::value>("throw", 1, [](Context&, json::value) { return throw_outside("caf\xe9 closed"); });
  world.engine().work();
  for (const char* workflow : {"fail", "throw"}) {
    const RunView end = world.wait(world.start(workflow));
    EXPECT_EQ(end.state, RunState::failed) << workflow;
    EXPECT_EQ(end.error.value_or(Failure{}).message, "caf\uFFFD closed") << workflow;
  }
}

CONFORMANCE_TEST(Text, WhatAWorkflowThrowsIsStoredWithoutSecrets) {
  World world(scratch);
  const std::string secret = "postgresql://app:hunter2hunter2@db/app does not answer";
  world.engine().define<json::value>("throw", 1, [secret](Context&, json::value) { return throw_outside(secret); });
  world.engine().work();
  const RunView end = world.wait(world.start("throw"));
  EXPECT_EQ(end.error.value_or(Failure{}).message.find("hunter2"), std::string::npos);
}

CONFORMANCE_TEST(Text, NamesAndKeysThatAreNoTextAreRefused) {
  World world(scratch);
  world.engine().define<json::value>("say", 1, [](Context& run, json::value) { return say(run, "hello"); });
  const auto refused = [&](StartOptions options) {
    options.tenant = kTenant;
    return error_of([&] { world.runtime.run(world.engine().start("say", nullptr, options)); }).code();
  };
  EXPECT_EQ(refused({.idempotency_key = "a\xff"}), ErrorCode::invalid_argument);
  EXPECT_EQ(refused({.idempotency_key = std::string("a\0b", 3)}), ErrorCode::invalid_argument);
  EXPECT_EQ(refused({.limit_key = "a\xff"}), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { world.start("say", "caf\xe9"); }).code(), ErrorCode::invalid_argument);
  const RunId run = world.start("say");
  EXPECT_EQ(error_of([&] { world.signal(run, "a\xff", nullptr); }).code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tenon::durable
