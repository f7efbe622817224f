#include "durable/retention.h"

#include "durable/testing/test_clock.h"
#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::kLongLease;
using testing::kTenant;
using testing::TestClock;
using testing::World;

using std::chrono::hours;

const TenantId kOther{"ten_2"};

Task<void> leaves_traces(Context& run) {
  auto step = run.step("step", [] {});
  co_await std::move(step);
  co_await run.publish("value", std::string("kept"));
  co_await run.signal<json::value>("go");
}
Task<void> parent(Context& run) { co_await run.child<json::value>("traces", json::value()); }
Task<void> waits_after(Context& run) {
  co_await run.child<json::value>("traces", json::value());
  co_await run.signal<json::value>("go");
}

// The clock stands still but for what the test says.
struct History {
  explicit History(const store::testing::Scratch& scratch) : world(scratch, clock.clock()) {
    world.options.lease = kLongLease;
    world.engine().define<json::value>("traces", 1, [](Context& run, json::value) { return leaves_traces(run); });
    world.engine().define<json::value>("parent", 1, [](Context& run, json::value) { return parent(run); });
    world.engine().define<json::value>("waits after", 1, [](Context& run, json::value) { return waits_after(run); });
    world.engine().work();
  }

  RunId ended(const TenantId& tenant = kTenant) {
    const RunId run = world.runtime.run(world.engine().start("traces", nullptr, {.tenant = tenant}));
    world.signal(run, "go", nullptr);
    EXPECT_EQ(world.wait(run).state, RunState::completed);
    return run;
  }
  std::int64_t apply(Retention retention) {
    world.runtime.run(world.engine().set_retention(kTenant, retention));
    return world.runtime.run(world.engine().apply_retention(kTenant));
  }
  bool is_there(const RunId& run) {
    return world.database->read_blocking([&](store::Transaction& tx) {
      return store::query_one<std::int64_t>(tx, "SELECT 1 FROM runs WHERE run_id = :run", store::named("run", run))
          .has_value();
    });
  }
  RunId child_of(const RunId& run) { return world.runtime.run(world.engine().list({.parent = run})).at(0).run_id; }

  TestClock clock;
  World world;
};

CONFORMANCE_TEST(Retention, ByAgeSinceTheEnd) {
  History history(scratch);
  const RunId old = history.ended();
  history.clock.advance(hours(2));
  const RunId young = history.ended();
  EXPECT_EQ(history.apply({.max_age = hours(3)}), 0);
  EXPECT_EQ(history.apply({.max_age = hours(1)}), 1);
  EXPECT_FALSE(history.is_there(old));
  EXPECT_TRUE(history.is_there(young));
}

CONFORMANCE_TEST(Retention, ByCountTheOldestGo) {
  History history(scratch);
  std::vector<RunId> runs;
  for (int i = 0; i < 5; ++i) runs.push_back(history.ended());
  EXPECT_EQ(history.apply({.max_count = 5}), 0);
  EXPECT_EQ(history.apply({.max_count = 2}), 3);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(history.is_there(runs[i]), i >= 3);
  EXPECT_EQ(history.apply({.max_count = 0}), 2);
}

CONFORMANCE_TEST(Retention, WhateverOfAgeAndCountSaysSo) {
  History history(scratch);
  const RunId old = history.ended();
  history.clock.advance(hours(2));
  const RunId surplus = history.ended();
  const RunId kept = history.ended();
  EXPECT_EQ(history.apply({.max_age = hours(1), .max_count = 1}), 2);
  EXPECT_FALSE(history.is_there(old));
  EXPECT_FALSE(history.is_there(surplus));
  EXPECT_TRUE(history.is_there(kept));
}

CONFORMANCE_TEST(Retention, WithoutARuleEverythingStays) {
  History history(scratch);
  history.ended();
  EXPECT_EQ(history.world.runtime.run(history.world.engine().apply_retention(kTenant)), 0);
  EXPECT_EQ(history.apply({}), 0);
  EXPECT_EQ(error_of([&] { history.apply({.max_count = -1}); }).code(), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { history.apply({.max_age = Milliseconds(-1)}); }).code(), ErrorCode::invalid_argument);
}

std::int64_t rows_of(History& history, const RunId& run) {
  return history.world.database->read_blocking([&](store::Transaction& tx) {
    return *store::query_one<std::int64_t>(tx, R"(
      SELECT (SELECT count(*) FROM steps WHERE run_id = :run) + (SELECT count(*) FROM signals WHERE run_id = :run)
        + (SELECT count(*) FROM run_values WHERE run_id = :run) + (SELECT count(*) FROM waits WHERE run_id = :run))",
                                           store::named("run", run));
  });
}

