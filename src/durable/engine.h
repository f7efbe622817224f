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
#include "durable/schedule.h"
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
  run_dead,
  run_retried,
  run_paused,
  run_resumed,
  step_started,
  step_completed,
  step_retrying,  // an attempt failed, another follows
  step_failed,
};
BOOST_DESCRIBE_ENUM(ChangeKind, run_created, run_started, run_waiting, run_parked, run_completed, run_failed,
                    run_cancelled, run_dead, run_retried, run_paused, run_resumed, step_started, step_completed,
                    step_retrying, step_failed)

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
  Milliseconds lease = Milliseconds(10'000);  // renewed three times within it
  Milliseconds poll = Milliseconds(1'000);    // fall-back when no wake-up comes
  std::size_t max_running = 64;               // runs held at the same time; parked runs do not count
  std::size_t max_payload_bytes = 1U << 20U;  // inputs, results, signal payloads
  std::size_t max_batch = 500;                // operations in one commit
  std::size_t max_queued = 100'000;           // operations waiting for a commit; more are refused as `unavailable`
  std::int64_t max_rescues = 5;               // a run that lost more workers than this is given up as dead
  Milliseconds drain = Milliseconds(30'000);  // stop() hands back what has not ended by then
  // Nobody else can be working on this database (the data directory's lock is ours): leases found at the start are
  // those of a dead process and are taken back at once.
  bool sole_owner = false;
  // Called in the transaction of each change, so that what it writes exists exactly when the change does. It may run
  // more than once for a change that is committed once.
  std::function<void(store::Transaction&, const Change&)> on_change = {};
  // Tells the workers of other processes that there may be work (Engine::wake there). A hint: it may do nothing. Called
  // after a commit, from any thread; must not block.
  std::function<void()> announce = {};
};

struct StartOptions {
  TenantId tenant = {};
  std::optional<RunId> run_id = {};                 // chosen by the caller; also makes the start idempotent
  std::optional<std::string> idempotency_key = {};  // unique per tenant
  std::optional<std::int32_t> version = {};         // default: the newest defined
  std::int32_t priority = 0;                        // among the runs of its tenant, ±1,000,000; higher comes first
  std::optional<Timestamp> not_before = {};         // database time
  // At most `key_limit` runs of the tenant with the same key are running at a time; the others are `blocked`.
  std::optional<std::string> limit_key = {};
  std::int64_t key_limit = 1;
};

struct StartRequest {
  std::string workflow;
  json::value input;
  StartOptions options = {};
};

struct SignalOptions {
  std::optional<std::string> signal_id = {};  // a second signal with this id is the same one
};

// What one tenant may take of the workers; kept in the store, in force from the next claim on.
struct TenantLimits {
  double weight = 1;                             // share of the workers while several tenants have ready runs, > 0
  std::optional<std::int64_t> max_running = {};  // at the same time, by all workers together
  std::optional<std::int64_t> max_starts = {};   // in each `per`, evenly spread after a burst of as many
  Milliseconds per = Milliseconds(1'000);
};
BOOST_DESCRIBE_STRUCT(TenantLimits, (), (weight, max_running, max_starts, per))

// What may be removed of a tenant's history. Only ended runs, oldest first, with their journals, signals and values; a
// run stays as long as its parent or a run forked from it is open.
struct Retention {
  std::optional<Milliseconds> max_age = {};    // since the end of the run
  std::optional<std::int64_t> max_count = {};  // ended runs
};
BOOST_DESCRIBE_STRUCT(Retention, (), (max_age, max_count))

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

  // Takes no more runs, asks running steps to end (StepInfo::stop), records what they return, and hands the runs back;
  // what has not returned within `drain` is handed back without. Returns when no workflow code is running any more,
  // or after `drain`. Before work(), twice, or during it is fine.
  void stop();

  // There may be work: another process says so.
  void wake();

  // The same key (or run id) with the same workflow and input returns the same run; with another payload: conflict.
  Task<RunId> start(std::string workflow, json::value input, StartOptions options);

  // Many at once, in few commits: the ids in the order of the requests. A conflict or a bad request fails the call;
  // those before it may have been started.
  Task<std::vector<RunId>> start_many(std::vector<StartRequest> requests);

  // Stored before it returns, whether the run waits for it already or not; taken by exactly one wait.
  Task<void> signal(RunId run, std::string name, json::value payload, SignalOptions options = {});

  // A waiting run ends at once, a running one when its current steps have ended. Its children are cancelled with it.
  // Nothing happens to a finished run.
  Task<void> cancel(RunId run);

  // Puts a failed or dead run back. Stored results stay; the step that ended the run gets new attempts.
  Task<void> retry(RunId run);

  // A running run stops before its next step, any other one where it stands; signals and timers are kept until
  // resume(). Throws conflict for a finished run. Twice is fine.
  Task<void> pause(RunId run);
  Task<void> resume(RunId run);

  // A new run with the same input whose journal begins with what the old one had begun before the step with this label
  // (RunView and JournalEntry show labels: "build", "pages/tests", "check#2") and has ended by now; from there on it is
  // on its own. Throws not_found when there is no such step.
  Task<RunId> fork(RunId run, std::string from_step, StartOptions options = {});

  // What the run has published under this key, if anything.
  Task<std::optional<json::value>> query(RunId run, std::string key);

  // Returns when the run has finished. Throws what keeps this engine from working (storage_full, data_corrupted …),
  // since no run would ever finish then, and `cancelled` when the engine stops.
  Task<RunView> wait(RunId run);

  Task<RunView> describe(RunId run);
  Task<std::vector<RunView>> list(RunFilter filter);
  Task<std::vector<JournalEntry>> journal(RunId run);
  Task<RunTree> tree(RunId run);
  Task<RunCounts> counts(std::optional<TenantId> tenant = {});

  Task<void> set_limits(TenantId tenant, TenantLimits limits);
  Task<TenantLimits> limits(TenantId tenant);

  // Workers apply it about once a minute; apply_retention() does it now and says how many runs were removed.
  Task<void> set_retention(TenantId tenant, Retention retention);
  Task<std::int64_t> apply_retention(TenantId tenant);

  // durable/schedule.h. put_schedule creates or replaces by (tenant, name).
  Task<void> put_schedule(Schedule schedule);
  Task<void> remove_schedule(TenantId tenant, std::string name);
  Task<std::vector<ScheduleView>> schedules(TenantId tenant);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace tenon::durable
