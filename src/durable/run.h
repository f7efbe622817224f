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
  running,    // a worker holds its lease
  waiting,    // parked on a signal, a timer or a child; `waits_for` says which
  parked,     // no worker knows its workflow in this version; `reason` says so
  completed,  //
  failed,     // `error` says why; Engine::retry puts it back
  cancelled,  //
};
BOOST_DESCRIBE_ENUM(RunState, ready, running, waiting, parked, completed, failed, cancelled)

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
  std::string idempotency_key;
  std::optional<RunId> parent_run_id;
  std::optional<std::string> worker_id;
  std::optional<std::string> reason;
  std::vector<std::string> waits_for;  // "signal plan-approval", "child run_…", "timer"
  std::optional<Timestamp> wake_at;
  bool cancel_requested = false;
  std::int64_t rescues = 0;  // times its worker was lost
  Timestamp created_at;
  std::optional<Timestamp> finished_at;
  std::optional<json::value> output;
  std::optional<Failure> error;
};
BOOST_DESCRIBE_STRUCT(RunView, (),
                      (run_id, tenant_id, workflow, version, state, idempotency_key, parent_run_id, worker_id, reason,
                       waits_for, wake_at, cancel_requested, rescues, created_at, finished_at, output, error))

struct RunFilter {
  std::optional<TenantId> tenant = {};
  std::optional<std::string> workflow = {};
  std::optional<RunState> state = {};
  std::size_t limit = 100;  // newest first
};

enum class StepKind { step, store_step, signal, timer, child };
BOOST_DESCRIBE_ENUM(StepKind, step, store_step, signal, timer, child)

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
  Timestamp started_at;       // when it was begun for the first time
  std::optional<Timestamp> finished_at;
  std::optional<Timestamp> wake_at;   // timers
  std::optional<RunId> child_run_id;  // children
  std::optional<json::value> result;
  std::optional<Failure> error;  // of the last failed attempt
};
BOOST_DESCRIBE_STRUCT(JournalEntry, (),
                      (branch, position, ordinal, ended_after, kind, name, occurrence, state, attempt, failures,
                       started_at, finished_at, wake_at, child_run_id, result, error))

}  // namespace tenon::durable
