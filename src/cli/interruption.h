// Ctrl-C and SIGTERM as a state that a loop can look at. The second one ends the process at once.
#pragma once

#include <atomic>

#include <boost/asio/signal_set.hpp>

#include "io/runtime.h"

namespace tenon::cli {

class Interruption final {
 public:
  explicit Interruption(io::Runtime& runtime);
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  bool requested() const { return signal_ != 0; }
  int signal() const { return signal_; }

 private:
  void wait();

  boost::asio::signal_set signals_;
  std::atomic<int> signal_ = 0;
};

}  // namespace tenon::cli
