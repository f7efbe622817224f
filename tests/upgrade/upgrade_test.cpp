// Runs that an earlier build began finish under this one, on SQLite and PostgreSQL: what is stored is not done again,
// and what was under way goes on under the same keys. Opening the database applies the migrations that have come since.
#include <gmock/gmock.h>

#include <atomic>

#include "core/guarded.h"
#include "durable/testing/world.h"
#include "earlier_build.h"
#include "events/timeline.h"
#include "store/sql.h"
#include "workflows.h"

RUN_CONFORMANCE_TESTS_ON_POSTGRESQL()

namespace tenon::upgrade {
namespace {

using durable::Change;
using durable::RunState;
using durable::RunView;
using durable::testing::kTenant;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Lines = std::vector<std::string>;

RunId run_id(const char* end) { return RunId{std::string("run_000000000000000000000000") + end}; }

const RunId kInterrupted = run_id("01");    // killed in step four; its lease has not ended
const RunId kWaiting = run_id("02");        // for a signal that nobody has sent
const RunId kSignalled = run_id("03");      // its signal is stored, and not taken
const RunId kNotStarted = run_id("04");     // no worker has had it
const RunId kTimer = run_id("05");          // sleeps for another hour
const RunId kParent = run_id("06");         // of the next two
const RunId kLeftLeaf = run_id("07");       // has completed
const RunId kRightLeaf = run_id("08");      // waits for a signal
const RunId kFailed = run_id("09");         // in its last step, after it had handled a failure of its first
const RunId kCancelled = run_id("0A");      //
const RunId kCompleted = run_id("0B");      // has the key "order-1"
const RunId kUnknown = run_id("0C");        // no worker knew its version
const RunId kToBeCancelled = run_id("0D");  // killed in step two, after its cancellation was requested

class Upgraded {
 public:
  explicit Upgraded(const store::testing::Scratch& scratch, Timestamp time = kLeasesEndAt + Milliseconds(1))
      : time_(time), world(with_earlier_journal(scratch), [this] { return time_.load(); }), timeline(*world.database) {
    world.options.worker_id = "wrk_current";
    world.options.on_change = [this](store::Transaction& tx, const Change& change) {
      timeline.append(tx, change.tenant_id, change.run_id, boost::describe::enum_to_string(change.kind, ""), {});
    };
  }
  ~Upgraded() { world.engine().stop(); }  // before the timeline goes

  durable::Engine& work() {
    define_workflows(world.engine(), outside_);
    world.engine().work();
    return world.engine();
  }
  void set_time(Timestamp time) { time_ = time; }
  void approve(const RunId& run, const std::string& signal) {
    world.signal(run, signal, to_json(Approval{.by = "Barbara", .approved = true}));
  }
  void define_unknown_version() { define_unknown(world.engine(), outside_); }

  Lines trail(const RunId& run) {
    const RunView end = world.reach(run, RunState::completed);
    return end.output ? from_json<Trail>(*end.output).done : Lines{};
  }
  // The steps of the run that this build has called, in order: "<idempotency key> attempt <n>".
  Lines calls(const RunId& run) {
    return calls_.with([&](const Lines& all) {
      Lines own;
      std::ranges::copy_if(all, std::back_inserter(own), [&](const auto& one) { return one.starts_with(run.text); });
      return own;
    });
  }
  std::int64_t rows(const std::string& table) {
    return world.database->read_blocking(
        [&](store::Transaction& tx) { return *store::query_one<std::int64_t>(tx, "SELECT count(*) FROM " + table); });
  }

 private:
  std::atomic<Timestamp> time_;
  Guarded<Lines> calls_;
  const Outside outside_{.build = "this", .reached = [this](const durable::StepInfo& info) {
                           calls_.with([&](Lines& all) {
                             all.push_back(fmt::format("{} attempt {}", info.idempotency_key, info.attempt));
                           });
                         }};

