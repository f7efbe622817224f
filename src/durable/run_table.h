// The rows of a run: what it is (runs), where it stands while it is open (open_runs, waits), its signals. Each function
// is part of a transaction; those that take a Lease have called hold() before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "durable/lease.h"
#include "durable/run.h"
#include "store/database.h"

namespace tenon::durable {

struct NewRun {
  RunId run_id;
  TenantId tenant_id;
  std::string workflow;
  std::int32_t version = 1;
  std::string idempotency_key;
  std::optional<RunId> parent_run_id;
  json::value input;
};

enum class Created { now, before };

// Created::before: the key or the id exists with the same workflow and input, and `run.run_id` is set to the existing
// run. Throws conflict when it exists with another payload.
Created create_run(store::Transaction& tx, NewRun& run);

enum class WaitKind { signal, timer, child };
BOOST_DESCRIBE_ENUM(WaitKind, signal, timer, child)

struct Wait {
  WaitKind kind = WaitKind::signal;
  std::string name;                // of the signal, or id of the child
  std::optional<Timestamp> until;  // timer
};

enum class Parked { waiting, ready_again };

// Lets go of a run that can only wait. When one of the waits is over already, the run is ready again instead.
Parked park_waiting(store::Transaction& tx, const Lease& lease, const std::vector<Wait>& waits);

void park_unknown(store::Transaction& tx, const Lease& lease, const std::string& reason);
void hand_back(store::Transaction& tx, const Lease& lease);

struct Outcome {
  RunState state = RunState::completed;  // completed, failed or cancelled
  std::optional<json::value> output;
  std::optional<Failure> error;
};

// Stores the outcome of an open run, once, and wakes a parent that waits for it.
void close_run(store::Transaction& tx, const RunId& run, const Outcome& outcome);

// Waiting runs whose timer is over become ready.
std::int64_t wake_due(store::Transaction& tx);
// Parked runs of this workflow and version become ready.
std::int64_t unpark(store::Transaction& tx, const std::string& workflow, std::int32_t version);
std::optional<Timestamp> next_wake(store::Transaction& tx);

// What is stored about the end of a run; empty while it is open. Throws not_found.
std::optional<Outcome> outcome_of(store::Transaction& tx, const RunId& run);

// Throws not_found, and conflict when the run has finished.
void add_signal(store::Transaction& tx, const RunId& run, const std::string& name, const json::value& payload);
// The oldest one nobody has taken, marked as taken by `step`.
std::optional<json::value> take_signal(store::Transaction& tx, const RunId& run, const std::string& name,
                                       const std::string& step);

// Flags an open run and all its open children; those that nobody works on are closed at once. Returns the runs touched.
std::vector<RunId> cancel_tree(store::Transaction& tx, const RunId& run);

// Opens a failed run again. Throws not_found and conflict.
void reopen(store::Transaction& tx, const RunId& run);

RunView view(store::Transaction& tx, const RunId& run);
std::vector<RunView> views(store::Transaction& tx, const RunFilter& filter);

}  // namespace tenon::durable
