#include "durable/engine.h"

#include <atomic>
#include <future>
#include <thread>

#include "core/guarded.h"
#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable {
namespace {

using testing::kTenant;
using testing::World;

struct Order {
  std::string item;
  std::int64_t count = 1;
  bool operator==(const Order&) const = default;
};
BOOST_DESCRIBE_STRUCT(Order, (), (item, count))

template <class F>
Error error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorCode::internal, "");
}

// ---- steps and outcomes

struct Counts {
  std::atomic<int> first = 0;
  std::atomic<int> second = 0;
};

Task<Order> two_steps(Context& run, Counts& counts, Order order) {
  auto first = run.step("first", [&] {
    ++counts.first;
    return Order{order.item + "!", order.count + 1};
  });
  const Order changed = co_await std::move(first);
  auto second = run.step("second", [&](const StepInfo& info) -> Task<std::string> {
    ++counts.second;
    return [](std::string key) -> Task<std::string> { co_return key; }(info.idempotency_key);
  });
  const std::string key = co_await std::move(second);
  EXPECT_EQ(key, run.run_id().text + "::second:1");
  co_return changed;
}

CONFORMANCE_TEST(Engine, RunsStepsAndStoresTheOutcome) {
  World world(scratch);
  Counts counts;
  world.engine().define<Order>("order", 1, [&](Context& run, Order order) { return two_steps(run, counts, order); });
  world.engine().work();
  const RunId run = world.start("order", to_json(Order{"tea", 1}));
  const RunView view = world.wait(run);
  EXPECT_EQ(view.state, RunState::completed);
  EXPECT_EQ(from_json<Order>(*view.output), (Order{"tea!", 2}));
  const auto journal = world.journal(run);
  ASSERT_EQ(journal.size(), 2U);
  EXPECT_EQ(journal[0].name, "first");
  EXPECT_EQ(journal[1].state, StepState::completed);
  EXPECT_EQ(counts.first + counts.second, 2);
}

CONFORMANCE_TEST(Engine, TheSameKeyWithTheSameInputIsTheSameRun) {
  World world(scratch);
  Counts counts;
  world.engine().define<Order>("order", 1, [&](Context& run, Order order) { return two_steps(run, counts, order); });
  const json::value input = to_json(Order{"tea", 1});
  const RunId run = world.start("order", input, "key-1");
  EXPECT_EQ(world.start("order", input, "key-1"), run);
  EXPECT_EQ(error_of([&] { world.start("order", to_json(Order{"tea", 2}), "key-1"); }).code(), ErrorCode::conflict);
  EXPECT_EQ(error_of([&] { world.start("unheard", input); }).code(), ErrorCode::invalid_argument);
}

Task<void> sequence(Context& run, std::atomic<int>& calls, std::string wait_for) {
  for (int i = 0; i < 3; ++i) {
    auto step = run.step("same name", [&] { return ++calls; });
    const int value = co_await std::move(step);
    EXPECT_EQ(value, i + 1);
  }
  const Order signal = co_await run.signal<Order>(wait_for);
  EXPECT_EQ(signal.item, "tea");
  auto last = run.step("last", [&] { ++calls; });
  co_await std::move(last);
}

CONFORMANCE_TEST(Engine, AParkedRunIsRebuiltByReplayInAnotherProcess) {
  World world(scratch);
  std::atomic<int> calls = 0;
  const auto code = [&](Context& run, std::string name) { return sequence(run, calls, name); };
  world.engine().define<std::string>("sequence", 1, code);
  world.engine().work();
  const RunId run = world.start("sequence", "go");
  const RunView parked = world.reach(run, RunState::waiting);
  EXPECT_EQ(parked.waits_for, std::vector<std::string>{"signal go"});
  world.restart().define<std::string>("sequence", 1, code);
  world.signal(run, "go", to_json(Order{"tea", 1}));
  world.engine().work();
  EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(calls, 4);
}

