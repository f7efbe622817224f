// How a worker gets runs. Each function is part of a transaction.
#pragma once

#include <optional>
#include <vector>

#include "durable/engine_core.h"
#include "durable/fair_share.h"

namespace tenon::durable {

struct Claimed {
  std::vector<Lease> leases;
  bool more = false;  // ready runs were left
  std::optional<Timestamp> look_again = {};
  std::vector<Candidate> candidates = {};
  std::vector<std::size_t> taken = {};  // by candidate
};

// Up to `free` ready runs, divided fairly among tenants and within their limits. Runs that have to wait for others with
// their key are blocked, those of workflows that this program does not know are parked.
Claimed claim(store::Transaction& tx, const EngineCore& core, const FairShare& share, std::size_t free);

// What time has done: workers that died, timers that are over, parked runs that this program knows.
void catch_up(store::Transaction& tx, EngineCore& core);
// At the start of a worker that is alone on the database: those that were held are lost.
void take_over(store::Transaction& tx, EngineCore& core);
// At the end of this worker: what it still holds goes to others. No rescue is counted.
void give_away(store::Transaction& tx, EngineCore& core);
// The same for one run that nobody in this process works at.
void give_back(store::Transaction& tx, EngineCore& core, const Held& run);

}  // namespace tenon::durable
