// The part of an engine that takes up runs: a loop that claims, and a thread that keeps the leases alive.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "durable/engine_core.h"
#include "durable/execution.h"

namespace tenon::durable {

class Worker final {
 public:
  explicit Worker(std::shared_ptr<EngineCore> core) : core_(std::move(core)) {}
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Takes back what a dead process of a sole owner held, then begins to claim. The second time it does nothing.
  void start();

  // Returns when no workflow code is running any more. Not from a thread of the event loop.
  void stop();

 private:
  using Held = std::pair<RunId, std::int64_t>;  // run and token

  static Task<void> claim_loop(std::shared_ptr<EngineCore> core);
  void heartbeat_loop();
  void renew_leases();

  const std::shared_ptr<EngineCore> core_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  bool stopped_ = false;
  bool drained_ = false;
  std::thread heartbeat_;

  // Of the heartbeat thread.
  std::set<Held> orphans_;
  std::chrono::steady_clock::time_point renewed_at_;
};

}  // namespace tenon::durable
