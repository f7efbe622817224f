// The database's time, moved by the test. Thread safe.
#pragma once

#include <atomic>

#include "core/time.h"

namespace tenon::durable::testing {

class TestClock {
 public:
  explicit TestClock(Timestamp start = Timestamp(Milliseconds(1'000'000))) : time_(start.time_since_epoch().count()) {}

  Clock clock() {
    return [this] { return now(); };
  }
  Timestamp now() const { return Timestamp(Milliseconds(time_.load())); }
  void advance(Milliseconds by) { time_ += by.count(); }
  void set(Timestamp time) { time_ = time.time_since_epoch().count(); }

 private:
  std::atomic<std::int64_t> time_;
};

// Longer than any test moves its clock: the worker of the test is not thought dead.
inline constexpr Milliseconds kLongLease = std::chrono::hours(24 * 365 * 10);

}  // namespace tenon::durable::testing
