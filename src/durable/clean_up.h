// Removes the history that tenants do not keep, now and then, while the engine works.
#pragma once

#include <cstdint>
#include <memory>

#include "durable/background.h"
#include "durable/engine_core.h"

namespace tenon::durable {

class CleanUp final {
 public:
  explicit CleanUp(std::shared_ptr<EngineCore> core) : core_(std::move(core)) {}

  void start();
  // Returns when it has ended, which it does soon once the engine is stopping. Not from a thread of the event loop.
  void join() { loop_.join(); }

 private:
  const std::shared_ptr<EngineCore> core_;
  Background loop_;
};

// Removes history of a tenant, in small transactions. Returns how many runs went.
Task<std::int64_t> apply_retention(std::shared_ptr<EngineCore> core, TenantId tenant);

}  // namespace tenon::durable
