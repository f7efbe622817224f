#include "events/wake_bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "core/error.h"
#include "core/guarded.h"
#include "events/testing/nats_server.h"

// A bus that gave up on a silent server leaves its thread behind, which may be in the library's TLS code when the
// program ends; what that holds then is no leak. The leak checker asks for this by name.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:CRYPTO_zalloc\n"; }  // NOLINT

namespace tenon::events {
namespace {

using testing::eventually;
using testing::NatsServer;

class WakeBusTest : public testing::WithNats {};

WakeBusOptions options(const std::string& url) {
  WakeBusOptions result{.url = url};
  result.pause = Milliseconds(50);
  return result;
}

// A process of its own, as far as the bus can tell.
class Process {
 public:
  explicit Process(const std::string& url, const std::string& pattern = "runs") : Process(options(url), pattern) {}
  explicit Process(WakeBusOptions given, const std::string& pattern = "runs")
      : bus(std::move(given)), listening(bus.listen(pattern, [this](std::string_view channel) {
          heard_.with([&](auto& heard) { heard.emplace_back(channel); });
        })) {}

  long heard(const std::string& channel) const {
    return heard_.with([&](const auto& heard) { return std::ranges::count(heard, channel); });
  }
  // Made known to a server for the n-th time.
  bool listens(long times = 1) const {
    return eventually([&] { return heard("") >= times; });
  }

 private:
  Guarded<std::vector<std::string>> heard_;