CONFORMANCE_TEST(Retention, JournalSignalsAndValuesGoWithTheRunAndOnlyThese) {
  History history(scratch);
  const RunId gone = history.ended();
  const RunId kept = history.ended();
  EXPECT_EQ(rows_of(history, gone), 5);
  EXPECT_EQ(history.apply({.max_count = 1}), 1);
  EXPECT_EQ(rows_of(history, gone), 0);
  EXPECT_EQ(rows_of(history, kept), 5);
}

CONFORMANCE_TEST(Retention, OfOneTenantDoesNotTouchAnother) {
  History history(scratch);
  const RunId other = history.ended(kOther);
  history.ended();
  EXPECT_EQ(history.apply({.max_count = 0}), 1);
  EXPECT_TRUE(history.is_there(other));
}

// ---- what is needed stays

CONFORMANCE_TEST(Retention, AnOpenRunStaysWithAllItHas) {
  History history(scratch);
  const RunId open = history.world.start("traces");
  history.world.reach(open, RunState::waiting);
  history.clock.advance(hours(100));
  EXPECT_EQ(history.apply({.max_age = hours(1), .max_count = 0}), 0);
  history.world.signal(open, "go", nullptr);
  EXPECT_EQ(history.world.wait(open).state, RunState::completed);
}

CONFORMANCE_TEST(Retention, AChildStaysAsLongAsItsParentIsOpen) {
  History history(scratch);
  const RunId open = history.world.start("waits after");
  history.world.reach(open, RunState::waiting);
  const RunId child = history.child_of(open);
  history.world.signal(child, "go", nullptr);
  history.world.wait(child);
  EXPECT_TRUE(World::eventually(
      [&] { return history.world.describe(open).waits_for == std::vector<std::string>{"signal go"}; }));
  EXPECT_EQ(history.apply({.max_count = 0}), 0);
  history.world.signal(open, "go", nullptr);
  history.world.wait(open);
  EXPECT_EQ(history.apply({.max_count = 0}), 2);
}

CONFORMANCE_TEST(Retention, AParentStaysAsLongAsAChildIsOpen) {
  History history(scratch);
  const RunId run = history.world.start("parent");
  history.world.reach(run, RunState::waiting);
  const RunId child = history.child_of(run);
  history.world.reach(child, RunState::waiting);
  // As a rescue or an older program may leave it.
  history.world.database->write_blocking([&](store::Transaction& tx) {
    using store::named;
    store::execute(tx, "DELETE FROM waits WHERE run_id = :run", named("run", run));
    store::execute(tx, "DELETE FROM waiting_runs WHERE run_id = :run", named("run", run));
    store::execute(tx, R"(
      UPDATE runs SET outcome = 'cancelled', finished_at = 0, last_token = 1000 WHERE run_id = :run)",
                   named("run", run));
  });
  EXPECT_EQ(history.apply({.max_count = 0}), 0);
  history.world.runtime.run(history.world.engine().cancel(child));
  EXPECT_EQ(history.apply({.max_count = 0}), 2);
}

CONFORMANCE_TEST(Retention, AnOriginStaysAsLongAsAForkIsOpen) {
  History history(scratch);
  const RunId origin = history.ended();
  const RunId fork = history.world.runtime.run(history.world.engine().fork(origin, "go"));
  history.world.reach(fork, RunState::waiting);
  EXPECT_EQ(history.apply({.max_count = 0}), 0);
  history.world.runtime.run(history.world.engine().cancel(fork));
  EXPECT_EQ(history.apply({.max_count = 0}), 2);
}

CONFORMANCE_TEST(Retention, ManyRunsGoInBatches) {
  History history(scratch);
  history.world.engine().stop();
  history.world.restart().define<json::value>("traces", 1,
                                              [](Context& run, json::value) { return leaves_traces(run); });
  history.world.runtime.run(history.world.engine().start_many(
      std::vector<StartRequest>(2'000, {.workflow = "traces", .input = nullptr, .options = {.tenant = kTenant}})));
  history.world.database->write_blocking([](store::Transaction& tx) {
    store::execute(tx, "DELETE FROM ready_runs");
    store::execute(tx, "UPDATE runs SET outcome = 'cancelled', finished_at = 0");
  });
  EXPECT_EQ(history.apply({.max_count = 100}), 1'900);
  EXPECT_EQ(history.world.runtime.run(history.world.engine().list({.limit = 5'000})).size(), 100U);
}

}  // namespace
}  // namespace tenon::durable
