#include "durable/fork.h"

#include <atomic>

#include "durable/testing/gate.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::Gate;
using testing::kTenant;
using testing::World;

struct Calls {
  std::atomic<int> a = 0;
  std::atomic<int> b = 0;
  std::atomic<int> c = 0;
  std::atomic<bool> broken = false;
  Gate gate;  // before c
};

Task<std::string> alphabet(Context& run, Calls& calls) {
  auto a = run.step("a", [&] {
    ++calls.a;
    return std::string("a");
  });
  std::string text = co_await std::move(a);
  text += co_await run.signal<std::string>("letter");
  co_await run.publish("text", text);
  auto b = run.step("b", [&] {
    ++calls.b;
    return std::string("b");
  });
  text += co_await std::move(b);
  auto c = run.step("c", [&] {
    ++calls.c;
    calls.gate.pass();
    if (calls.broken) throw Error(ErrorCode::unmet, "no c");
    return std::string("c");
  });
  text += co_await std::move(c);
  co_return text;
}

void define(World& world, Calls& calls) {
  world.engine().define<json::value>("alphabet", 1, [&](Context& run, json::value) { return alphabet(run, calls); });
  world.engine().work();
}

RunId begun(World& world) {
  const RunId run = world.start("alphabet");
  world.signal(run, "letter", "-");
  return run;
}

RunId fork(World& world, const RunId& run, const std::string& step, StartOptions options = {}) {
  return world.runtime.run(world.engine().fork(run, step, std::move(options)));
}

CONFORMANCE_TEST(Fork, GoesOnFromAStepWithTheResultsBeforeIt) {
  Calls calls;
  World world(scratch);
  calls.gate.open();
  define(world, calls);
  const RunId origin = begun(world);
  EXPECT_EQ(world.wait(origin).output, json::value("a-bc"));
  const RunId forked = fork(world, origin, "b", {.priority = 3});
  const RunView view = world.wait(forked);
  EXPECT_EQ(view.output, json::value("a-bc"));
  EXPECT_EQ(view.forked_from, origin);
  EXPECT_EQ(view.priority, 3);
  EXPECT_EQ(calls.a, 1);
  EXPECT_EQ(calls.b, 2);
  EXPECT_EQ(calls.c, 2);
  EXPECT_EQ(world.runtime.run(world.engine().query(forked, "text")), json::value("a-"));
}

CONFORMANCE_TEST(Fork, FromTheFirstStepBeginsAnew) {
  Calls calls;
  World world(scratch);
  calls.gate.open();
  define(world, calls);
  const RunId origin = begun(world);
  world.wait(origin);
  const RunId forked = fork(world, origin, "a");
  world.reach(forked, RunState::waiting);
  EXPECT_EQ(world.runtime.run(world.engine().query(forked, "text")), std::nullopt);
  world.signal(forked, "letter", "+");
  EXPECT_EQ(world.wait(forked).output, json::value("a+bc"));
}

CONFORMANCE_TEST(Fork, OfAFailedRunTriesTheFailedStepAgainAndLeavesTheOldOne) {
  Calls calls;
  World world(scratch);
  calls.gate.open();
  calls.broken = true;
  define(world, calls);
  const RunId origin = begun(world);
  EXPECT_EQ(world.wait(origin).state, RunState::failed);
  calls.broken = false;
  EXPECT_EQ(world.wait(fork(world, origin, "c")).output, json::value("a-bc"));
  EXPECT_EQ(calls.b, 1);
  EXPECT_EQ(world.describe(origin).state, RunState::failed);
}

CONFORMANCE_TEST(Fork, OfARunningRunTakesWhatItHasStored) {
  Calls calls;
  World world(scratch);
  define(world, calls);
  const RunId origin = begun(world);
  calls.gate.await();
  const RunId forked = fork(world, origin, "c");
  calls.gate.await(2);
  EXPECT_EQ(calls.b, 1);
  calls.gate.open();
  EXPECT_EQ(world.wait(forked).output, json::value("a-bc"));
  EXPECT_EQ(world.wait(origin).output, json::value("a-bc"));
}