CONFORMANCE_TEST(Engine, ASignalMayComeBeforeTheWait) {
  World world(scratch);
  std::atomic<int> calls = 0;
  world.engine().define<std::string>("sequence", 1,
                                     [&](Context& run, std::string name) { return sequence(run, calls, name); });
  const RunId run = world.start("sequence", "go");
  world.signal(run, "go", to_json(Order{"tea", 1}));
  world.engine().work();
  EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(error_of([&] { world.signal(run, "go", nullptr); }).code(), ErrorCode::conflict);
  EXPECT_EQ(error_of([&] { world.signal(RunId{"run_none"}, "go", nullptr); }).code(), ErrorCode::not_found);
}

Task<std::vector<std::int64_t>> take_three(Context& run) {
  std::vector<std::int64_t> taken;
  for (int i = 0; i < 3; ++i) {
    const auto value = co_await run.signal<std::int64_t>("number");
    taken.push_back(value);
  }
  co_return taken;
}

CONFORMANCE_TEST(Engine, SignalsAreTakenOnceInTheirOrder) {
  World world(scratch);
  world.engine().define<json::value>("three", 1, [](Context& run, json::value) { return take_three(run); });
  world.engine().work();
  const RunId run = world.start("three");
  for (int i = 1; i <= 3; ++i) world.signal(run, "number", i);
  EXPECT_EQ(from_json<std::vector<std::int64_t>>(*world.wait(run).output), (std::vector<std::int64_t>{1, 2, 3}));
}

// ---- failures

Task<void> failing(Context& run, ErrorCode code, std::atomic<int>& calls, std::atomic<bool>& repaired) {
  StepOptions options;
  options.retry.base = Milliseconds(1);
  auto before = run.step("before", [&] { ++calls; });
  co_await std::move(before);
  auto body = [&] {
    ++calls;
    if (!repaired) throw Error(code, "it broke", "mend it");
  };
  auto broken = run.step("broken", body, options);
  co_await std::move(broken);
}

CONFORMANCE_TEST(Engine, ARetryableFailureIsRetriedThenFailsTheRun) {
  World world(scratch);
  std::atomic<int> calls = 0;
  std::atomic<bool> repaired = false;
  world.engine().define<json::value>(
      "failing", 1, [&](Context& run, json::value) { return failing(run, ErrorCode::unavailable, calls, repaired); });
  world.engine().work();
  const RunId run = world.start("failing");
  const RunView view = world.wait(run);
  EXPECT_EQ(view.state, RunState::failed);
  EXPECT_EQ(*view.error, (Failure{ErrorCode::unavailable, "it broke", "mend it"}));
  EXPECT_EQ(calls, 1 + 3);
}

CONFORMANCE_TEST(Engine, ARetriedRunKeepsItsResultsAndTriesTheFailedStepAgain) {
  World world(scratch);
  std::atomic<int> calls = 0;
  std::atomic<bool> repaired = false;
  world.engine().define<json::value>("failing", 1, [&](Context& run, json::value) {
    return failing(run, ErrorCode::invalid_argument, calls, repaired);
  });
  world.engine().work();
  const RunId run = world.start("failing");
  EXPECT_EQ(world.wait(run).state, RunState::failed);
  EXPECT_EQ(calls, 2);
  repaired = true;
  world.runtime.run(world.engine().retry(run));
  EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(error_of([&] { world.runtime.run(world.engine().retry(run)); }).code(), ErrorCode::conflict);
}

Task<std::string> handling(Context& run, std::atomic<int>& calls, std::atomic<bool>& repaired) {
  std::string caught;
  try {
    auto first = run.step("first", [&]() -> int {
      ++calls;
      throw Error(ErrorCode::unmet, "no");
    });
    co_await std::move(first);
  } catch (const Error& error) {
    caught = error.what();
  }
  auto second = run.step("second", [&] {
    if (!repaired) throw Error(ErrorCode::unmet, "neither");
  });
  co_await std::move(second);
  co_return caught;
}

