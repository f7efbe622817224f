// The durable engine: runs workflows so that neither a crash nor a second worker loses a run or repeats a step whose
// result is stored. docs/durable.md states the invariants and the schema.
//
//   Engine engine(database, runtime, {.worker_id = worker, .sole_owner = true});
//   engine.define<Goal>("deliver", 1, [&](Context& run, Goal goal) { return deliver(run, services, std::move(goal));
//   }); engine.work(); const RunId run = co_await engine.start("deliver", to_json(goal), {.tenant = tenant,
//   .idempotency_key = key}); const RunView end = co_await engine.wait(run);
//
// Every call is answered after its commit. Errors: not_found (no such run), conflict (key used with another payload,
// run already finished), invalid_argument (unknown workflow, payload too large), and those of the store. Thread safe,
// except that define() comes before work().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/ids.h"
#include "core/json.h"
#include "durable/context.h"
#include "durable/run.h"
#include "io/runtime.h"
#include "store/database.h"

namespace tenon::durable {

// What the engine changed, told inside the transaction that changes it.
enum class ChangeKind {
  run_created,
  run_started,  // claimed by a worker, for the first time or again
  run_waiting,  // `detail` says for what
  run_parked,
  run_completed,
  run_failed,
  run_cancelled,
  run_retried,
  step_started,
  step_completed,
  step_retrying,  // an attempt failed, another follows
  step_failed,
};
BOOST_DESCRIBE_ENUM(ChangeKind, run_created, run_started, run_waiting, run_parked, run_completed, run_failed,
                    run_cancelled, run_retried, step_started, step_completed, step_retrying, step_failed)

struct Change {
  TenantId tenant_id;
  RunId run_id;
  ChangeKind kind = ChangeKind::run_created;
  std::string workflow;
  std::string step;  // "branch/name", with "#n" from the second occurrence on
  std::int64_t attempt = 0;
  Milliseconds duration{};  // of a step: from its first intent to its result
  std::string detail;
  std::optional<Failure> error;
};

struct EngineOptions {
  std::string worker_id = WorkerId::make().text;
  Milliseconds lease = Milliseconds(10'000);   // renewed three times within it
  Milliseconds poll = Milliseconds(1'000);     // fall-back when no wake-up comes
  std::size_t max_running = 64;                // runs held at the same time; parked runs do not count
  std::size_t max_payload_bytes = 16U << 20U;  // inputs, results, signal payloads
  // Nobody else can be working on this database (the data directory's lock is ours): leases found at the start are
  // those of a dead process and are taken back at once.
  bool sole_owner = false;
  // Called in the transaction of each change, so that what it writes exists exactly when the change does. It may run
  // more than once for a change that is committed once.
  std::function<void(store::Transaction&, const Change&)> on_change = {};
};

struct StartOptions {
  TenantId tenant = {};
  std::optional<RunId> run_id = {};                 // chosen by the caller; also makes the start idempotent
  std::optional<std::string> idempotency_key = {};  // unique per tenant
  std::optional<std::int32_t> version = {};         // default: the newest defined
};

using Workflow = std::function<Task<json::value>(Context&, json::value)>;

class Engine final {
 public:
  // `database` and `runtime` must outlive the engine.
  Engine(store::Database& database, io::Runtime& runtime, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void define_json(std::string name, std::int32_t version, Workflow workflow);

  // `workflow` is called as workflow(Context&, Input) and returns Task<Output>; it is kept, so it may capture services.
  template <class Input, class F>
  void define(std::string name, std::int32_t version, F workflow) {
    define_json(std::move(name), version, [workflow = std::move(workflow)](Context& run, json::value input) {
      return context_detail::encoded(workflow(run, from_json<Input>(input, "input")));
    });
  }

  // Begins to take up runs. Without it the engine only answers calls.
  void work();

  // Takes no more runs, asks running steps to end (StepInfo::stop), records what they return, and hands the runs back.
  // Returns when no workflow code is running any more. Before work(), twice, or during it is fine.
  void stop();

  // The same key (or run id) with the same workflow and input returns the same run; with another payload: conflict.
  Task<RunId> start(std::string workflow, json::value input, StartOptions options);

  // Stored before it returns, whether the run waits for it already or not; taken by exactly one wait.
  Task<void> signal(RunId run, std::string name, json::value payload);

  // A waiting run ends at once, a running one when its current steps have ended. Its children are cancelled with it.
  // Nothing happens to a finished run.
  Task<void> cancel(RunId run);

  // Puts a failed run back. Stored results stay; the step that ended the run gets new attempts.
  Task<void> retry(RunId run);

  // Returns when the run has finished. Throws what keeps this engine from working (storage_full, data_corrupted …),
  // since no run would ever finish then, and `cancelled` when the engine stops.
  Task<RunView> wait(RunId run);

  Task<RunView> describe(RunId run);
  Task<std::vector<RunView>> list(RunFilter filter);
  Task<std::vector<JournalEntry>> journal(RunId run);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tenon::durable