 public:
  durable::testing::World world;  // checks the invariants at its end
  events::Timeline timeline;
};

std::string shown(const RunView& run) {
  return fmt::format("{} {} {}{}", run.workflow, run.version, boost::describe::enum_to_string(run.state, ""),
                     run.waits_for.empty() ? "" : ": " + run.waits_for.front());
}

CONFORMANCE_TEST(Upgrade, EveryRunStandsWhereItStood) {
  Upgraded upgraded(scratch, kKilledAt);
  const std::pair<RunId, const char*> expected[] = {
      {kWaiting, "upgrade.signal 1 waiting: signal approval"},
      {kSignalled, "upgrade.signal 1 ready"},
      {kNotStarted, "upgrade.signal 1 ready"},
      {kTimer, "upgrade.timer 1 waiting: timer"},
      {kParent, "upgrade.child 1 waiting: child run_00000000000000000000000008"},
      {kLeftLeaf, "upgrade.leaf 1 completed"},
      {kRightLeaf, "upgrade.leaf 1 waiting: signal go"},
      {kFailed, "upgrade.failed 1 failed"},
      {kCancelled, "upgrade.cancelled 1 cancelled"},
      {kCompleted, "upgrade.order 1 completed"},
      {kUnknown, "upgrade.unknown 7 parked"},
  };
  for (const auto& [run, state] : expected) EXPECT_EQ(shown(upgraded.world.describe(run)), state) << run.text;
  EXPECT_EQ(upgraded.world.describe(kTimer).wake_at, kTimerFiresAt);
  // A migration may take the killed worker's lease back: nothing of that build can write any more.
  EXPECT_THAT(upgraded.world.describe(kInterrupted).state, AnyOf(RunState::running, RunState::ready));
  EXPECT_EQ(upgraded.world.describe(kFailed).error->code, ErrorCode::invalid_argument);
  EXPECT_EQ(upgraded.world.describe(kRightLeaf).parent_run_id, kParent);
}

CONFORMANCE_TEST(Upgrade, HistoryAndWhatHangsOnItIsKept) {
  Upgraded upgraded(scratch);
  const std::pair<RunId, std::size_t> entries[] = {{kInterrupted, 4}, {kParent, 2},    {kLeftLeaf, 3},
                                                   {kFailed, 3},      {kCancelled, 2}, {kCompleted, 1}};
  for (const auto& [run, count] : entries) EXPECT_THAT(upgraded.world.journal(run), SizeIs(count)) << run.text;
  for (const char* table : {"projects", "deliveries", "artifacts", "evidence", "releases", "environments"}) {
    EXPECT_EQ(upgraded.rows(table), 1) << table;
  }
}

CONFORMANCE_TEST(Upgrade, OnlyTheInterruptedStepIsCalledAgainUnderItsKey) {
  Upgraded upgraded(scratch);
  upgraded.work();
  EXPECT_THAT(upgraded.trail(kInterrupted),
              ElementsAre("one by previous", "two by previous", "three by previous", "four by this", "five by this"));
  EXPECT_THAT(upgraded.calls(kInterrupted), ElementsAre("run_00000000000000000000000001::four:1 attempt 2",
                                                        "run_00000000000000000000000001::five:1 attempt 1"));
  const auto four = upgraded.world.journal(kInterrupted).at(3);
  EXPECT_EQ(four.attempt, 2);
  EXPECT_LT(four.started_at, kKilledAt);
}

CONFORMANCE_TEST(Upgrade, TheSoleOwnerTakesLeasesBackAtOnce) {
  Upgraded upgraded(scratch, kKilledAt);
  upgraded.world.options.sole_owner = true;
  upgraded.work();
  EXPECT_THAT(upgraded.trail(kInterrupted), SizeIs(5));
}

CONFORMANCE_TEST(Upgrade, SignalsAreTakenWheneverTheyWereSent) {
  Upgraded upgraded(scratch);
  upgraded.work();
  upgraded.approve(kWaiting, "approval");
  upgraded.approve(kNotStarted, "approval");
  EXPECT_THAT(upgraded.trail(kWaiting), ElementsAre("before by previous", "approval by Barbara", "after by this"));
  EXPECT_THAT(upgraded.trail(kSignalled), ElementsAre("before by previous", "approval by Grace", "after by this"));
  EXPECT_THAT(upgraded.trail(kNotStarted), ElementsAre("before by this", "approval by Barbara", "after by this"));
  EXPECT_THAT(upgraded.calls(kWaiting), ElementsAre("run_00000000000000000000000002::after:1 attempt 1"));
  EXPECT_THAT(upgraded.calls(kSignalled), ElementsAre("run_00000000000000000000000003::after:1 attempt 1"));
}

CONFORMANCE_TEST(Upgrade, TimersFireAtTheTimeTheyHad) {
  Upgraded upgraded(scratch, kTimerFiresAt - Milliseconds(1));
  upgraded.work();
  upgraded.trail(kSignalled);
  EXPECT_EQ(upgraded.world.describe(kTimer).state, RunState::waiting);
  upgraded.set_time(kTimerFiresAt);
  EXPECT_THAT(upgraded.trail(kTimer), ElementsAre("before by previous", "after by this"));
  EXPECT_THAT(upgraded.calls(kTimer), ElementsAre("run_00000000000000000000000005::after:1 attempt 1"));
}

CONFORMANCE_TEST(Upgrade, ChildrenAreStillThoseOfTheirParent) {
  Upgraded upgraded(scratch);
  durable::Engine& engine = upgraded.work();
  upgraded.approve(kRightLeaf, "go");
  EXPECT_THAT(upgraded.trail(kParent),
              ElementsAre("work by previous", "approval by Ada", "work by previous",  //
                          "work by previous", "approval by Barbara", "work by this", "gather by this"));
  EXPECT_THAT(upgraded.calls(kLeftLeaf), IsEmpty());
  EXPECT_THAT(upgraded.calls(kRightLeaf), ElementsAre("run_00000000000000000000000008::work:2 attempt 1"));
  EXPECT_THAT(upgraded.world.runtime.run(engine.list({.workflow = "upgrade.leaf"})), SizeIs(2));
}

CONFORMANCE_TEST(Upgrade, CancellationReachesOpenChildren) {
  Upgraded upgraded(scratch);
  durable::Engine& engine = upgraded.work();
  upgraded.world.runtime.run(engine.cancel(kParent));
  upgraded.world.reach(kParent, RunState::cancelled);
  upgraded.world.reach(kRightLeaf, RunState::cancelled);
  EXPECT_EQ(upgraded.world.describe(kLeftLeaf).state, RunState::completed);
}

CONFORMANCE_TEST(Upgrade, ARequestedCancellationIsCarriedOut) {
  Upgraded upgraded(scratch);
  upgraded.work();
  upgraded.world.reach(kToBeCancelled, RunState::cancelled);
  EXPECT_THAT(upgraded.calls(kToBeCancelled), IsEmpty());
}

CONFORMANCE_TEST(Upgrade, ACancelledRunTakesNoSignals) {
  Upgraded upgraded(scratch);
  upgraded.work();
  try {
    upgraded.approve(kCancelled, "approval");
    ADD_FAILURE() << "the signal was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  }
  EXPECT_EQ(upgraded.world.describe(kCancelled).state, RunState::cancelled);
}

CONFORMANCE_TEST(Upgrade, ARetriedRunGoesOnWhereItFailed) {
  Upgraded upgraded(scratch);
  durable::Engine& engine = upgraded.work();
  upgraded.world.runtime.run(engine.retry(kFailed));
  EXPECT_THAT(upgraded.trail(kFailed),
              ElementsAre("discount failed: no discount today", "reserve by previous", "charge by this"));
  EXPECT_THAT(upgraded.calls(kFailed), ElementsAre("run_00000000000000000000000009::charge:1 attempt 2"));
}

CONFORMANCE_TEST(Upgrade, AKeyStillNamesTheRunItWasUsedFor) {
  Upgraded upgraded(scratch);
  upgraded.work();
  EXPECT_EQ(upgraded.world.start("upgrade.order", to_json(Order{.n = 1}), "order-1"), kCompleted);
  EXPECT_THAT(upgraded.trail(kCompleted), ElementsAre("order 1 by previous"));
  try {
    upgraded.world.start("upgrade.order", to_json(Order{.n = 2}), "order-1");
    ADD_FAILURE() << "the key was taken for another input";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  }
}

CONFORMANCE_TEST(Upgrade, NewRunsStartBesideTheOldOnes) {
  Upgraded upgraded(scratch);
  upgraded.work();
  const RunId run = upgraded.world.start("upgrade.order", to_json(Order{.n = 2}), "order-2");
  EXPECT_THAT(upgraded.trail(run), ElementsAre("order 2 by this"));
}

CONFORMANCE_TEST(Upgrade, AParkedRunIsTakenUpOnceItsVersionIsKnown) {
  Upgraded upgraded(scratch);
  upgraded.work();
  upgraded.trail(kSignalled);
  EXPECT_EQ(upgraded.world.describe(kUnknown).state, RunState::parked);
  upgraded.world.restart();
  upgraded.define_unknown_version();
  upgraded.work();
  EXPECT_THAT(upgraded.trail(kUnknown), ElementsAre("seven by this"));
}

CONFORMANCE_TEST(Upgrade, ATimelineGoesOnWithoutAGap) {
  Upgraded upgraded(scratch);
  upgraded.work();
  upgraded.trail(kInterrupted);
  const auto events = upgraded.world.runtime.run(upgraded.timeline.read(kInterrupted, 0));
  ASSERT_GT(events.size(), 9U);
  EXPECT_EQ(events[0].kind, "run_created");
  EXPECT_LT(events[8].created_at, kKilledAt);
  EXPECT_EQ(events[9].sequence, 10);
  EXPECT_GT(events[9].created_at, kKilledAt);
  EXPECT_EQ(events.back().kind, "run_completed");
}

CONFORMANCE_TEST(Upgrade, EveryRunCanBeBroughtToItsEnd) {
  Upgraded upgraded(scratch, kTimerFiresAt);
  upgraded.define_unknown_version();
  durable::Engine& engine = upgraded.work();
  upgraded.approve(kWaiting, "approval");
  upgraded.approve(kNotStarted, "approval");
  upgraded.approve(kRightLeaf, "go");
  upgraded.world.runtime.run(engine.retry(kFailed));
  for (const RunId& run : {kInterrupted, kWaiting, kSignalled, kNotStarted, kTimer, kParent, kFailed, kUnknown}) {
    upgraded.world.reach(run, RunState::completed);
  }
  upgraded.world.reach(kToBeCancelled, RunState::cancelled);
  const auto all = upgraded.world.runtime.run(engine.list({.tenant = kTenant}));
  EXPECT_THAT(all, SizeIs(13));
  for (const RunView& run : all) EXPECT_TRUE(durable::finished(run.state)) << run.run_id.text;
}

}  // namespace
}  // namespace tenon::upgrade