CONFORMANCE_TEST(Engine, AFailureThatTheWorkflowHandledStaysWhenTheRunIsRetried) {
  World world(scratch);
  std::atomic<int> calls = 0;
  std::atomic<bool> repaired = false;
  world.engine().define<json::value>("handling", 1,
                                     [&](Context& run, json::value) { return handling(run, calls, repaired); });
  world.engine().work();
  const RunId run = world.start("handling");
  EXPECT_EQ(world.wait(run).error->message, "neither");
  repaired = true;
  world.runtime.run(world.engine().retry(run));
  EXPECT_EQ(world.wait(run).output, json::value("no"));
  EXPECT_EQ(calls, 1);
}

Task<void> asks_for(Context& run, std::string name) {
  auto step = run.step(name, [] {});
  co_await std::move(step);
  co_await run.signal<json::value>("go");
}

CONFORMANCE_TEST(Engine, AJournalThatDiffersFromTheCodeIsAnErrorNamingBoth) {
  World world(scratch);
  world.engine().define<json::value>("changing", 1, [](Context& run, json::value) { return asks_for(run, "old"); });
  world.engine().work();
  const RunId run = world.start("changing");
  world.reach(run, RunState::waiting);
  world.restart().define<json::value>("changing", 1, [](Context& run, json::value) { return asks_for(run, "new"); });
  world.signal(run, "go", nullptr);
  world.engine().work();
  const RunView view = world.wait(run);
  EXPECT_EQ(view.error->code, ErrorCode::conflict);
  EXPECT_NE(view.error->message.find("'old'"), std::string::npos);
  EXPECT_NE(view.error->message.find("'new'"), std::string::npos);
}

CONFORMANCE_TEST(Engine, ARunOfAnUnknownWorkflowIsParkedUntilSomebodyKnowsIt) {
  World world(scratch);
  world.engine().define<json::value>("changing", 2, [](Context& run, json::value) { return asks_for(run, "step"); });
  const RunId run = world.start("changing");
  world.restart().define<json::value>("changing", 1, [](Context& run, json::value) { return asks_for(run, "step"); });
  world.engine().work();
  const RunView parked = world.reach(run, RunState::parked);
  EXPECT_EQ(parked.reason, "This program does not know version 2 of the workflow 'changing'.");
  world.restart().define<json::value>("changing", 2, [](Context& run, json::value) { return asks_for(run, "step"); });
  world.signal(run, "go", nullptr);
  world.engine().work();
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

// ---- store-only steps

std::int64_t count_projects(store::Transaction& tx) {
  return *store::query_one<std::int64_t>(tx, "SELECT count(*) FROM projects");
}

void add_project(store::Transaction& tx, const std::string& id) {
  store::execute(tx, R"(
    INSERT INTO projects (project_id, tenant_id, name, slug, goal, repository_path, created_at)
    VALUES (:id, 'ten_1', 'name', :id, 'goal', 'path', 0))",
                 store::named("id", id));
}

Task<std::int64_t> storing(Context& run) {
  co_await run.store_step("add", [](store::Transaction& tx) { add_project(tx, "prj_1"); });
  std::string failed;
  try {
    co_await run.store_step("add again", [](store::Transaction& tx) {
      add_project(tx, "prj_2");
      add_project(tx, "prj_1");
    });
  } catch (const Error& error) {
    failed = to_string(error.code());
  }
  EXPECT_EQ(failed, "conflict");
  const auto count = co_await run.store_step("count", [](store::Transaction& tx) { return count_projects(tx); });
  co_return count;
}

CONFORMANCE_TEST(Engine, AStoreStepCommitsWithItsResultAndRollsBackWithItsFailure) {
  World world(scratch);
  world.engine().define<json::value>("storing", 1, [](Context& run, json::value) { return storing(run); });
  world.engine().work();
  EXPECT_EQ(from_json<std::int64_t>(*world.wait(world.start("storing")).output), 1);
}

// ---- at the same time

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