CONFORMANCE_TEST(Fork, OfAnUnknownStepOrRunStartsNothing) {
  Calls calls;
  World world(scratch);
  calls.gate.open();
  define(world, calls);
  const RunId origin = begun(world);
  world.wait(origin);
  EXPECT_EQ(error_of([&] { fork(world, origin, "d"); }).code(), ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { fork(world, RunId{"run_none"}, "a"); }).code(), ErrorCode::not_found);
  EXPECT_EQ(world.runtime.run(world.engine().list({})).size(), 1U);
}

CONFORMANCE_TEST(Fork, WithTheSameKeyOrIdIsTheSameRun) {
  Calls calls;
  World world(scratch);
  calls.gate.open();
  define(world, calls);
  const RunId origin = begun(world);
  world.wait(origin);
  const RunId by_key = fork(world, origin, "b", {.idempotency_key = "again"});
  EXPECT_EQ(fork(world, origin, "b", {.idempotency_key = "again"}), by_key);
  const RunId id = RunId::make();
  EXPECT_EQ(fork(world, origin, "b", {.run_id = id}), id);
  EXPECT_EQ(fork(world, origin, "b", {.run_id = id}), id);
  for (const RunId& run : {by_key, id}) EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(calls.b, 3);
}

// ---- branches, and names that come again

Task<void> counted(Context run, std::string name, std::atomic<int>& calls) {
  auto step = run.step(name, [&] { ++calls; });
  co_await std::move(step);
}

struct Pages {
  std::atomic<int> draft = 0;
  std::atomic<int> tests = 0;
  std::atomic<int> check = 0;
};

Task<void> site(Context& run, Pages& calls) {
  Context pages = run.branch("pages");
  co_await counted(pages, "draft", calls.draft);
  co_await counted(pages, "tests", calls.tests);
  co_await counted(run, "check", calls.check);
  co_await counted(run, "check", calls.check);
}

CONFORMANCE_TEST(Fork, NamesAStepAsTheJournalDoes) {
  Pages calls;
  World world(scratch);
  world.engine().define<json::value>("site", 1, [&](Context& run, json::value) { return site(run, calls); });
  world.engine().work();
  const RunId origin = world.start("site");
  world.wait(origin);
  EXPECT_EQ(world.wait(fork(world, origin, "pages/tests")).state, RunState::completed);
  EXPECT_EQ(calls.draft, 1);
  EXPECT_EQ(calls.tests, 2);
  EXPECT_EQ(calls.check, 4);
  EXPECT_EQ(world.wait(fork(world, origin, "check#2")).state, RunState::completed);
  EXPECT_EQ(calls.tests, 2);
  EXPECT_EQ(calls.check, 5);
}

Task<int> answer(Context& run, std::atomic<int>& calls) {
  auto step = run.step("answer", [&] { return 40 + ++calls; });
  const int result = co_await std::move(step);
  co_return result;
}
Task<int> asks(Context& run) {
  const int result = co_await run.child<int>("answer", json::value());
  auto last = run.step("last", [] {});
  co_await std::move(last);
  co_return result;
}

CONFORMANCE_TEST(Fork, KeepsTheResultOfAChildThatEndedBefore) {
  std::atomic<int> calls = 0;
  World world(scratch);
  world.engine().define<json::value>("answer", 1, [&](Context& run, json::value) { return answer(run, calls); });
  world.engine().define<json::value>("asks", 1, [](Context& run, json::value) { return asks(run); });
  world.engine().work();
  const RunId origin = world.start("asks");
  EXPECT_EQ(world.wait(origin).output, json::value(41));
  EXPECT_EQ(world.wait(fork(world, origin, "last")).output, json::value(41));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace tenon::durable