 public:
  WakeBus bus;
  Listening listening;
};

TEST_F(WakeBusTest, WakesListenersOfOtherProcesses) {
  const NatsServer server;
  Process one(server.url());
  Process other(server.url());
  ASSERT_TRUE(one.listens() && other.listens());
  one.bus.announce("runs");
  EXPECT_TRUE(eventually([&] { return other.heard("runs") == 1; }));
  other.bus.announce("runs");
  EXPECT_TRUE(eventually([&] { return one.heard("runs") == 1; }));
}

TEST_F(WakeBusTest, OwnAnnouncementsAreNotHeard) {
  const NatsServer server;
  Process one(server.url(), ">");
  Process other(server.url(), ">");
  ASSERT_TRUE(one.listens() && other.listens());
  one.bus.announce("mine");
  ASSERT_TRUE(eventually([&] { return other.heard("mine") == 1; }));
  other.bus.announce("answer");  // the server keeps the order, so an echo would have come before
  ASSERT_TRUE(eventually([&] { return one.heard("answer") == 1; }));
  EXPECT_EQ(one.heard("mine"), 0);
}

TEST_F(WakeBusTest, APatternIsToldTheChannel) {
  const NatsServer server;
  Process one(server.url());
  Process other(server.url(), "events.*");
  ASSERT_TRUE(one.listens() && other.listens());
  one.bus.announce("runs");
  one.bus.announce("events.run_1");
  EXPECT_TRUE(eventually([&] { return other.heard("events.run_1") == 1; }));
  EXPECT_EQ(other.heard("runs"), 0);
}

TEST_F(WakeBusTest, AnotherPrefixIsAnotherBus) {
  const NatsServer server;
  Process one(server.url(), ">");
  Process other(WakeBusOptions{.url = server.url(), .prefix = "tenon.staging"}, ">");
  Process third(server.url());
  ASSERT_TRUE(one.listens() && other.listens() && third.listens());
  third.bus.announce("runs");
  ASSERT_TRUE(eventually([&] { return one.heard("runs") == 1; }));
  EXPECT_EQ(other.heard("runs"), 0);
}

TEST_F(WakeBusTest, AServerThatComesLaterIsFound) {
  NatsServer server(NatsServer::Start::later);
  Process one(server.url());
  Process other(server.url());
  one.bus.announce("runs");
  EXPECT_EQ(one.bus.status().dropped, 1U);
  ASSERT_TRUE(eventually([&] { return !one.bus.status().last_failure.empty(); }));
  EXPECT_FALSE(one.bus.status().connected);
  EXPECT_EQ(one.heard(""), 0);
  server.start();
  ASSERT_TRUE(one.listens() && other.listens());
  EXPECT_TRUE(one.bus.status().connected);
  one.bus.announce("runs");
  EXPECT_TRUE(eventually([&] { return other.heard("runs") == 1; }));
}

TEST_F(WakeBusTest, ListenersAreCalledWhenTheServerIsBack) {
  NatsServer server;
  Process one(server.url());
  Process other(server.url());
  ASSERT_TRUE(one.listens() && other.listens());
  server.kill();
  ASSERT_TRUE(eventually([&] { return !one.bus.status().connected && !other.bus.status().connected; }));
  one.bus.announce("runs");
  EXPECT_EQ(one.bus.status().dropped, 1U);
  server.start();
  ASSERT_TRUE(one.listens(2) && other.listens(2));
  EXPECT_EQ(one.bus.status().connections, 2U);
  one.bus.announce("runs");
  EXPECT_TRUE(eventually([&] { return other.heard("runs") == 1; }));
  EXPECT_EQ(other.heard(""), 2);
}

TEST_F(WakeBusTest, AFrozenServerKeepsNobodyWaiting) {
  NatsServer server;
  WakeBusOptions patient = options(server.url());
  patient.patience = Milliseconds(60'000);  // whoever waited for the server would wait that long
  Process one(patient);
  ASSERT_TRUE(one.listens());
  server.freeze();
  const auto begin = std::chrono::steady_clock::now();
  constexpr int kAnnounced = 100'000;
  for (int i = 0; i < kAnnounced; ++i) one.bus.announce("runs." + std::to_string(i));
  const Listening late = one.bus.listen("late", [](std::string_view) {});
  const WakeBusStatus frozen = one.bus.status();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_GT(frozen.dropped, 0U);  // the queue is bounded
  EXPECT_LT(frozen.sent, static_cast<std::uint64_t>(kAnnounced));
  server.thaw();
  EXPECT_TRUE(eventually([&] {
    const WakeBusStatus now = one.bus.status();
    return now.sent + now.dropped == kAnnounced && now.sent > frozen.sent;
  }));
}

TEST_F(WakeBusTest, AFrozenServerIsGivenUpAndFoundAgain) {
  NatsServer server;
  WakeBusOptions impatient = options(server.url());
  impatient.patience = Milliseconds(200);
  Process one(impatient);
  ASSERT_TRUE(one.listens());
  server.freeze();
  ASSERT_TRUE(eventually([&] { return !one.bus.status().connected; }));
  server.thaw();
  EXPECT_TRUE(one.listens(2));
}

TEST_F(WakeBusTest, ManyAnnouncementsAreFewMessages) {
  const NatsServer server;
  WakeBusOptions slow = options(server.url());
  slow.window = Milliseconds(20);
  Process one(slow);
  Process other(server.url());
  ASSERT_TRUE(one.listens() && other.listens());
  constexpr int kAnnounced = 100'000;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kAnnounced; ++i) one.bus.announce("runs");
  const auto windows = (std::chrono::steady_clock::now() - begin) / slow.window;
  ASSERT_TRUE(eventually([&] {
    const WakeBusStatus now = one.bus.status();
    return now.sent + now.coalesced == kAnnounced;
  }));
  const WakeBusStatus status = one.bus.status();
  EXPECT_LE(status.sent, static_cast<std::uint64_t>(windows) + 2);
  EXPECT_TRUE(eventually([&] { return other.bus.status().received == status.sent; }));
  EXPECT_EQ(status.dropped, 0U);
}

TEST_F(WakeBusTest, ManyChannelsAllArrive) {
  const NatsServer server;
  Process one(server.url());
  Process other(server.url(), "run.*");
  ASSERT_TRUE(one.listens() && other.listens());
  constexpr int kChannels = 10'000;
  for (int i = 0; i < kChannels; ++i) one.bus.announce("run." + std::to_string(i));
  EXPECT_TRUE(eventually([&] { return other.bus.status().received == kChannels; }));
  EXPECT_TRUE(eventually([&] { return one.bus.status().sent == kChannels; }));
}

TEST_F(WakeBusTest, AnEndedListenerIsNotCalledAnyMore) {
  const NatsServer server;
  Process one(server.url());
  Process other(server.url());
  Process witness(server.url());
  ASSERT_TRUE(one.listens() && other.listens() && witness.listens());
  other.listening = Listening();
  one.bus.announce("runs");
  ASSERT_TRUE(eventually([&] { return witness.heard("runs") == 1; }));
  EXPECT_EQ(other.heard("runs"), 0);
}

TEST_F(WakeBusTest, AListenerMayComeLateAndOutliveTheBus) {
  const NatsServer server;
  std::atomic<int> calls = 0;
  Listening listening;
  {
    Process one(server.url());
    ASSERT_TRUE(one.listens());
    listening = one.bus.listen("late", [&](std::string_view) { ++calls; });
    EXPECT_TRUE(eventually([&] { return calls == 1; }));
  }
  listening = Listening();
  EXPECT_EQ(calls, 1);
}

TEST_F(WakeBusTest, WhatWasAnnouncedBeforeTheEndIsSent) {
  const NatsServer server;
  Process other(server.url());
  ASSERT_TRUE(other.listens());
  {
    Process one(server.url());
    ASSERT_TRUE(one.listens());
    one.bus.announce("runs");
  }
  EXPECT_TRUE(eventually([&] { return other.heard("runs") == 1; }));
}

TEST_F(WakeBusTest, CredentialsOpenTheServerAndStayHidden) {
  const NatsServer server(NatsServer::Start::now, {"--user", "ada", "--pass", "hunter22"});
  Process stranger(server.url("nats://ada:wrong-word@"));
  Process one(server.url("nats://ada:hunter22@"));
  ASSERT_TRUE(one.listens());
  EXPECT_EQ(one.bus.status().url, server.url("nats://[redacted]@"));
  ASSERT_TRUE(eventually([&] { return !stranger.bus.status().last_failure.empty(); }));
  EXPECT_FALSE(stranger.bus.status().connected);
  EXPECT_THAT(stranger.bus.status().last_failure, ::testing::Not(::testing::HasSubstr("wrong-word")));
}

TEST_F(WakeBusTest, APlainServerIsRefusedWhenTlsIsAskedFor) {
  const NatsServer server;
  const WakeBus bus(options(server.url("tls://")));
  EXPECT_TRUE(eventually([&] { return !bus.status().last_failure.empty(); }));
  EXPECT_FALSE(bus.status().connected);
}

// Greets whoever connects and then says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (socket_ < 0) throw std::runtime_error("no socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() {
    close(client_);
    close(socket_);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }

