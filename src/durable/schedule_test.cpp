#include "durable/schedule.h"

#include "durable/schedule_table.h"
#include "durable/testing/test_clock.h"
#include "durable/testing/world.h"

namespace tenon::durable {
namespace {

using testing::error_of;
using testing::kLongLease;
using testing::kTenant;
using testing::TestClock;
using testing::World;

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr Timestamp kNewYear = sys_days(2026y / 1 / 1);

Task<void> nothing(Context& run) {
  auto step = run.step("nothing", [] {});
  co_await std::move(step);
}

// Looks for what is due when the test says so. Its runs are not worked at: they are open until the test ends them.
class Scheduled {
 public:
  explicit Scheduled(const store::testing::Scratch& scratch)
      : world(scratch, clock.clock()),
        core_(std::make_shared<EngineCore>(*world.database, world.runtime, EngineOptions())) {
    const Workflow code = [](Context& run, json::value) { return context_detail::encoded(nothing(run)); };
    world.engine().define_json("tick", 1, code);
    core_->workflows["tick"][1] = code;
  }

  void put(Schedule schedule) { world.runtime.run(world.engine().put_schedule(std::move(schedule))); }
  ScheduleView view() { return world.runtime.run(world.engine().schedules(kTenant)).at(0); }
  void look() {
    world.database->write_blocking([&](store::Transaction& tx) { fire_due(tx, *core_); });
  }
  // To the time, and look.
  ScheduleView at(Timestamp time) {
    clock.set(time);
    look();
    return view();
  }
  void end_runs() {
    for (const RunView& run : runs()) world.runtime.run(world.engine().cancel(run.run_id));
  }
  std::vector<RunView> runs() { return world.runtime.run(world.engine().list({})); }

  TestClock clock{kNewYear + seconds(30)};
  World world;

