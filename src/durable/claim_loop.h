// Takes up ready runs whenever there may be some and the worker has room.
#pragma once

#include <chrono>
#include <memory>

#include "durable/background.h"
#include "durable/claim.h"
#include "durable/engine_core.h"
#include "durable/fair_share.h"

namespace tenon::durable {

class ClaimLoop final : public std::enable_shared_from_this<ClaimLoop> {
 public:
  explicit ClaimLoop(std::shared_ptr<EngineCore> core) : core_(std::move(core)) {}

  void start();
  // Returns when the loop has ended, which it does once the engine is stopping. Not from a thread of the event loop.
  void join();

 private:
  Task<void> run();
  Task<Milliseconds> claim_some();
  Claimed claim_now(store::Transaction& tx, std::size_t free);
  Task<void> gather();

  const std::shared_ptr<EngineCore> core_;
  FairShare share_;
  std::chrono::steady_clock::time_point catch_up_at_{};
  Background loop_;
};

// A run that this worker has just got begins. It takes over one slot.
void begin_execution(const std::shared_ptr<EngineCore>& core, Lease lease);

}  // namespace tenon::durable
