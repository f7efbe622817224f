// Workers that die, and workers that were only thought dead.
#include <atomic>

#include "durable/testing/gate.h"
#include "durable/testing/lost_worker.h"
#include "durable/testing/test_clock.h"
#include "durable/worker_table.h"

namespace tenon::durable {
namespace {

using testing::Gate;
using testing::kLongLease;
using testing::lose_worker;
using testing::TestClock;
using testing::World;

// The first attempt stands at the gate; whatever it returns then is too late.
Task<std::int64_t> slow_at_first(Context& run, Gate& gate) {
  auto step = run.step("slow", [&](const StepInfo& info) {
    if (info.attempt == 1) gate.pass();
    return info.attempt;
  });
  const std::int64_t attempt = co_await std::move(step);
  co_return attempt;
}

void define(Engine& engine, Gate& gate) {
  engine.define<json::value>("slow", 1, [&](Context& run, json::value) { return slow_at_first(run, gate); });
}

// Holds its connection; the writer of SQLite would hold up everybody who writes.
Task<void> keep_connection(Context& run, std::atomic<int>& begun) {
  auto step = run.store_step("keep", [&begun](store::Transaction& tx) {
    ++begun;
    store::query<std::string>(tx, "SELECT CAST(pg_sleep(3) AS TEXT)");
  });
  co_await std::move(step);
}

bool has_row(World& world, const std::string& worker) {
  return world.database->read_blocking([&](store::Transaction& tx) {
    return store::query_one<std::int64_t>(tx, "SELECT 1 FROM workers WHERE worker_id = :worker",
                                          store::named("worker", worker))
        .has_value();
  });
}

CONFORMANCE_TEST(Lease, AWorkerThatWasThoughtDeadRegistersAgainAndItsLateWritesAreRefused) {
  TestClock clock;
  Gate gate;
  World world(scratch, clock.clock());
  world.options.lease = Milliseconds(300);  // its heartbeat comes every 100 ms
  define(world.engine(), gate);
  world.engine().work();
  const RunId run = world.start("slow");
  gate.await();
  // What a rescue does, in one transaction.
  world.database->write_blocking([&](store::Transaction& tx) {
    store::execute(tx, "UPDATE workers SET lease_until = 0");
    for (LostRun& lost : take_lost(tx)) {
      ++lost.run.rescues;
      enter_ready(tx, {lost.run});
    }
  });
  EXPECT_TRUE(World::eventually([&] { return has_row(world, world.options.worker_id); }));
  EXPECT_EQ(world.wait(run).output, json::value(2));
  gate.open();
  world.engine().stop();
  const JournalEntry entry = world.journal(run).at(0);
  EXPECT_EQ(entry.attempt, 2);
  EXPECT_EQ(entry.result, json::value(2));
}

CONFORMANCE_TEST(Lease, AnotherWorkerFinishesTheRunsOfOneWhoseLeaseEnded) {
  TestClock clock;
  Gate gate;
  World world(scratch, clock.clock());
  world.options.lease = std::chrono::hours(1);  // no heartbeat within this test
  define(world.engine(), gate);
  world.engine().work();
  const RunId run = world.start("slow");
  gate.await();
  clock.advance(std::chrono::hours(1));
  Engine other(*world.database, world.runtime, {.worker_id = "other", .lease = kLongLease, .poll = Milliseconds(20)});
  define(other, gate);
  other.work();
  clock.advance(Milliseconds(1));
  EXPECT_EQ(world.runtime.run(other.wait(run)).output, json::value(2));
  gate.open();
  world.engine().stop();
  EXPECT_EQ(world.journal(run).at(0).worker_id, "other");
  other.stop();
}

Task<void> nothing(Context& run, std::atomic<int>& calls) {
  auto step = run.step("count", [&] { ++calls; });
  co_await std::move(step);
}

CONFORMANCE_TEST(Lease, ARescueDoesWhatWasAskedOfTheDeadWorker) {
  std::atomic<int> calls = 0;
  World world(scratch);
  world.engine().define<json::value>("nothing", 1, [&](Context& run, json::value) { return nothing(run, calls); });
  const RunId cancelled = world.start("nothing");
  const RunId paused = world.start("nothing");
  for (const RunId& run : {cancelled, paused}) lose_worker(world, run);
  world.runtime.run(world.engine().cancel(cancelled));
  world.runtime.run(world.engine().pause(paused));
  EXPECT_EQ(world.describe(cancelled).state, RunState::running);
  world.engine().work();
  EXPECT_EQ(world.wait(cancelled).state, RunState::cancelled);
  world.reach(paused, RunState::paused);
  EXPECT_EQ(calls, 0);
  world.runtime.run(world.engine().resume(paused));
  EXPECT_EQ(world.wait(paused).state, RunState::completed);
}

// A write that failed may leave a run with a worker that does not work at it; what was asked of it meanwhile counts.
CONFORMANCE_TEST(Lease, ARunThatItsWorkerDoesNotHaveIsGivenBackOrCancelled) {
  std::atomic<int> calls = 0;
  World world(scratch);
  world.options.lease = Milliseconds(150);  // its heartbeat comes every 50 ms
  world.engine().define<json::value>("nothing", 1, [&](Context& run, json::value) { return nothing(run, calls); });
  const RunId kept = world.start("nothing");
  const RunId cancelled = world.start("nothing");
  world.database->write_blocking([&](store::Transaction& tx) {
    register_worker(tx, world.options.worker_id, kLongLease);
    enter_leased(tx, store::query<OpenRun>(tx, R"(
      DELETE FROM ready_runs RETURNING run_id, tenant_id, rank, token + 1, rescues, limit_key, key_limit)"),
                 world.options.worker_id);
  });
  world.runtime.run(world.engine().cancel(cancelled));
  world.engine().work();
  world.reach(kept, RunState::completed);
  world.reach(cancelled, RunState::cancelled);
  EXPECT_EQ(calls, 1);
}

// ---- a cancellation that the worker has not heard of yet

Task<void> parent(Context& run, Gate& gate) {
  auto step = run.step("work", [&] { gate.pass(); });
  co_await std::move(step);
  co_await run.child<json::value>("child", json::value());
}
Task<void> waits(Context& run) { co_await run.signal<json::value>("never"); }

CONFORMANCE_TEST(Lease, AChildThatIsStartedAfterTheCancellationOfItsParentIsCancelledToo) {
  Gate gate;
  World world(scratch);
  world.options.lease = std::chrono::hours(1);  // no heartbeat within this test
  world.engine().define<json::value>("parent", 1, [&](Context& run, json::value) { return parent(run, gate); });
  world.engine().define<json::value>("child", 1, [](Context& run, json::value) { return waits(run); });
  world.engine().work();
  const RunId run = world.start("parent");
  gate.await();
  Engine elsewhere(*world.database, world.runtime, {.worker_id = "elsewhere"});
  world.runtime.run(elsewhere.cancel(run));
  gate.open();
  EXPECT_EQ(world.reach(run, RunState::cancelled).state, RunState::cancelled);
  const std::vector<RunView> children = world.runtime.run(world.engine().list({.parent = run}));
  for (const RunView& child : children) world.reach(child.run_id, RunState::cancelled);
}

CONFORMANCE_TEST(Lease, IsRenewedWhileStepsHoldEveryConnection) {
  if (scratch.dialect() == store::Dialect::sqlite) GTEST_SKIP() << "SQLite has one writer, whatever it is for";
  std::atomic<int> begun = 0;
  std::atomic<int> taken_up = 0;
  const auto count = [&taken_up](store::Transaction&, const Change& change) {
    if (change.kind == ChangeKind::run_started) ++taken_up;
  };
  World world(scratch);
  world.options.lease = Milliseconds(2'000);
  world.options.on_change = count;
  world.engine().define<json::value>("keep", 1, [&](Context& run, json::value) { return keep_connection(run, begun); });
  world.engine().work();
  const auto others = scratch.open();
  Engine other(*others, world.runtime,
               {.worker_id = "other", .lease = kLongLease, .poll = Milliseconds(20), .on_change = count});
  std::vector<RunId> runs;
  for (int i = 0; i < 4; ++i) runs.push_back(world.start("keep"));
  ASSERT_TRUE(World::eventually([&] { return begun == 4; }));
  other.define<json::value>("keep", 1, [&](Context& run, json::value) { return keep_connection(run, begun); });
  other.work();
  for (const RunId& run : runs) EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(begun, 4);
  EXPECT_EQ(taken_up, 4);
}

}  // namespace
}  // namespace tenon::durable