 private:
  std::shared_ptr<EngineCore> core_;
};

Schedule every_minute(Overlap overlap = Overlap::skip) {
  return {.tenant_id = kTenant,
          .name = "often",
          .rule = "* * * * *",
          .workflow = "tick",
          .input = "now",
          .overlap = overlap};
}

CONFORMANCE_TEST(Schedule, FiresAtItsTimeAndIsThenDueAgain) {
  Scheduled scheduled(scratch);
  scheduled.put(every_minute());
  EXPECT_EQ(scheduled.view().next_at, kNewYear + minutes(1));
  EXPECT_EQ(scheduled.at(kNewYear + seconds(59)).fired, 0);
  const ScheduleView fired = scheduled.at(kNewYear + minutes(1));
  EXPECT_EQ(fired.fired, 1);
  EXPECT_EQ(fired.last_at, kNewYear + minutes(1));
  EXPECT_EQ(fired.next_at, kNewYear + minutes(2));
  ASSERT_EQ(scheduled.runs().size(), 1U);
  EXPECT_EQ(scheduled.runs()[0].run_id, fired.last_run_id);
  EXPECT_EQ(scheduled.runs()[0].workflow, "tick");
  EXPECT_EQ(scheduled.at(kNewYear + minutes(1)).fired, 1);
}

CONFORMANCE_TEST(Schedule, IsFiredOnceByTwoWorkers) {
  TestClock clock(kNewYear);
  World world(scratch, clock.clock());
  world.options.lease = kLongLease;
  world.options.poll = Milliseconds(5);
  const auto code = [](Context& run, json::value) { return nothing(run); };
  world.engine().define<json::value>("tick", 1, code);
  Engine other(*world.database, world.runtime, {.worker_id = "other", .lease = kLongLease, .poll = Milliseconds(5)});
  other.define<json::value>("tick", 1, code);
  world.runtime.run(world.engine().put_schedule(every_minute(Overlap::allow)));
  world.engine().work();
  other.work();
  constexpr std::int64_t kTimes = 10;
  for (std::int64_t i = 1; i <= kTimes; ++i) {
    clock.advance(minutes(1));
    EXPECT_TRUE(
        World::eventually([&] { return world.runtime.run(world.engine().schedules(kTenant)).at(0).fired == i; }));
  }
  other.stop();
  world.engine().stop();
  EXPECT_EQ(world.runtime.run(world.engine().list({})).size(), static_cast<std::size_t>(kTimes));
  EXPECT_EQ(world.runtime.run(world.engine().schedules(kTenant)).at(0).skipped, 0);
}

CONFORMANCE_TEST(Schedule, FiresWhenItIsDueAndNotAtTheNextPoll) {
  World world(scratch);
  world.options.poll = Milliseconds(60'000);
  world.engine().define<json::value>("tick", 1, [](Context& run, json::value) { return nothing(run); });
  world.engine().work();
  Schedule schedule = every_minute();
  schedule.rule = "FREQ=SECONDLY";
  world.runtime.run(world.engine().put_schedule(schedule));
  EXPECT_TRUE(World::eventually([&] { return world.runtime.run(world.engine().schedules(kTenant)).at(0).fired >= 2; }));
}

// ---- overlap: the run of the first minute is open when the second comes

ScheduleView second_minute(Scheduled& scheduled, Overlap overlap) {
  scheduled.put(every_minute(overlap));
  scheduled.at(kNewYear + minutes(1));
  return scheduled.at(kNewYear + minutes(2));
}

CONFORMANCE_TEST(ScheduleOverlap, SkipStartsNothing) {
  Scheduled scheduled(scratch);
  const ScheduleView view = second_minute(scheduled, Overlap::skip);
  EXPECT_EQ(view.fired, 1);
  EXPECT_EQ(view.skipped, 1);
  scheduled.end_runs();
  EXPECT_EQ(scheduled.at(kNewYear + minutes(3)).fired, 2);
}

CONFORMANCE_TEST(ScheduleOverlap, AllowStartsBeside) {
  Scheduled scheduled(scratch);
  EXPECT_EQ(second_minute(scheduled, Overlap::allow).fired, 2);
  EXPECT_EQ(scheduled.world.runtime.run(scheduled.world.engine().list({.state = RunState::ready})).size(), 2U);
}

CONFORMANCE_TEST(ScheduleOverlap, CancelEndsTheEarlierOne) {
  Scheduled scheduled(scratch);
  scheduled.put(every_minute(Overlap::cancel));
  const RunId first = *scheduled.at(kNewYear + minutes(1)).last_run_id;
  const ScheduleView view = scheduled.at(kNewYear + minutes(2));
  EXPECT_EQ(view.fired, 2);
  EXPECT_EQ(scheduled.world.describe(first).state, RunState::cancelled);
  EXPECT_EQ(scheduled.world.describe(*view.last_run_id).state, RunState::ready);
}

CONFORMANCE_TEST(ScheduleOverlap, BufferOneStartsOneMoreAfterwards) {
  Scheduled scheduled(scratch);
  EXPECT_EQ(second_minute(scheduled, Overlap::buffer_one).fired, 1);
  EXPECT_EQ(scheduled.at(kNewYear + minutes(3)).skipped, 1);
  scheduled.end_runs();
  scheduled.look();
  const ScheduleView view = scheduled.view();
  EXPECT_EQ(view.fired, 2);
  EXPECT_EQ(view.last_at, kNewYear + minutes(2));
  scheduled.end_runs();
  scheduled.look();
  EXPECT_EQ(scheduled.view().fired, 2);
}

// ---- times that nobody was there for

CONFORMANCE_TEST(ScheduleCatchUp, TimesWithinTheWindowAreMadeUpAndEarlierOnesAreNot) {
  Scheduled scheduled(scratch);
  Schedule schedule = every_minute(Overlap::allow);
  schedule.catch_up = minutes(3);
  scheduled.put(schedule);
  const ScheduleView view = scheduled.at(kNewYear + minutes(60));
  EXPECT_EQ(view.fired, 4);  // 00:57 to 01:00
  EXPECT_EQ(view.next_at, kNewYear + minutes(61));
  EXPECT_GT(view.skipped, 0);
}

CONFORMANCE_TEST(ScheduleCatchUp, WithoutAWindowOnlyTheTimeItselfCounts) {
  Scheduled scheduled(scratch);
  Schedule schedule = every_minute(Overlap::allow);
  schedule.catch_up = Milliseconds(0);
  scheduled.put(schedule);
  EXPECT_EQ(scheduled.at(kNewYear + minutes(60) + seconds(1)).fired, 0);
  EXPECT_EQ(scheduled.at(kNewYear + minutes(61)).fired, 1);
}

// ---- changes

CONFORMANCE_TEST(Schedule, IsReplacedByItsName) {
  Scheduled scheduled(scratch);
  scheduled.put(every_minute());
  scheduled.at(kNewYear + minutes(1));
  Schedule hourly = every_minute();
  hourly.rule = "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0";
  scheduled.put(hourly);
  EXPECT_EQ(scheduled.view().rule, hourly.rule);
  EXPECT_EQ(scheduled.view().next_at, kNewYear + hours(1));
  EXPECT_EQ(scheduled.at(kNewYear + minutes(2)).fired, 1);
}

CONFORMANCE_TEST(Schedule, ThatIsPausedDoesNotFireNorMakeUpForIt) {
  Scheduled scheduled(scratch);
  Schedule schedule = every_minute(Overlap::allow);
  schedule.paused = true;
  scheduled.put(schedule);
  EXPECT_EQ(scheduled.at(kNewYear + minutes(10)).fired, 0);
  schedule.paused = false;
  scheduled.put(schedule);
  EXPECT_EQ(scheduled.at(kNewYear + minutes(10)).fired, 0);
  EXPECT_EQ(scheduled.at(kNewYear + minutes(11)).fired, 1);
}

CONFORMANCE_TEST(Schedule, WhoseRuleHasEndedStaysAndFiresNoMore) {
  Scheduled scheduled(scratch);
  Schedule schedule = every_minute(Overlap::allow);
  schedule.rule = "FREQ=MINUTELY;BYSECOND=0;UNTIL=20260101T000200Z";
  scheduled.put(schedule);
  scheduled.at(kNewYear + minutes(1));
  const ScheduleView ended = scheduled.at(kNewYear + minutes(2));
  EXPECT_EQ(ended.fired, 2);
  EXPECT_EQ(ended.next_at, std::nullopt);
  EXPECT_EQ(scheduled.at(kNewYear + hours(1)).fired, 2);
}

CONFORMANCE_TEST(Schedule, ThatIsRemovedLeavesItsRuns) {
  Scheduled scheduled(scratch);
  scheduled.put(every_minute());
  scheduled.at(kNewYear + minutes(1));
  Engine& engine = scheduled.world.engine();
  scheduled.world.runtime.run(engine.remove_schedule(kTenant, "often"));
  scheduled.look();
  EXPECT_TRUE(scheduled.world.runtime.run(engine.schedules(kTenant)).empty());
  EXPECT_EQ(scheduled.runs().at(0).state, RunState::ready);
  EXPECT_EQ(error_of([&] { scheduled.world.runtime.run(engine.remove_schedule(kTenant, "often")); }).code(),
            ErrorCode::not_found);
}

CONFORMANCE_TEST(Schedule, ThatCannotBeIsRefusedAndNothingIsStored) {
  Scheduled scheduled(scratch);
  const auto refused = [&](auto change) {
    Schedule schedule = every_minute();
    change(schedule);
    EXPECT_EQ(error_of([&] { scheduled.put(schedule); }).code(), ErrorCode::invalid_argument);
  };
  refused([](Schedule& s) { s.workflow = "unheard"; });
  refused([](Schedule& s) { s.zone = "Europe/Atlantis"; });
  refused([](Schedule& s) { s.rule = "0 0 30 2 *"; });
  refused([](Schedule& s) { s.rule = "FREQ=DAILY;UNTIL=20200101T000000Z"; });
  refused([](Schedule& s) { s.rule = "whenever"; });
  refused([](Schedule& s) { s.name = ""; });
  refused([](Schedule& s) { s.catch_up = Milliseconds(-1); });
  refused([](Schedule& s) { s.input = json::string(EngineOptions().max_payload_bytes, 'x'); });
  EXPECT_TRUE(scheduled.world.runtime.run(scheduled.world.engine().schedules(kTenant)).empty());
}

CONFORMANCE_TEST(Schedule, FollowsTheWallClockOfItsZone) {
  Scheduled scheduled(scratch);
  scheduled.clock.set(sys_days(2026y / 3 / 28));
  Schedule schedule = every_minute(Overlap::allow);
  schedule.rule = "0 9 * * *";
  schedule.zone = "Europe/Berlin";
  scheduled.put(schedule);
  // The clock goes forward on the 29th.
  EXPECT_EQ(scheduled.view().next_at, sys_days(2026y / 3 / 28) + hours(8));
  EXPECT_EQ(scheduled.at(sys_days(2026y / 3 / 28) + hours(8)).next_at, sys_days(2026y / 3 / 29) + hours(7));
}

// ---- what must not stop a worker

CONFORMANCE_TEST(Schedule, WhoseKeySomebodyUsedIsSkippedThatTime) {
  Scheduled scheduled(scratch);
  scheduled.put(every_minute());
  scheduled.world.start("tick", "mine", "schedule often 2026-01-01T00:01:00.000Z");
  const ScheduleView view = scheduled.at(kNewYear + minutes(1));
  EXPECT_EQ(view.fired, 0);
  EXPECT_EQ(view.skipped, 1);
  scheduled.end_runs();
  EXPECT_EQ(scheduled.at(kNewYear + minutes(2)).fired, 1);
}

CONFORMANCE_TEST(Schedule, OfAWorkflowThatThisProgramDoesNotKnowIsLeftToOthers) {
  Scheduled scheduled(scratch);
  scheduled.put(every_minute());
  scheduled.clock.advance(minutes(1));
  EngineCore stranger(*scheduled.world.database, scheduled.world.runtime, EngineOptions());
  scheduled.world.database->write_blocking([&](store::Transaction& tx) {
    fire_due(tx, stranger);
    EXPECT_EQ(next_fire(tx, stranger), std::nullopt);
  });
  EXPECT_EQ(scheduled.view().fired, 0);
}

}  // namespace
}  // namespace tenon::durable
