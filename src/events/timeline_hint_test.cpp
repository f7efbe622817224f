// Two timelines on one PostgreSQL database, as two processes have them, and a NATS server between.
#include <gtest/gtest.h>

#include "events/testing/nats_server.h"
#include "events/timeline.h"
#include "io/runtime.h"
#include "store/testing/conformance.h"

namespace tenon::events {
namespace {

using testing::eventually;
using testing::NatsServer;

class TimelineHint : public testing::WithNats {};

const TenantId kTenant{"ten_1"};
const RunId kRun{"run_1"};
// Long enough that a test whose subscriber only polls would fail.
constexpr Milliseconds kPoll{60'000};
constexpr std::chrono::seconds kSoon{30};

struct Counted {
  static constexpr std::string_view kEvent = "counted";
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (number))

struct Process {
  Process(const store::testing::Scratch& scratch, const std::string& nats)
      : runtime({}),
        database(scratch.open()),
        bus({.url = nats, .pause = Milliseconds(50)}),
        timeline(*database, bus) {}

  void append(std::int64_t number) {
    database->write_blocking(
        [&](store::Transaction& tx) { timeline.append(tx, kTenant, kRun, Counted{.number = number}); });
  }
  bool connected(std::uint64_t times = 1) {
    return eventually([&] { return bus.status().connected && bus.status().connections >= times; });
  }

  io::Runtime runtime;  // first, so that it goes last: see store/database.h
  std::unique_ptr<store::Database> database;
  WakeBus bus;
  Timeline timeline;
};

// Reads until the position is `until`, or nothing came within the poll.
void follow(Process& process, const std::shared_ptr<Subscription>& watch, std::int64_t until) {
  while (watch->position() < until) {
    if (process.runtime.run(watch->next(kPoll)).empty()) return;
  }
}

TEST_F(TimelineHint, AnotherProcessHearsOfAnEventBeforeItsPoll) {
  const store::testing::Scratch scratch(store::Dialect::postgresql);
  const NatsServer server;
  Process reader(scratch, server.url());
  Process writer(scratch, server.url());
  ASSERT_TRUE(reader.connected() && writer.connected());
  const auto watch = reader.timeline.subscribe(kRun, 0);
  const auto begin = std::chrono::steady_clock::now();
  // Each event is appended when the reader has the one before and waits, or is about to.
  constexpr std::int64_t kEvents = 50;
  for (std::int64_t i = 1; i <= kEvents; ++i) {
    std::thread reading([&] { follow(reader, watch, i); });
    writer.append(i);
    reading.join();
    ASSERT_EQ(watch->position(), i);
    ASSERT_LT(std::chrono::steady_clock::now() - begin, kSoon);
  }
  EXPECT_GT(reader.bus.status().received, 0U);
  EXPECT_EQ(writer.bus.status().dropped, 0U);
}

TEST_F(TimelineHint, WhatWasAppendedDuringAnOutageIsReadWhenTheServerIsBack) {
  const store::testing::Scratch scratch(store::Dialect::postgresql);
  NatsServer server;
  Process reader(scratch, server.url());
  Process writer(scratch, server.url());
  ASSERT_TRUE(reader.connected() && writer.connected());
  const auto watch = reader.timeline.subscribe(kRun, 0);
  server.kill();
  ASSERT_TRUE(eventually([&] { return !reader.bus.status().connected && !writer.bus.status().connected; }));
  const auto begin = std::chrono::steady_clock::now();
  std::thread reading([&] { follow(reader, watch, 1); });
  writer.append(1);
  server.start();
  reading.join();
  EXPECT_EQ(watch->position(), 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
  EXPECT_TRUE(reader.connected(2));
}

TEST_F(TimelineHint, WithoutAServerPollingFindsEverything) {
  const store::testing::Scratch scratch(store::Dialect::postgresql);
  const NatsServer server(NatsServer::Start::later);
  Process reader(scratch, server.url());
  Process writer(scratch, server.url());
  const auto watch = reader.timeline.subscribe(kRun, 0);
  for (std::int64_t i = 1; i <= 3; ++i) writer.append(i);
  while (watch->position() < 3) {
    ASSERT_TRUE(eventually([&] { return !reader.runtime.run(watch->next(Milliseconds(1))).empty(); }));
  }
  EXPECT_EQ(writer.bus.status().dropped, 3U);
}

}  // namespace
}  // namespace tenon::events
