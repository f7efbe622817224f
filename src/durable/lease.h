// Who may work on a run. A claim gives a worker the run's row under a new token; every later write of that worker
// checks the token in its own transaction, so that a worker which was thought dead and was replaced can change nothing
// any more.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/json.h"
#include "store/database.h"

namespace tenon::durable {

struct Lease {
  RunId run_id;
  TenantId tenant_id;
  std::int64_t token = 0;
  bool cancel_requested = false;
  std::string workflow;
  std::int32_t version = 0;
  json::value input;
};
BOOST_DESCRIBE_STRUCT(Lease, (), (run_id, tenant_id, token, cancel_requested, workflow, version, input))

// Thrown by a write under a lease that is not ours any more. Never seen by workflow code: its run is dropped.
class LeaseLost : public std::runtime_error {
 public:
  explicit LeaseLost(const RunId& run) : std::runtime_error("the lease of " + run.text + " was lost") {}
};

// Claims up to `limit` ready runs, oldest first, until now + `duration`.
std::vector<Lease> claim(store::Transaction& tx, const std::string& worker, std::size_t limit, Milliseconds duration);

// Holds the run's row until the commit; throws LeaseLost when the token is not the current one. Returns whether the run
// is to be cancelled.
bool hold(store::Transaction& tx, const Lease& lease);

struct Renewed {
  RunId run_id;
  std::int64_t token = 0;
  bool cancel_requested = false;
};
BOOST_DESCRIBE_STRUCT(Renewed, (), (run_id, token, cancel_requested))

// One statement for all leases of a worker; returns those it still has.
std::vector<Renewed> renew(store::Transaction& tx, const std::string& worker, Milliseconds duration);

// Runs whose lease has ended by the database's time become ready again. Returns how many.
std::int64_t rescue_expired(store::Transaction& tx);

// All leased runs become ready again; only when no other process can be working.
std::int64_t rescue_all(store::Transaction& tx);

}  // namespace tenon::durable
