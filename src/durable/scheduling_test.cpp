// Which runs a worker takes up, and when.
#include <atomic>

#include "core/guarded.h"
#include "durable/testing/gate.h"
#include "durable/testing/lost_worker.h"
#include "durable/testing/test_clock.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::Gate;
using testing::kLongLease;
using testing::kTenant;
using testing::lose_worker;
using testing::TestClock;
using testing::World;

const TenantId kOther{"ten_2"};

using Order = Guarded<std::vector<std::string>>;

Task<void> noted(Context& run, std::string name, Order& order) {
  auto step = run.step("note", [&] { order.with([&](auto& names) { names.push_back(name); }); });
  co_await std::move(step);
}

RunId start(World& world, const std::string& workflow, json::value input, StartOptions options) {
  if (options.tenant.empty()) options.tenant = kTenant;
  return world.runtime.run(world.engine().start(workflow, std::move(input), std::move(options)));
}

CONFORMANCE_TEST(Scheduling, AHigherPriorityComesFirst) {
  Order order;
  World world(scratch);
  world.options.max_running = 1;
  world.engine().define<std::string>("noted", 1,
                                     [&](Context& run, std::string name) { return noted(run, name, order); });
  std::vector<RunId> runs;
  for (const auto& [name, priority] : {std::pair{"usual", 0}, {"low", -3}, {"high", 7}, {"second", 0}}) {
    runs.push_back(start(world, "noted", name, {.priority = priority}));
  }
  world.engine().work();
  for (const RunId& run : runs) EXPECT_EQ(world.wait(run).state, RunState::completed);
  EXPECT_EQ(order.with([](const auto& names) { return names; }),
            (std::vector<std::string>{"high", "usual", "second", "low"}));
  EXPECT_EQ(world.describe(runs[2]).priority, 7);
}

CONFORMANCE_TEST(Scheduling, ABacklogOfOneTenantDoesNotDelayTheFirstRunOfAnother) {
  Order order;
  World world(scratch);
  auto begun = std::make_shared<Guarded<std::vector<TenantId>>>();
  world.options.max_running = 8;
  world.options.on_change = [begun](store::Transaction& tx, const Change& change) {
    if (change.kind != ChangeKind::run_started) return;
    tx.after_commit([begun, tenant = change.tenant_id] { begun->with([&](auto& all) { all.push_back(tenant); }); });
  };
  world.engine().define<std::string>("noted", 1,
                                     [&](Context& run, std::string name) { return noted(run, name, order); });
  std::vector<StartRequest> backlog(2'000,
                                    {.workflow = "noted", .input = "one of many", .options = {.tenant = kOther}});
  world.runtime.run(world.engine().start_many(std::move(backlog)));
  const RunId run = start(world, "noted", "alone", {});
  world.engine().work();
  EXPECT_EQ(world.wait(run).state, RunState::completed);
  const std::vector<TenantId> tenants = begun->with([](const auto& all) { return all; });
  EXPECT_LT(std::ranges::find(tenants, kTenant) - tenants.begin(), 8);
}

CONFORMANCE_TEST(Scheduling, ARunBeginsNotBeforeItsTime) {
  TestClock clock;
  Order order;
  World world(scratch, clock.clock());
  world.options.lease = kLongLease;
  world.engine().define<std::string>("noted", 1,
                                     [&](Context& run, std::string name) { return noted(run, name, order); });
  world.engine().work();
  const RunId run = start(world, "noted", "later", {.not_before = clock.now() + Milliseconds(60'000)});
  const RunView waiting = world.describe(run);
  EXPECT_EQ(waiting.state, RunState::waiting);
  EXPECT_EQ(waiting.wake_at, clock.now() + Milliseconds(60'000));
  EXPECT_EQ(world.wait(start(world, "noted", "now", {})).state, RunState::completed);
  clock.advance(Milliseconds(60'000));
  world.reach(run, RunState::completed);
  EXPECT_EQ(order.with([](const auto& names) { return names; }), (std::vector<std::string>{"now", "later"}));
}

CONFORMANCE_TEST(Scheduling, ATenantsRateHoldsItBackAndNobodyElse) {
  TestClock clock;
  Order order;
  World world(scratch, clock.clock());
  world.options.lease = kLongLease;
  world.engine().define<std::string>("noted", 1,
                                     [&](Context& run, std::string name) { return noted(run, name, order); });
  world.runtime.run(world.engine().set_limits(kTenant, {.max_starts = 2, .per = Milliseconds(1'000)}));
  world.engine().work();
  std::vector<RunId> runs;
  for (int i = 0; i < 5; ++i) runs.push_back(start(world, "noted", "limited", {}));
  const auto completed = [&] {
    return std::ranges::count_if(runs, [&](const RunId& run) { return finished(world.describe(run).state); });
  };
  const auto expect_completed = [&](std::ptrdiff_t count) {
    EXPECT_TRUE(World::eventually([&] { return completed() >= count; }));
    // Others go on, and with them the claims.
    EXPECT_EQ(world.wait(start(world, "noted", "free", {.tenant = kOther})).state, RunState::completed);
    EXPECT_EQ(completed(), count);
  };
  expect_completed(2);
  clock.advance(Milliseconds(500));
  expect_completed(3);
  clock.advance(Milliseconds(1'000));
  expect_completed(5);
}

}  // namespace
}  // namespace tenon::durable
