// What can be read about a run and its journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/ids.h"
#include "core/json.h"

namespace tenon::durable {

enum class RunState {
  ready,      // waits for a worker
  running,    // a worker holds it
  waiting,    // parked on a signal, a timer or a child; `waits_for` says which
  blocked,    // others with its limit key are running; `reason` says how many may
  parked,     // no worker knows its workflow in this version; `reason` says so
  paused,     // somebody asked for it; Engine::resume goes on. `waits_for` says what it would wait for otherwise
  completed,  //
  failed,     // `error` says why; Engine::retry puts it back
  cancelled,  //
  dead,       // its worker was lost too often, `error` says how often; Engine::retry puts it back
};
BOOST_DESCRIBE_ENUM(RunState, ready, running, waiting, blocked, parked, paused, completed, failed, cancelled, dead)

inline bool finished(RunState state) { return state >= RunState::completed; }

// An Error as it is stored.
struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string hint;
  bool operator==(const Failure&) const = default;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (code, message, hint))

struct RunView {
  RunId run_id;
  TenantId tenant_id;
  std::string workflow;
  std::int32_t version = 0;
  RunState state = RunState::ready;
  std::string idempotency_key;  // the run's id when the caller gave none
  std::optional<RunId> parent_run_id;
  std::optional<RunId> forked_from;
  std::int32_t priority = 0;
  std::optional<std::string> limit_key;
  std::optional<std::string> worker_id;
  std::optional<std::string> reason;
  std::vector<std::string> waits_for;  // "signal plan-approval", "child run_…", "timer"
  std::optional<Timestamp> wake_at;
  bool cancel_requested = false;
  bool pause_requested = false;
  std::int64_t rescues = 0;  // times its worker was lost
  Timestamp created_at;
  std::optional<Timestamp> finished_at;
  std::optional<json::value> output;
  std::optional<Failure> error;
};
BOOST_DESCRIBE_STRUCT(RunView, (),
                      (run_id, tenant_id, workflow, version, state, idempotency_key, parent_run_id, forked_from,
                       priority, limit_key, worker_id, reason, waits_for, wake_at, cancel_requested, pause_requested,
                       rescues, created_at, finished_at, output, error))

struct RunFilter {
  std::optional<TenantId> tenant = {};
  std::optional<std::string> workflow = {};
  std::optional<RunState> state = {};
  std::optional<Timestamp> created_after = {};
  std::optional<RunId> parent = {};
  std::size_t limit = 100;  // newest first
};

// A run with what it started, in the order in which it did.
struct RunTree {
  RunView run;
  std::vector<RunTree> children;
};
BOOST_DESCRIBE_STRUCT(RunTree, (), (run, children))

// How much there is of what, for one tenant or for all.
struct RunCounts {
  std::int64_t ready = 0;
  std::int64_t running = 0;
  std::int64_t waiting = 0;
  std::int64_t blocked = 0;
  std::int64_t parked = 0;
  std::int64_t paused = 0;
};
BOOST_DESCRIBE_STRUCT(RunCounts, (), (ready, running, waiting, blocked, parked, paused))

enum class StepKind { step, store_step, signal, timer, child, patch };
BOOST_DESCRIBE_ENUM(StepKind, step, store_step, signal, timer, child, patch)

enum class StepState { started, completed, failed };
BOOST_DESCRIBE_ENUM(StepState, started, completed, failed)

// One row of the journal. (branch, name, occurrence) and (branch, position) are both unique within a run.
struct JournalEntry {
  std::string branch;                       // "" for the workflow's own line, else "pages", "pages/tests", "pages#2"
  std::int64_t position = 0;                // order within its branch, from 1
  std::int64_t ordinal = 0;                 // order within the run in which entries were begun, from 1
  std::optional<std::int64_t> ended_after;  // the highest ordinal begun when this entry ended
  StepKind kind = StepKind::step;
  std::string name;
  std::int64_t occurrence = 1;  // how often the branch has used this name, this one included
  StepState state = StepState::started;
  std::int64_t attempt = 0;   // times its body was begun, by any worker
  std::int64_t failures = 0;  // attempts that ended in an error
  std::string worker_id;      // that began the last attempt
  Timestamp started_at;       // when it was begun for the first time
  std::optional<Timestamp> finished_at;
  std::optional<Timestamp> wake_at;   // timers
  std::optional<RunId> child_run_id;  // children
  std::optional<json::value> result;
  std::optional<Failure> error;  // of the last failed attempt
};
BOOST_DESCRIBE_STRUCT(JournalEntry, (),
                      (branch, position, ordinal, ended_after, kind, name, occurrence, state, attempt, failures,
                       worker_id, started_at, finished_at, wake_at, child_run_id, result, error))

}  // namespace tenon::durable
