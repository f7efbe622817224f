// Tells coroutines that something was committed that they may be waiting for. It is a hint: whoever waits looks into
// the store again after each wake-up and after each time-out, and so is correct, only slower, when a wake-up is lost or
// comes from another process.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "core/guarded.h"
#include "core/task.h"
#include "core/time.h"

namespace tenon::store {

class Wakeup final {
 public:
  Wakeup() = default;
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // Number of notifications so far. Take it before looking into the store, hand it to wait(): none is missed in
  // between.
  std::uint64_t count() const;

  // Returns when count() is beyond `seen`, at the latest after `at_most`. Must not outlive the object.
  Task<void> wait(std::uint64_t seen, Milliseconds at_most);

  // From any thread; quick.
  void notify();

 private:
  using Timer = std::shared_ptr<boost::asio::steady_timer>;
  struct State {
    std::uint64_t count = 0;
    std::vector<Timer> waiting;
  };
  Guarded<State> state_;
};

}  // namespace tenon::store
