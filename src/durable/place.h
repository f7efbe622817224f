// Where a run that has not ended stands, and how it gets from there to there. Three tables, a run is in one of them:
// ready (waits for a worker), leased (a worker has it), waiting (for anything else). A move takes the row out of one
// and puts it into another in one transaction. A claim gives the run the next token; whatever a worker writes for the
// run checks that token in its own transaction, so that a worker which was thought dead and was replaced changes
// nothing.
//
// Rows are locked in this order: leased, waiting, ready, then runs. Each function is part of a transaction.
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

// What goes with a run from place to place.
struct OpenRun {
  RunId run_id;
  TenantId tenant_id;
  std::int32_t rank = 0;  // the negative priority
  std::int64_t token = 0;
  std::int64_t rescues = 0;
  std::optional<std::string> limit_key;
  std::int64_t key_limit = 0;
};
BOOST_DESCRIBE_STRUCT(OpenRun, (), (run_id, tenant_id, rank, token, rescues, limit_key, key_limit))

// A run that a worker has, with what it needs to begin.
struct Lease {
  OpenRun run;
  std::string worker_id;
  std::string workflow;
  std::int32_t version = 0;
  std::optional<RunId> parent_run_id = {};
  std::string input = {};                // JSON
  std::optional<json::value> read = {};  // the input, when it is known without reading it

  const RunId& run_id() const { return run.run_id; }
};

// Thrown by a write under a lease that is not ours any more. Never seen by workflow code: its run is dropped.
class LeaseLost : public std::runtime_error {
 public:
  explicit LeaseLost(const RunId& run) : std::runtime_error("the lease of " + run.text + " was lost") {}
};

enum class Request { cancel, pause };
BOOST_DESCRIBE_ENUM(Request, cancel, pause)

struct Held {
  RunId run_id;
  std::int64_t token = 0;
  auto operator<=>(const Held&) const = default;
};
BOOST_DESCRIBE_STRUCT(Held, (), (run_id, token))

// Holds the run's row until the commit; throws LeaseLost when the token is not the current one. Returns what is asked
// of whoever holds it.
std::optional<Request> hold(store::Transaction& tx, const Lease& lease);
// The same for many; tells which are still held.
std::vector<bool> hold_all(store::Transaction& tx, const std::vector<Held>& held);

// Takes runs out of the leased ones; those that are not held under that token any more are left out of the answer. A
// place among the runs with their limit key becomes free, and the next blocked run ready.
std::vector<OpenRun> leave_leased(store::Transaction& tx, const std::vector<Held>& held);
// The same for runs whose rows are known; tells which were held.
std::vector<bool> release(store::Transaction& tx, const std::vector<const OpenRun*>& runs);

// A run that was ready goes elsewhere than to a worker: the place it had among those with its key is for the next.
void pass_key_on(store::Transaction& tx, const OpenRun& run);

void enter_ready(store::Transaction& tx, const std::vector<OpenRun>& runs);
void enter_leased(store::Transaction& tx, const std::vector<OpenRun>& runs, const std::string& worker);

enum class WaitingPlace { waiting, blocked, parked, paused };
BOOST_DESCRIBE_ENUM(WaitingPlace, waiting, blocked, parked, paused)

struct Waiting {
  WaitingPlace place = WaitingPlace::waiting;
  std::optional<Timestamp> wake_at = {};
  std::optional<std::string> reason = {};
};
void enter_waiting(store::Transaction& tx, const OpenRun& run, const Waiting& waiting);

// A row of ready_runs is gone with this.
std::vector<OpenRun> take_ready(store::Transaction& tx, const TenantId& tenant, std::size_t limit);

// Serialises, until the commit, whoever counts the runs with this key.
void lock_key(store::Transaction& tx, const TenantId& tenant, const std::string& key);
std::int64_t leased_with_key(store::Transaction& tx, const TenantId& tenant, const std::string& key);

enum class Place { leased, ready, waiting, blocked, parked, paused };
BOOST_DESCRIBE_ENUM(Place, leased, ready, waiting, blocked, parked, paused)

struct Found {
  Place place = Place::ready;
  OpenRun run;
  bool pause_requested = false;
};

// Locks the run where it stands. Nothing when it has ended (or never was).
std::optional<Found> find_open(store::Transaction& tx, const RunId& run);

// Asks the worker that has the run for something.
void request(store::Transaction& tx, const RunId& run, Request what);
void withdraw(store::Transaction& tx, const RunId& run, Request what);
// A waiting run that wakes up is then paused instead of ready.
void mark_paused(store::Transaction& tx, const RunId& run, bool paused);

// Takes the run out of where it was found.
void leave(store::Transaction& tx, const Found& found);

// A run that waits for an event or a time goes on: it is ready, or paused if that was asked for.
void wake(store::Transaction& tx, const RunId& run);
// All whose time has come.
std::int64_t wake_due(store::Transaction& tx);
std::optional<Timestamp> next_wake(store::Transaction& tx);

}  // namespace tenon::durable
