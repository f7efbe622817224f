// Where the body of a step stands still until the test lets it go on.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "core/error.h"

namespace tenon::durable::testing {

class Gate {
 public:
  // Of the body. Returns when the gate is open.
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  // The same, but throws when it is asked to stop.
  void pass(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    if (!changed_.wait(lock, stop, [this] { return open_; })) throw Error(ErrorCode::cancelled, "asked to stop");
  }

  // Of the test.
  void await(int arrivals = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= arrivals; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  int arrived() const {
    const std::scoped_lock lock(mutex_);
    return arrived_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  int arrived_ = 0;
  bool open_ = false;
};

}  // namespace tenon::durable::testing
