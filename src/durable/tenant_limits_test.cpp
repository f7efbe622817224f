#include "durable/tenant_limits.h"

#include <cmath>
#include <limits>

#include "durable/testing/gate.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::Gate;
using testing::kTenant;
using testing::World;

// ---- the rate, by itself

Timestamp at(std::int64_t milliseconds) { return Timestamp(Milliseconds(milliseconds)); }

// Starts one by one whatever is allowed at each millisecond; says how many began until then.
class Starter {
 public:
  explicit Starter(Rate rate) : rate_(rate) {}

  std::size_t until(std::int64_t end) {
    for (; time_ <= end; ++time_) {
      while (allowed(rate_, next_, at(time_)) > 0) {
        next_ = after(rate_, next_, at(time_), 1);
        ++started_;
      }
    }
    return started_;
  }

 private:
  Rate rate_;
  Moment next_{};
  std::int64_t time_ = 1'000'000;
  std::size_t started_ = 0;
};

TEST(Rate, ABurstOfAPeriodIsFollowedByEvenlySpreadStarts) {
  Starter starter({.starts = 5, .period = Milliseconds(1'000)});
  EXPECT_EQ(starter.until(1'000'000), 5U);
  EXPECT_EQ(starter.until(1'000'199), 5U);
  EXPECT_EQ(starter.until(1'000'200), 6U);
  EXPECT_EQ(starter.until(1'000'400), 7U);
  EXPECT_EQ(starter.until(1'010'000), 55U);
}

TEST(Rate, APeriodThatTheNumberOfStartsDoesNotDivideIsStillFullyUsed) {
  Starter starter({.starts = 3, .period = Milliseconds(1'000)});
  EXPECT_EQ(starter.until(1'000'000), 3U);
  EXPECT_EQ(starter.until(1'060'000), 3U + 180U);
}

TEST(Rate, AboveOneAMillisecondItIsKeptWhetherStartsComeOneByOneOrTogether) {
  const Rate rate{.starts = 5'000, .period = Milliseconds(1'000)};
  Starter starter(rate);
  EXPECT_EQ(starter.until(1'000'000), 5'000U);
  EXPECT_EQ(starter.until(1'000'100), 5'000U + 500U);
  EXPECT_EQ(after(rate, Moment{}, at(1'000'000), 5'000), at(1'001'000));
  EXPECT_EQ(allowed(rate, at(1'001'000), at(1'000'002)), 10U);
}

TEST(Rate, TimeWithoutStartsIsNotSavedUpBeyondOneBurst) {
  const Rate rate{.starts = 5, .period = Milliseconds(1'000)};
  EXPECT_EQ(allowed(rate, at(0), at(1'000'000'000)), 5U);
}

// ---- of a tenant

TenantLimits round_trip(World& world, const TenantLimits& limits) {
  world.runtime.run(world.engine().set_limits(kTenant, limits));
  return world.runtime.run(world.engine().limits(kTenant));
}

CONFORMANCE_TEST(TenantLimits, AreKeptAndReplaced) {
  World world(scratch);
  EXPECT_EQ(world.runtime.run(world.engine().limits(kTenant)).weight, 1.0);
  const TenantLimits set =
      round_trip(world, {.weight = 2.5, .max_running = 3, .max_starts = 4, .per = Milliseconds(500)});
  EXPECT_EQ(set.weight, 2.5);
  EXPECT_EQ(set.max_running, 3);
  EXPECT_EQ(set.max_starts, 4);
  EXPECT_EQ(set.per, Milliseconds(500));
  EXPECT_EQ(round_trip(world, {}).max_running, std::nullopt);
}

CONFORMANCE_TEST(TenantLimits, ThatMeanNothingAreRefused) {
  World world(scratch);
  const std::vector<TenantLimits> meaningless = {{.weight = 0},
                                                 {.weight = -1},
                                                 {.weight = std::nan("")},
                                                 {.weight = std::numeric_limits<double>::infinity()},
                                                 {.max_running = 0},
                                                 {.max_starts = -1},
                                                 {.max_starts = 1, .per = Milliseconds(0)}};
  for (const TenantLimits& limits : meaningless) {
    EXPECT_EQ(error_of([&] { round_trip(world, limits); }).code(), ErrorCode::invalid_argument);
  }
  EXPECT_EQ(world.runtime.run(world.engine().limits(kTenant)).weight, 1.0);
}

struct Meter {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  std::atomic<int> all = 0;
  void count() {
    const int running = ++now;
    for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
    }
    ++all;
  }
};

Task<void> metered(Context& run, Meter& meter, Gate& gate) {
  auto step = run.step("work", [&] {
    meter.count();
    gate.pass();
    --meter.now;
  });
  co_await std::move(step);
}

CONFORMANCE_TEST(TenantLimits, MaxRunningHoldsForAllWorkersTogether) {
  Meter meter;
  Gate gate;
  World world(scratch);
  const auto code = [&](Context& run, json::value) { return metered(run, meter, gate); };
  world.engine().define<json::value>("metered", 1, code);
  Engine other(*world.database, world.runtime, {.worker_id = "other", .poll = Milliseconds(20)});
  other.define<json::value>("metered", 1, code);
  world.runtime.run(world.engine().set_limits(kTenant, {.max_running = 2}));
  world.engine().work();
  other.work();
  std::vector<RunId> runs;
  for (int i = 0; i < 20; ++i) runs.push_back(world.start("metered"));
  gate.await(2);
  EXPECT_EQ(world.runtime.run(world.engine().counts(kTenant)).running, 2);
  gate.open();
  for (const RunId& run : runs) world.reach(run, RunState::completed);
  other.stop();
  EXPECT_EQ(meter.most, 2);
  EXPECT_EQ(meter.all, 20);
}

// The end of a run makes room: nobody waits for the next poll.
CONFORMANCE_TEST(TenantLimits, ARunThatWaitedForRoomBeginsWhenThereIsSome) {
  Meter meter;
  Gate gate;
  World world(scratch);
  world.options.poll = Milliseconds(60'000);
  gate.open();
  world.engine().define<json::value>("metered", 1,
                                     [&](Context& run, json::value) { return metered(run, meter, gate); });
  world.runtime.run(world.engine().set_limits(kTenant, {.max_running = 1}));
  world.engine().work();
  std::vector<RunId> runs;
  // Each end is one chance to be missed by a claim that is just coming back.
  for (int i = 0; i < 200; ++i) runs.push_back(world.start("metered"));
  for (const RunId& run : runs) world.reach(run, RunState::completed);
  EXPECT_EQ(meter.most, 1);
}

}  // namespace
}  // namespace tenon::durable