  // Returns when the client has answered the greeting.
  void greet() {
    constexpr std::string_view kGreeting = "INFO {\"server_id\":\"x\",\"version\":\"2.9.10\",\"proto\":1}\r\n";
    client_ = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    EXPECT_EQ(send(client_, kGreeting.data(), kGreeting.size(), MSG_NOSIGNAL), static_cast<long>(kGreeting.size()));
    char answer = 0;
    EXPECT_EQ(recv(client_, &answer, 1, 0), 1);
  }

 private:
  int socket_;
  int client_ = -1;
  std::uint16_t port_ = 0;
};

TEST(WakeBus, EndsAlthoughTheServerFallsSilentDuringTheLogin) {
  SilentServer server;
  WakeBusOptions impatient = options(server.url());
  impatient.patience = Milliseconds(100);
  {
    Process one(impatient);
    server.greet();
    one.bus.announce("runs");
    EXPECT_EQ(one.bus.status().dropped, 1U);
  }
}

TEST(WakeBus, WhatIsMalformedIsRefused) {
  EXPECT_THROW(WakeBus(WakeBusOptions{.url = "localhost"}), Error);
  EXPECT_THROW(WakeBus(WakeBusOptions{.url = "nats://localhost", .prefix = "a b"}), Error);
  WakeBus bus(options("nats://127.0.0.1:1"));
  EXPECT_THROW(static_cast<void>(bus.listen("a b", [](std::string_view) {})), Error);
  bus.announce("no channel\r\nPUB x 0");
  EXPECT_EQ(bus.status().dropped, 1U);
}

}  // namespace
}  // namespace tenon::events
