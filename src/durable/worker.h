// The part of an engine that takes up runs: a loop that claims, one that removes history, and a thread that keeps the
// lease alive.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "durable/claim_loop.h"
#include "durable/clean_up.h"
#include "durable/engine_core.h"
#include "durable/execution.h"
#include "durable/worker_table.h"

namespace tenon::durable {

class Worker final {
 public:
  explicit Worker(std::shared_ptr<EngineCore> core)
      : core_(std::move(core)), claiming_(std::make_shared<ClaimLoop>(core_)), cleaning_(core_) {}
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Takes back what a dead process of a sole owner held, then begins to claim. The second time it does nothing.
  void start();

  // Returns when no workflow code is running any more, or when the time to drain is over and what ran has been handed
  // back. Not from a thread of the event loop.
  void stop();

 private:
  using Executions = std::map<Held, std::shared_ptr<Execution>>;

  Executions executions() const;
  void heartbeat_loop();
  void renew();
  void register_again();
  void compare(const std::vector<HeldRun>& leased);
  void give_back(const Held& orphan);
  void leave();

  const std::shared_ptr<EngineCore> core_;
  const std::shared_ptr<ClaimLoop> claiming_;
  CleanUp cleaning_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  bool stopped_ = false;
  bool drained_ = false;
  std::thread heartbeat_;

  // Of the heartbeat thread.
  std::set<Held> orphans_;
};

}  // namespace tenon::durable
