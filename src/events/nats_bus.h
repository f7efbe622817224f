// What is behind a WakeBus: the waiting announcements, the listeners, and the one thread that talks to the server.
//
// The thread works in rounds: it makes new subscriptions, sends every channel that waits, and lets the server confirm
// (a round trip) before it begins the next round, at the earliest after the window. So no more than kUnflushed bytes
// are ever on their way, sending never blocks in the kernel, a stalled server is found within `patience`, and a slow
// one is asked less often instead of being queued for.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/guarded.h"
#include "events/nats_connection.h"
#include "events/wake_bus.h"

namespace tenon::events {

struct Listener {
  Listener(std::string channels, OnWake call) : pattern(std::move(channels)), on_wake(std::move(call)) {}

  void wake(std::string_view channel);

  const std::string pattern;
  Guarded<OnWake> on_wake;  // empty when it has ended; locked while it is called
  std::atomic<bool> missed = false;
};

class BusCore final : public std::enable_shared_from_this<BusCore> {
 public:
  // Throws invalid_argument. Channels that wait beyond `kWaiting` are dropped.
  explicit BusCore(WakeBusOptions options);

  // Until stop(). What was announced before is still sent if the server takes it.
  void work();
  // Whether work() has returned; waits for it at most twice `patience`.
  bool stop();

  void announce(std::string_view channel);
  void add(std::shared_ptr<Listener> listener);
  void remove(const std::shared_ptr<Listener>& listener);
  WakeBusStatus status() const;

  static constexpr std::size_t kWaiting = 16'384;

 private:
  using Listeners = std::set<std::shared_ptr<Listener>>;
  using Subscriptions = std::map<std::shared_ptr<Listener>, std::unique_ptr<NatsSubscription>>;
  struct Round {
    std::unordered_set<std::string> channels;
    Listeners listeners;
  };

  std::unique_ptr<NatsConnection> connect();
  void serve(NatsConnection& connection);
  Round next_round(const NatsConnection& connection);
  // Returns the listeners that are new.
  Listeners subscribe(NatsConnection& connection, Subscriptions& subscriptions, const Listeners& listeners);
  void send(NatsConnection& connection, const std::unordered_set<std::string>& channels);
  void confirm(NatsConnection& connection, std::size_t published);
  void rest(Milliseconds duration);
  bool stopping() const;
  void became_connected();
  void became_disconnected(const std::string& reason);

  const WakeBusOptions options_;
  const std::vector<std::string> servers_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool ended_ = false;
  bool listeners_changed_ = false;
  std::unordered_set<std::string> waiting_;
  std::size_t unconfirmed_ = 0;  // of the round that is being sent
  Listeners listeners_;
  WakeBusStatus status_;
  std::atomic<std::uint64_t> received_ = 0;
};

}  // namespace tenon::events
