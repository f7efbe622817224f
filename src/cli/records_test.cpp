#include "cli/records.h"

#include <atomic>
#include <filesystem>

#include <gtest/gtest.h>

#include "events/testing/nats_server.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::cli {
namespace {

using events::testing::NatsServer;

Task<int> answer(durable::Context& run) {
  auto step = run.step("answer", [] { return 42; });
  co_return co_await std::move(step);
}

class RecordsOnABus : public events::testing::WithNats {
 protected:
  std::unique_ptr<Records> open(const std::string& url) {
    settings_ = read_settings({{"TENON_DATA", (directory_.path() / "data").string()}, {"TENON_NATS_URL", url}},
                              "/usr/bin/tenon");
    auto records = std::make_unique<Records>(settings_, runtime_);
    records->engine.define<json::value>("answer", 1, [](durable::Context& run, json::value) { return answer(run); });
    return records;
  }

  // Started before anybody works: a run that begins where it was started is nobody else's business.
  durable::RunView finished(Records& records) {
    const RunId run = runtime_.run(records.engine.start("answer", nullptr, {.tenant = records.tenant}));
    records.engine.work();
    return runtime_.run(records.engine.wait(run));
  }

  fsops::TemporaryDirectory directory_{std::filesystem::temp_directory_path(), "tenon-records-"};
  Settings settings_;
  io::Runtime runtime_{{.event_threads = 2, .blocking_threads = 4}};
};

TEST_F(RecordsOnABus, OtherProcessesHearOfRunsAndAreHeard) {
  const NatsServer server;
  events::WakeBus other({.url = server.url()});
  std::atomic<int> heard = 0;
  const events::Listening listening =
      other.listen("runs", [&](std::string_view channel) { heard += !channel.empty(); });
  const auto records = open(server.url());
  const auto connected = [&] { return other.status().connected && records->bus->status().connected; };
  ASSERT_TRUE(events::testing::eventually(connected));

  EXPECT_EQ(finished(*records).output, json::value(42));
  EXPECT_TRUE(events::testing::eventually([&] { return heard > 0; }));
  other.announce("runs");
  EXPECT_TRUE(events::testing::eventually([&] { return records->bus->status().received > 0; }));
}

TEST_F(RecordsOnABus, WithoutItsServerRunsAreDoneAllTheSame) {
  const NatsServer absent(NatsServer::Start::later);
  const auto records = open(absent.url());
  EXPECT_EQ(finished(*records).output, json::value(42));
  EXPECT_FALSE(records->bus->status().connected);
}

}  // namespace
}  // namespace tenon::cli
