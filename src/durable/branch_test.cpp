#include <atomic>
#include <future>

#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::World;

Task<std::int64_t> line(Context run, std::int64_t number, std::shared_future<void> gate, std::atomic<int>& calls) {
  auto first = run.step("work", [number, gate, &calls] {
    if (number == 0) gate.wait();
    ++calls;
    return number * 10;
  });
  const std::int64_t ten = co_await std::move(first);
  auto second = run.step("more", [ten, &calls] {
    ++calls;
    return ten + 1;
  });
  const std::int64_t result = co_await std::move(second);
  if (number == 1) co_await run.signal<json::value>("go");
  co_return result;
}

Task<std::vector<std::int64_t>> lines(Context& run, std::shared_future<void> gate, std::atomic<int>& calls) {
  std::vector<Task<std::int64_t>> tasks;
  for (std::int64_t i = 0; i < 4; ++i) tasks.push_back(line(run.branch(fmt::format("line-{}", i)), i, gate, calls));
  const std::vector<std::int64_t> results = co_await run.all(std::move(tasks));
  co_return results;
}

CONFORMANCE_TEST(Branch, ConcurrentBranchesReplayWhateverTheOrderTheyEndedIn) {
  World world(scratch);
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  std::atomic<int> calls = 0;
  const auto code = [&](Context& run, json::value) { return lines(run, opened, calls); };
  world.engine().define<json::value>("lines", 1, code);
  world.engine().work();
  const RunId run = world.start("lines");
  gate.set_value();
  world.reach(run, RunState::waiting);
  EXPECT_EQ(calls, 8);
  world.restart().define<json::value>("lines", 1, code);
  world.engine().work();
  world.signal(run, "go", nullptr);
  EXPECT_EQ(from_json<std::vector<std::int64_t>>(*world.wait(run).output), (std::vector<std::int64_t>{1, 11, 21, 31}));
  EXPECT_EQ(calls, 8);
}

Task<void> noted(Context run, std::string name, std::shared_ptr<std::vector<std::string>> order) {
  auto step = run.step("note", [name, order] { order->push_back(name); });
  co_await std::move(step);
}

Task<void> ordered(Context& run, std::shared_ptr<std::vector<std::string>> order) {
  std::vector<Task<void>> tasks;
  for (const char* name : {"d", "b", "c", "a"}) tasks.push_back(noted(run.branch(name), name, order));
  std::vector<std::vector<std::size_t>> after = {{1, 2}, {2}, {3}, {}};
  co_await run.graph(std::move(tasks), std::move(after), 2);
}

CONFORMANCE_TEST(Branch, AGraphBeginsATaskWhenItsDependenciesHaveEnded) {
  World world(scratch);
  auto order = std::make_shared<std::vector<std::string>>();
  world.engine().define<json::value>("ordered", 1, [&](Context& run, json::value) { return ordered(run, order); });
  world.engine().work();
  EXPECT_EQ(world.wait(world.start("ordered")).state, RunState::completed);
  EXPECT_EQ(*order, (std::vector<std::string>{"a", "c", "b", "d"}));
}

Task<void> circle(Context& run) {
  std::vector<Task<void>> tasks;
  for (const char* name : {"a", "b"}) tasks.push_back(noted(run.branch(name), name, nullptr));
  std::vector<std::vector<std::size_t>> after = {{1}, {0}};
  co_await run.graph(std::move(tasks), std::move(after));
}

CONFORMANCE_TEST(Branch, AGraphWithACircleIsRefused) {
  World world(scratch);
  world.engine().define<json::value>("circle", 1, [](Context& run, json::value) { return circle(run); });
  world.engine().work();
  EXPECT_EQ(world.wait(world.start("circle")).error->code, ErrorCode::invalid_argument);
}

Task<void> one_of_two_fails(Context& run, std::atomic<bool>& repaired, std::atomic<int>& calls) {
  std::vector<Task<void>> tasks;
  tasks.push_back(run.step("bad", [&] {
    ++calls;
    if (!repaired) throw Error(ErrorCode::unmet, "bad");
  }));
  tasks.push_back(run.step("good", [&] { ++calls; }));
  co_await run.all(std::move(tasks));
}

CONFORMANCE_TEST(Branch, AfterAFailureAmongSeveralOnlyTheFailedStepIsTriedAgain) {
  World world(scratch);
  std::atomic<bool> repaired = false;
  std::atomic<int> calls = 0;
  world.engine().define<json::value>("two", 1,
                                     [&](Context& run, json::value) { return one_of_two_fails(run, repaired, calls); });
  world.engine().work();
  const RunId run = world.start("two");
  EXPECT_EQ(world.wait(run).error->message, "bad");
  repaired = true;
  world.runtime.run(world.engine().retry(run));
  EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(calls, 3);
}

// A branch that waits goes on as soon as it can, although another one still works.
Task<void> waits_then_opens(Context run, std::promise<void>& gate) {
  co_await run.signal<json::value>("go");
  auto open = run.step("open", [&] { gate.set_value(); });
  co_await std::move(open);
}
Task<void> works_until(Context run, std::shared_future<void> gate) {
  auto step = run.step("work", [gate] { gate.wait(); });
  co_await std::move(step);
}
Task<void> two_branches(Context& run, std::promise<void>& gate, std::shared_future<void> opened) {
  std::vector<Task<void>> tasks;
  tasks.push_back(waits_then_opens(run.branch("waiting"), gate));
  tasks.push_back(works_until(run.branch("working"), opened));
  co_await run.all(std::move(tasks));
}

CONFORMANCE_TEST(Branch, ASignalReachesABranchWhileAnotherOneWorks) {
  World world(scratch);
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  world.engine().define<json::value>("two", 1,
                                     [&](Context& run, json::value) { return two_branches(run, gate, opened); });
  world.engine().work();
  const RunId run = world.start("two");
  world.reach(run, RunState::running);
  world.signal(run, "go", nullptr);
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

}  // namespace
}  // namespace tenon::durable
