// One connection to a NATS server, from its making to its end. It does not connect again by itself: after a failure it
// is thrown away and a new one made, so that there is one way in which subscriptions come into being, and a refused
// login is tried again like everything else (the library gives up after two).
//
// Every function may wait for the server, at most about `patience`, and throws `unavailable` when it does not answer.
// For one thread. Credentials are in no message.
#pragma once

#include <nats/nats.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "events/nats_callback.h"

namespace tenon::events {

// Told the subject of each message, on a thread of the library. Ends with the object; must not outlive the connection.
class NatsSubscription final {
 public:
  NatsSubscription(natsConnection* connection, const std::string& subject, NatsCallback::Function on_message);
  ~NatsSubscription();
  NatsSubscription(const NatsSubscription&) = delete;
  NatsSubscription& operator=(const NatsSubscription&) = delete;

 private:
  NatsCallback on_message_;
  natsSubscription* subscription_ = nullptr;
};

struct NatsEvents {
  std::function<void()> on_lost;    // the connection has ended
  std::function<void()> on_missed;  // messages were thrown away, because they were taken too slowly
};

class NatsConnection final {
 public:
  // To any of the servers. Own messages are not sent back. `events` are told on threads of the library.
  NatsConnection(const std::vector<std::string>& servers, Milliseconds patience, NatsEvents events);
  ~NatsConnection();
  NatsConnection(const NatsConnection&) = delete;
  NatsConnection& operator=(const NatsConnection&) = delete;

  std::unique_ptr<NatsSubscription> subscribe(const std::string& subject, NatsCallback::Function on_message);

  // An empty message; leaves with the next flush() at the latest.
  void publish(const std::string& subject);

  // Returns when the server has done all that was asked of it.
  void flush();

  // Whether it has ended. From any thread; does not wait.
  bool lost() const { return lost_->load(); }

  // What published messages and subscriptions may add up to between two flushes without waiting in the kernel: less
  // than the smallest send buffer of a socket (tcp(7), tcp_wmem).
  static constexpr std::size_t kUnflushed = 16'000;

 private:
  std::shared_ptr<std::atomic<bool>> lost_;
  NatsCallback on_lost_;
  NatsCallback on_missed_;
  Milliseconds patience_;
  natsConnection* connection_ = nullptr;
};

}  // namespace tenon::events
