#include "events/timeline.h"

#include <thread>

#include "core/error.h"
#include "io/runtime.h"
#include "store/sql.h"
#include "store/testing/conformance.h"

namespace tenon::events {
namespace {

const TenantId kTenant{"ten_1"};
const RunId kRun{"run_1"};

struct Counted {
  static constexpr std::string_view kEvent = "counted";
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (number))

struct World {
  explicit World(const store::testing::Scratch& scratch) : runtime({}), database(scratch.open()), timeline(*database) {}

  void append(std::int64_t number, const RunId& run = kRun) {
    database->write_blocking(
        [&](store::Transaction& tx) { timeline.append(tx, kTenant, run, Counted{.number = number}); });
  }
  std::vector<Event> read(std::int64_t after, std::size_t limit = 1000) {
    return runtime.run(timeline.read(kRun, after, limit));
  }

  io::Runtime runtime;  // first, so that it goes last: see store/database.h
  std::unique_ptr<store::Database> database;
  Timeline timeline;
};

std::vector<std::int64_t> sequences(const std::vector<Event>& events) {
  std::vector<std::int64_t> result;
  for (const Event& event : events) result.push_back(event.sequence);
  return result;
}

CONFORMANCE_TEST(Timeline, EventsAreNumberedPerRunAndReadAfterANumber) {
  World world(scratch);
  for (std::int64_t i = 1; i <= 4; ++i) world.append(i * 10);
  world.append(99, RunId{"run_2"});
  const auto events = world.read(1, 2);
  EXPECT_EQ(sequences(events), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(events[0].kind, "counted");
  EXPECT_EQ(from_json<Counted>(events[0].payload).number, 20);
}

CONFORMANCE_TEST(Timeline, ARolledBackAppendLeavesNoGapAndIsNotPublished) {
  World world(scratch);
  auto watch = world.timeline.subscribe(kRun, 0);
  const auto failing = [&] {
    world.database->write_blocking([&](store::Transaction& tx) {
      world.timeline.append(tx, kTenant, kRun, Counted{.number = 1});
      throw Error(ErrorCode::unmet, "no");
    });
  };
  EXPECT_THROW(failing(), Error);
  world.append(2);
  const auto events = world.runtime.run(watch->next());
  ASSERT_EQ(sequences(events), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(from_json<Counted>(events[0].payload).number, 2);
}

CONFORMANCE_TEST(Timeline, ConcurrentWritersOfOneRunLeaveNoGap) {
  World world(scratch);
  std::vector<std::thread> writers;
  for (int t = 0; t < 8; ++t) {
    writers.emplace_back([&] {
      for (int i = 0; i < 10; ++i) world.append(i);
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto events = world.read(0);
  ASSERT_EQ(events.size(), 80U);
  EXPECT_EQ(events.front().sequence, 1);
  EXPECT_EQ(events.back().sequence, 80);
}

Task<std::vector<std::int64_t>> follow(std::shared_ptr<Subscription> watch, std::int64_t until) {
  std::vector<std::int64_t> seen;
  while (watch->position() < until) {
    const auto events = co_await watch->next();
    for (const Event& event : events) seen.push_back(event.sequence);
  }
  co_return seen;
}

std::vector<std::int64_t> numbers(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> result;
  for (std::int64_t i = first; i <= last; ++i) result.push_back(i);
  return result;
}

CONFORMANCE_TEST(Subscription, ReplaysFromItsStartAndGoesOnLive) {
  World world(scratch);
  for (std::int64_t i = 1; i <= 3; ++i) world.append(i);
  auto watch = world.timeline.subscribe(kRun, 1);
  std::thread writer([&] {
    for (std::int64_t i = 4; i <= 20; ++i) world.append(i);
  });
  EXPECT_EQ(world.runtime.run(follow(watch, 20)), numbers(2, 20));
  writer.join();
}

CONFORMANCE_TEST(Subscription, ASlowReaderMissesNothing) {
  World world(scratch);
  auto watch = world.timeline.subscribe(kRun, 0);
  const auto count = static_cast<std::int64_t>(2 * Subscription::kBuffered + 3);
  world.database->write_blocking([&](store::Transaction& tx) {
    for (std::int64_t i = 1; i <= count; ++i) world.timeline.append(tx, kTenant, kRun, Counted{.number = i});
  });
  EXPECT_EQ(world.runtime.run(follow(watch, count)), numbers(1, count));
}

CONFORMANCE_TEST(Subscription, HearsWhatAnotherProcessAppended) {
  World world(scratch);
  auto watch = world.timeline.subscribe(kRun, 0);
  World other(scratch);
  other.append(7);
  EXPECT_EQ(world.runtime.run(follow(watch, 1)), numbers(1, 1));
}

CONFORMANCE_TEST(Subscription, ReturnsEmptyWhenNothingHappened) {
  World world(scratch);
  auto watch = world.timeline.subscribe(kRun, 0);
  EXPECT_TRUE(world.runtime.run(watch->next(Milliseconds(0))).empty());
}

RUN_CONFORMANCE_TESTS_ON_POSTGRESQL()

}  // namespace
}  // namespace tenon::events
