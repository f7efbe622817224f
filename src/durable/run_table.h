// The row of a run: what it is, and how it ended. Each function is part of a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "durable/place.h"
#include "durable/run.h"
#include "store/database.h"

namespace tenon::durable {

struct NewRun {
  RunId run_id;
  TenantId tenant_id;
  std::string workflow;
  std::int32_t version = 1;
  std::optional<std::string> idempotency_key = {};
  std::optional<RunId> parent_run_id = {};
  std::optional<RunId> forked_from = {};
  std::int32_t rank = 0;
  std::optional<std::string> limit_key = {};
  std::int64_t key_limit = 0;
  std::string input;  // JSON
  std::optional<Timestamp> not_before = {};
};

enum class Created { now, before };

struct Creation {
  RunId run_id;
  Created created = Created::now;
  std::optional<Error> conflict = {};  // the key or the id exists with another payload; nothing was written
};

// One answer for each run. Created::before: the key or the id exists with the same workflow and input, and run_id is
// that of the existing run. The runs are nowhere yet: the caller puts those created now into a place.
std::vector<Creation> create_runs(store::Transaction& tx, const std::vector<const NewRun*>& runs);

// Lets a new run wait when its time has not come. False: it may begin.
bool postpone(store::Transaction& tx, const NewRun& run);

// Creates one and puts it into its place: ready, or waiting for its time.
Creation create_run(store::Transaction& tx, const NewRun& run);

// A fork has a journal already, as if somebody had held it before.
OpenRun open_run_of(const NewRun& run);

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

// The waits of a run that is in its waiting place.
void remember_waits(store::Transaction& tx, const OpenRun& run, const std::vector<Wait>& waits);

struct Outcome {
  RunState state = RunState::completed;  // completed, failed, cancelled or dead
  std::optional<std::string> output;     // JSON
  std::optional<Failure> error;
};

struct Closing {
  OpenRun run;  // has left its place
  std::optional<RunId> parent_run_id;
  Outcome outcome;
};

// Stores the outcomes, each once, and wakes parents that wait for them.
void close_runs(store::Transaction& tx, const std::vector<Closing>& closings);

// What is stored about the end of a run; empty while it is open. Throws not_found.
std::optional<Outcome> outcome_of(store::Transaction& tx, const RunId& run);

// A second signal with the same id is none. Throws not_found, and conflict when the run has finished.
void add_signal(store::Transaction& tx, const RunId& run, const std::string& name, const json::value& payload,
                const std::string& signal_id);
// The oldest one nobody has taken, marked as taken by `step`.
std::optional<json::value> take_signal(store::Transaction& tx, const RunId& run, const std::string& name,
                                       const std::string& step);

// Asks the workers of an open run and of all its open children to end them; those that nobody works on are closed at
// once. Returns the runs touched.
std::vector<RunId> cancel_tree(store::Transaction& tx, const RunId& run);

// Opens a failed or dead run again. Throws not_found and conflict.
void reopen(store::Transaction& tx, const RunId& run);

void set_value(store::Transaction& tx, const Lease& lease, const std::string& name, const json::value& value);
std::optional<json::value> value_of(store::Transaction& tx, const RunId& run, const std::string& name);

}  // namespace tenon::durable
