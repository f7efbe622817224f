// Wake-ups between processes: "something of this channel was committed, look into the store". Carried by NATS core
// subjects (docs.nats.io, at most once, no persistence), and only a hint: whoever listens also polls, and so is
// correct, only slower, when a message is lost, the server is down, slow or partitioned.
//
//   events::WakeBus bus({.url = settings.nats_url});
//   auto listening = bus.listen("runs", [&](std::string_view) { wakeup.notify(); });
//   tx.after_commit([&] { bus.announce("runs"); });
//
// A channel is one or more words of letters, digits, '_' and '-' with dots between them, at most 200 bytes
// ("events.run_01J…"). A listener may name a pattern: '*' stands for one word, a last '>' for all that follow.
//
// All talking to the server is done by threads of the bus: neither the constructor nor announce() nor listen() waits
// for it or fails because of it. It connects, and connects again for ever, with random pauses. Thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <boost/describe/class.hpp>

#include "core/time.h"

namespace tenon::events {

struct WakeBusOptions {
  std::string url;               // as of core/nats_url.h; "tls://" asks for TLS with the system's authorities
  std::string prefix = "tenon";  // first words of every subject; the same in all processes on one database
  Milliseconds window{2};        // a channel is sent at most once within it, however often it is announced
  Milliseconds patience{2000};   // a server that takes longer to connect, to read or to answer is given up
  Milliseconds pause{1000};      // longest pause before it is tried again; each is a random part of it
};

// For diagnosis. Each announcement is counted once, as sent, coalesced or dropped, as soon as that is known.
struct WakeBusStatus {
  bool connected = false;
  std::string url;                // without credentials
  std::string last_failure;       // why it is not connected, or was not the last time
  std::uint64_t connections = 0;  // how often it became connected
  std::uint64_t sent = 0;
  std::uint64_t coalesced = 0;  // the same channel was waiting to be sent already
  std::uint64_t dropped = 0;    // not connected, queue full, or no channel's name
  std::uint64_t received = 0;   // announcements of other processes
};
BOOST_DESCRIBE_STRUCT(WakeBusStatus, (),
                      (connected, url, last_failure, connections, sent, coalesced, dropped, received))

// Told the announced channel; or nothing ("") when announcements may have been missed: the listener has been made known
// to a server, at the first connection and at each later one, or was too slow. Called on a thread of the bus, one call
// at a time; must be quick, must not throw, and must not end its own Listening.
using OnWake = std::function<void(std::string_view channel)>;

class BusCore;
struct Listener;

// As long as it lives the listener is called; once it is gone no call is running. May outlive the bus.
class [[nodiscard]] Listening final {
 public:
  Listening() = default;
  ~Listening();
  Listening(Listening&& other) noexcept = default;
  Listening& operator=(Listening&& other) noexcept;

 private:
  friend class WakeBus;
  Listening(std::shared_ptr<BusCore> core, std::shared_ptr<Listener> listener);
  void stop();

  std::shared_ptr<BusCore> core_;
  std::shared_ptr<Listener> listener_;
};

class WakeBus final {
 public:
  // Begins to connect. Throws invalid_argument for a malformed URL or prefix, and for nothing else.
  explicit WakeBus(WakeBusOptions options);
  // What was announced is still sent, if the server takes it. Waits for that at most twice `patience`.
  ~WakeBus();
  WakeBus(const WakeBus&) = delete;
  WakeBus& operator=(const WakeBus&) = delete;

  // Wakes the listeners of other processes (never our own, they know). Never waits and never throws: what cannot be
  // sent is dropped.
  void announce(std::string_view channel) noexcept;

  // Throws invalid_argument when `pattern` is none.
  Listening listen(std::string_view pattern, OnWake on_wake);

  WakeBusStatus status() const;

 private:
  std::shared_ptr<BusCore> core_;
  std::thread thread_;
};

}  // namespace tenon::events
