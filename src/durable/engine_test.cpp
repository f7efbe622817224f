#include "durable/engine.h"

#include <atomic>
#include <future>
#include <thread>

#include "core/guarded.h"
#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::kTenant;
using testing::World;

struct Order {
  std::string item;
  std::int64_t count = 1;
  bool operator==(const Order&) const = default;
};
BOOST_DESCRIBE_STRUCT(Order, (), (item, count))

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
    store::execute(tx, "INSERT INTO workers (worker_id, lease_until, started_at) VALUES ('dead', 9999999999999, 0)");
    store::execute(tx, R"(
      INSERT INTO leased_runs (run_id, tenant_id, rank, token, rescues, limit_key, key_limit, worker_id)
      SELECT run_id, tenant_id, rank, 7, rescues, limit_key, key_limit, 'dead' FROM ready_runs)");
    store::execute(tx, "DELETE FROM ready_runs");
  });
  world.options.sole_owner = true;
  world.restart().define<std::string>("sequence", 1, code);
  world.engine().work();
  EXPECT_EQ(world.wait(run).state, RunState::completed);
}

Task<void> counted(Context& run, std::atomic<int>& calls) {
  auto step = run.step("count", [&] { ++calls; });
  co_await std::move(step);
}

CONFORMANCE_TEST(Engine, ManyRunsOnTwoEnginesEndOnceEach) {
  World world(scratch);
  std::atomic<int> calls = 0;
  const auto code = [&](Context& run, json::value) { return counted(run, calls); };
  world.engine().define<json::value>("counted", 1, code);
  Engine other(*world.database, world.runtime, {.worker_id = "other", .poll = Milliseconds(20)});
  other.define<json::value>("counted", 1, code);
  world.engine().work();
  other.work();
  std::vector<RunId> runs;
  for (std::int64_t i = 0; i < 60; ++i) runs.push_back(world.start("counted", i));
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