CONFORMANCE_TEST(Engine, ConcurrentBranchesReplayWhateverTheOrderTheyEndedIn) {
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

CONFORMANCE_TEST(Engine, AGraphBeginsATaskWhenItsDependenciesHaveEnded) {
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

CONFORMANCE_TEST(Engine, AGraphWithACircleIsRefused) {
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

CONFORMANCE_TEST(Engine, AfterAFailureAmongSeveralOnlyTheFailedStepIsTriedAgain) {
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

CONFORMANCE_TEST(Engine, ASignalReachesABranchWhileAnotherOneWorks) {
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

// ---- timers, children, cancellation

Task<void> sleeper(Context& run) {
  co_await run.sleep_for(Milliseconds(60'000));
  co_await run.sleep_until(Timestamp(Milliseconds(0)));
}

CONFORMANCE_TEST(Engine, ATimerFiresByTheTimeOfTheDatabase) {
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

CONFORMANCE_TEST(Engine, AParentGetsTheResultsOfItsChildren) {
  World world(scratch);
  std::atomic<bool> repaired = true;
  define_family(world, repaired);
  world.engine().work();
  const RunView view = world.wait(world.start("sum", to_json(std::vector<std::int64_t>{1, 2, 3, 4})));
  EXPECT_EQ(from_json<std::int64_t>(*view.output), 20);
  EXPECT_EQ(world.runtime.run(world.engine().list({.workflow = "double"})).size(), 4U);
}

CONFORMANCE_TEST(Engine, AChildsFailureFailsTheParentAndIsRetriedWithIt) {
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

CONFORMANCE_TEST(Engine, CancellationReachesARunningStepAndTheRunEndsCancelled) {
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

CONFORMANCE_TEST(Engine, CancellingAParkedParentCancelsItsChildren) {
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

// ---- leases

Task<int> interrupted(Context& run, std::promise<void>& started, std::atomic<int>& calls) {
  auto step = run.step("long", [&](const StepInfo& info) {
    if (++calls > 1) return static_cast<int>(info.attempt);
    started.set_value();
    std::promise<void> asked;
    std::stop_callback callback(info.stop, [&] { asked.set_value(); });
    asked.get_future().wait();
    throw Error(ErrorCode::cancelled, "stopped");
  });
  const int attempt = co_await std::move(step);
  co_return attempt;
}

CONFORMANCE_TEST(Engine, StoppingHandsRunsBackWithoutFailingThem) {
  World world(scratch);
  std::promise<void> started;
  std::atomic<int> calls = 0;
  const auto code = [&](Context& run, json::value) { return interrupted(run, started, calls); };
  world.engine().define<json::value>("interrupted", 1, code);
  world.engine().work();
  const RunId run = world.start("interrupted");
  started.get_future().wait();
  world.engine().stop();
  EXPECT_EQ(world.describe(run).state, RunState::ready);
  world.restart().define<json::value>("interrupted", 1, code);
  world.engine().work();
  EXPECT_EQ(world.wait(run).output, json::value(2));
}

Task<int> held(Context& run, std::promise<void>& started, std::shared_future<void> gate, std::atomic<int>& calls) {
  auto step = run.step("long", [&, gate] {
    if (++calls == 1) {
      started.set_value();
      gate.wait();
      return 1;
    }
    return 2;
  });
  const int which = co_await std::move(step);
  co_return which;
}

CONFORMANCE_TEST(Engine, TheLateWriteOfAWorkerThatLostItsLeaseIsRefused) {
  std::atomic<std::int64_t> time = 1'000'000;
  World world(scratch, [&] { return Timestamp(Milliseconds(time.load())); });
  std::promise<void> started;
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  std::atomic<int> calls = 0;
  const auto code = [&](Context& run, json::value) { return held(run, started, opened, calls); };
  world.options.lease = Milliseconds(3'600'000);  // no heartbeat within this test
  world.engine().define<json::value>("held", 1, code);
  world.engine().work();
  const RunId run = world.start("held");
  started.get_future().wait();
  time += 3'600'001;
  Engine other(*world.database, world.runtime, {.worker_id = "other", .poll = Milliseconds(20)});
  other.define<json::value>("held", 1, code);
  other.work();
  const RunView view = world.runtime.run(other.wait(run));
  EXPECT_EQ(view.output, json::value(2));
  EXPECT_EQ(view.rescues, 0);  // of the open run; the row is gone
  gate.set_value();
  world.engine().stop();
  other.stop();
  EXPECT_EQ(world.runtime.run(other.describe(run)).output, json::value(2));
  EXPECT_EQ(world.runtime.run(other.journal(run))[0].attempt, 2);
}

CONFORMANCE_TEST(Engine, ASoleOwnerTakesBackTheRunsOfADeadProcessAtOnce) {
  World world(scratch);
  std::atomic<int> calls = 0;
  const auto code = [&](Context& run, std::string name) { return sequence(run, calls, name); };
  world.engine().define<std::string>("sequence", 1, code);
  const RunId run = world.start("sequence", "go");
  world.signal(run, "go", to_json(Order{"tea", 1}));
  world.database->write_blocking([](store::Transaction& tx) {
    store::execute(tx, R"(
      UPDATE open_runs SET place = 'leased', worker_id = 'dead', token = 7, lease_until = 9999999999999)");
  });
  world.options.sole_owner = true;
  world.restart().define<std::string>("sequence", 1, code);
  world.engine().work();
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

CONFORMANCE_TEST(Engine, ManyRunsOnTwoEnginesEndOnceEach) {
  World world(scratch);
  std::atomic<int> calls = 0;
  const auto code = [&](Context& run, std::int64_t number) {
    static std::atomic<bool> repaired = true;
    ++calls;
    return doubled(run, number, repaired);
  };
  world.engine().define<std::int64_t>("double", 1, code);
  Engine other(*world.database, world.runtime, {.worker_id = "other", .poll = Milliseconds(20)});
  other.define<std::int64_t>("double", 1, code);
  world.engine().work();
  other.work();
  std::vector<RunId> runs;
  for (std::int64_t i = 0; i < 60; ++i) runs.push_back(world.start("double", i));
  for (const RunId& run : runs) EXPECT_EQ(world.wait(run).state, RunState::completed);
  other.stop();
  EXPECT_EQ(calls, 60);
}

// ---- observing

CONFORMANCE_TEST(Engine, EveryChangeIsToldInItsTransaction) {
  World world(scratch);
  Counts counts;
  auto kinds = std::make_shared<Guarded<std::vector<ChangeKind>>>();
  world.options.on_change = [kinds](store::Transaction& tx, const Change& change) {
    tx.after_commit([kinds, kind = change.kind] { kinds->with([&](auto& all) { all.push_back(kind); }); });
  };
  world.engine().define<Order>("order", 1, [&](Context& run, Order order) { return two_steps(run, counts, order); });
  world.engine().work();
  world.wait(world.start("order", to_json(Order{"tea", 1})));
  using enum ChangeKind;
  EXPECT_EQ(kinds->with([](const auto& all) { return all; }),
            (std::vector<ChangeKind>{run_created, run_started, step_started, step_completed, step_started,
                                     step_completed, run_completed}));
}

CONFORMANCE_TEST(Engine, APayloadBeyondTheLimitIsRefused) {
  World world(scratch);
  world.options.max_payload_bytes = 100;
  Counts counts;
  world.engine().define<Order>("order", 1, [&](Context& run, Order order) { return two_steps(run, counts, order); });
  const auto large = [&] { world.start("order", to_json(Order{std::string(200, 'x'), 1})); };
  EXPECT_EQ(error_of(large).code(), ErrorCode::invalid_argument);
}

RUN_CONFORMANCE_TESTS_ON_POSTGRESQL()

}  // namespace
}  // namespace tenon::durable
