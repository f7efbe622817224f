#include "durable/run_table.h"

#include <algorithm>

#include "core/digest.h"
#include "store/sql.h"

namespace tenon::durable {

using store::named;

namespace {

struct Existing {
  RunId run_id;
  std::string workflow;
  std::string input_digest;
};
BOOST_DESCRIBE_STRUCT(Existing, (), (run_id, workflow, input_digest))

std::optional<Existing> existing_run(store::Transaction& tx, const NewRun& run) {
  return store::query_one<Existing>(tx, R"(
    SELECT run_id, workflow, input_digest FROM runs
    WHERE run_id = :run OR (tenant_id = :tenant AND idempotency_key = :key))",
                                    named("run", run.run_id), named("tenant", run.tenant_id),
                                    named("key", run.idempotency_key));
}

void make_ready(store::Transaction& tx, const RunId& run) {
  store::execute(tx, "DELETE FROM waits WHERE run_id = :run", named("run", run));
  store::execute(tx, R"(
    UPDATE open_runs SET place = 'ready', ready_at = :now, wake_at = NULL, worker_id = NULL, lease_until = NULL
    WHERE run_id = :run)",
                 named("now", tx.now()), named("run", run));
}

std::optional<std::string> lock_place(store::Transaction& tx, const RunId& run) {
  return store::query_one<std::string>(
      tx, fmt::format("SELECT place FROM open_runs WHERE run_id = :run{}", tx.for_update()), named("run", run));
}

// The row is locked before the wait is looked for: whoever parks the run locks it too, so no wake-up falls in between.
void wake_waiting(store::Transaction& tx, const RunId& run, WaitKind kind, const std::string& name) {
  if (lock_place(tx, run) != "waiting") return;
  const auto waits = store::query_one<std::int64_t>(tx, R"(
    SELECT 1 FROM waits WHERE run_id = :run AND kind = :kind AND name = :name)",
                                                    named("run", run), named("kind", kind), named("name", name));
  if (waits) make_ready(tx, run);
}

bool is_over(store::Transaction& tx, const RunId& run, const Wait& wait) {
  switch (wait.kind) {
    case WaitKind::timer:
      return *wait.until <= tx.now();
    case WaitKind::signal:
      return store::query_one<std::int64_t>(tx, R"(
        SELECT 1 FROM signals WHERE run_id = :run AND name = :name AND taken_by IS NULL LIMIT 1)",
                                            named("run", run), named("name", wait.name))
          .has_value();
    case WaitKind::child:
      return outcome_of(tx, RunId{wait.name}).has_value();
  }
  return false;
}

Error no_such_run(const RunId& run) {
  return Error(ErrorCode::not_found, fmt::format("There is no run {}.", run.text), "`tenon runs` lists them.");
}

}  // namespace

Created create_run(store::Transaction& tx, NewRun& run) {
  const std::string digest = sha256(json::serialize(run.input)).text;
  const std::int64_t inserted = store::execute(
      tx, R"(
    INSERT INTO runs (run_id, tenant_id, workflow, version, idempotency_key, parent_run_id, input, input_digest, created_at)
    VALUES (:run, :tenant, :workflow, :version, :key, :parent, :input, :digest, :now)
    ON CONFLICT DO NOTHING)",
      named("run", run.run_id), named("tenant", run.tenant_id), named("workflow", run.workflow),
      named("version", run.version), named("key", run.idempotency_key), named("parent", run.parent_run_id),
      named("input", run.input), named("digest", digest), named("now", tx.now()));
  if (inserted == 0) {
    const auto existing = existing_run(tx, run);
    if (!existing || existing->workflow != run.workflow || existing->input_digest != digest) {
      throw Error(ErrorCode::conflict,
                  fmt::format("The key '{}' was used for another {} before.", run.idempotency_key,
                              existing && existing->workflow != run.workflow ? "workflow" : "input"),
                  "Use a new key for a new run.");
    }
    run.run_id = existing->run_id;
    return Created::before;
  }
  store::execute(tx, R"(
    INSERT INTO open_runs (run_id, tenant_id, place, ready_at, token) VALUES (:run, :tenant, 'ready', :now, 0))",
                 named("run", run.run_id), named("tenant", run.tenant_id), named("now", tx.now()));
  return Created::now;
}

Parked park_waiting(store::Transaction& tx, const Lease& lease, const std::vector<Wait>& waits) {
  std::optional<Timestamp> wake_at;
  for (const Wait& wait : waits) {
    if (is_over(tx, lease.run_id, wait)) {
      make_ready(tx, lease.run_id);
      return Parked::ready_again;
    }
    if (wait.until) wake_at = std::min(wake_at.value_or(*wait.until), *wait.until);
  }
  store::execute(tx, R"(
    UPDATE open_runs SET place = 'waiting', worker_id = NULL, lease_until = NULL, wake_at = :wake WHERE run_id = :run)",
                 named("wake", wake_at), named("run", lease.run_id));
  for (const Wait& wait : waits) {
    if (wait.kind == WaitKind::timer) continue;
    store::execute(tx, R"(
      INSERT INTO waits (run_id, tenant_id, kind, name) VALUES (:run, :tenant, :kind, :name) ON CONFLICT DO NOTHING)",
                   named("run", lease.run_id), named("tenant", lease.tenant_id), named("kind", wait.kind),
                   named("name", wait.name));
  }
  return Parked::waiting;
}

void park_unknown(store::Transaction& tx, const Lease& lease, const std::string& reason) {
  store::execute(tx, R"(
    UPDATE open_runs SET place = 'parked', worker_id = NULL, lease_until = NULL, reason = :reason WHERE run_id = :run)",
                 named("reason", reason), named("run", lease.run_id));
}

void hand_back(store::Transaction& tx, const Lease& lease) { make_ready(tx, lease.run_id); }

void close_run(store::Transaction& tx, const RunId& run, const Outcome& outcome) {
  std::optional<ErrorCode> code;
  std::optional<std::string> message, hint;
  if (outcome.error) {
    code = outcome.error->code;
    message = outcome.error->message;
    hint = outcome.error->hint;
  }
  const auto parent = store::query_one<std::optional<RunId>>(
      tx, R"(
    UPDATE runs SET outcome = :outcome, output = :output, error_code = :code, error_message = :message, error_hint = :hint,
      finished_at = :now, last_token = (SELECT token FROM open_runs WHERE open_runs.run_id = runs.run_id)
    WHERE run_id = :run AND outcome IS NULL
    RETURNING parent_run_id)",
      named("outcome", outcome.state), named("output", outcome.output), named("code", code), named("message", message),
      named("hint", hint), named("now", tx.now()), named("run", run));
  if (!parent) throw Error(ErrorCode::internal, fmt::format("The run {} has an outcome already.", run.text));
  store::execute(tx, "DELETE FROM waits WHERE run_id = :run", named("run", run));
  store::execute(tx, "DELETE FROM open_runs WHERE run_id = :run", named("run", run));
  if (*parent) wake_waiting(tx, **parent, WaitKind::child, run.text);
}

std::int64_t wake_due(store::Transaction& tx) {
  const std::string due = fmt::format("SELECT run_id FROM open_runs WHERE place = 'waiting' AND wake_at <= :now{}",
                                      tx.for_update_skip_locked());
  const auto runs = store::query<RunId>(tx, due, named("now", tx.now()));
  for (const RunId& run : runs) make_ready(tx, run);
  return static_cast<std::int64_t>(runs.size());
}

std::int64_t unpark(store::Transaction& tx, const std::string& workflow, std::int32_t version) {
  return store::execute(tx, R"(
    UPDATE open_runs SET place = 'ready', ready_at = :now, reason = NULL
    WHERE place = 'parked' AND run_id IN (SELECT run_id FROM runs WHERE workflow = :workflow AND version = :version))",
                        named("now", tx.now()), named("workflow", workflow), named("version", version));
}

std::optional<Timestamp> next_wake(store::Transaction& tx) {
  return *store::query_one<std::optional<Timestamp>>(
      tx, "SELECT min(wake_at) FROM open_runs WHERE place = 'waiting' AND wake_at IS NOT NULL");
}

void add_signal(store::Transaction& tx, const RunId& run, const std::string& name, const json::value& payload) {
  if (!lock_place(tx, run)) {
    outcome_of(tx, run);
    throw Error(ErrorCode::conflict, fmt::format("The run {} has finished; it takes no more signals.", run.text));
  }
  store::execute(tx, R"(
    INSERT INTO signals (signal_id, run_id, tenant_id, name, number, payload, created_at)
    VALUES (:id, :run, (SELECT tenant_id FROM runs WHERE run_id = :run), :name,
      (SELECT COALESCE(max(number), 0) + 1 FROM signals WHERE run_id = :run AND name = :name), :payload, :now))",
                 named("id", "sig_" + new_ulid()), named("run", run), named("name", name), named("payload", payload),
                 named("now", tx.now()));
  wake_waiting(tx, run, WaitKind::signal, name);
}

std::optional<json::value> take_signal(store::Transaction& tx, const RunId& run, const std::string& name,
                                       const std::string& step) {
  return store::query_one<json::value>(tx, R"(
    UPDATE signals SET taken_by = :step, taken_at = :now
    WHERE taken_by IS NULL AND signal_id = (
      SELECT signal_id FROM signals WHERE run_id = :run AND name = :name AND taken_by IS NULL ORDER BY number LIMIT 1)
    RETURNING payload)",
                                       named("step", step), named("now", tx.now()), named("run", run),
                                       named("name", name));
}

std::vector<RunId> cancel_tree(store::Transaction& tx, const RunId& run) {
  const auto place = lock_place(tx, run);
  if (!place) {
    outcome_of(tx, run);
    return {};
  }
  std::vector<RunId> touched = {run};
  const auto children = store::query<RunId>(tx, R"(
    SELECT run_id FROM runs WHERE parent_run_id = :run AND outcome IS NULL ORDER BY run_id)",
                                            named("run", run));
  if (*place == "leased") {
    store::execute(tx, "UPDATE open_runs SET cancel_requested = 1 WHERE run_id = :run", named("run", run));
  } else {
    close_run(tx, run, {.state = RunState::cancelled, .output = {}, .error = {}});
  }
  for (const RunId& child : children) std::ranges::move(cancel_tree(tx, child), std::back_inserter(touched));
  return touched;
}

void reopen(store::Transaction& tx, const RunId& run) {
  const std::int64_t reopened = store::execute(tx, R"(
    UPDATE runs SET outcome = NULL, finished_at = NULL, error_code = NULL, error_message = NULL, error_hint = NULL
    WHERE run_id = :run AND outcome = 'failed')",
                                               named("run", run));
  if (reopened == 0) {
    const auto outcome = outcome_of(tx, run);
    throw Error(ErrorCode::conflict,
                fmt::format("The run {} has not failed: it is {}.", run.text,
                            outcome ? boost::describe::enum_to_string(outcome->state, "") : "open"));
  }
  store::execute(tx, R"(
    INSERT INTO open_runs (run_id, tenant_id, place, ready_at, token)
    SELECT run_id, tenant_id, 'ready', CAST(:now AS BIGINT), last_token FROM runs WHERE run_id = :run)",
                 named("now", tx.now()), named("run", run));
}

namespace {

struct OutcomeRow {
  std::optional<RunState> outcome;
  std::optional<json::value> output;
  std::optional<ErrorCode> error_code;
  std::optional<std::string> error_message;
  std::optional<std::string> error_hint;
};
BOOST_DESCRIBE_STRUCT(OutcomeRow, (), (outcome, output, error_code, error_message, error_hint))

struct ViewRow {
  RunId run_id;
  TenantId tenant_id;
  std::string workflow;
  std::int32_t version = 0;
  RunState state = RunState::ready;
  std::string idempotency_key;
  std::optional<RunId> parent_run_id;
  std::optional<std::string> worker_id;
  std::optional<std::string> reason;
  std::optional<Timestamp> wake_at;
  bool cancel_requested = false;
  std::int64_t rescues = 0;
  Timestamp created_at;
  std::optional<Timestamp> finished_at;
  std::optional<json::value> output;
  std::optional<ErrorCode> error_code;
  std::optional<std::string> error_message;
  std::optional<std::string> error_hint;
};
BOOST_DESCRIBE_STRUCT(ViewRow, (),
                      (run_id, tenant_id, workflow, version, state, idempotency_key, parent_run_id, worker_id, reason,
                       wake_at, cancel_requested, rescues, created_at, finished_at, output, error_code, error_message,
                       error_hint))

constexpr std::string_view kViews = R"(
  SELECT r.run_id, r.tenant_id, r.workflow, r.version,
    COALESCE(r.outcome, CASE o.place WHEN 'leased' THEN 'running' ELSE o.place END) AS state,
    r.idempotency_key, r.parent_run_id, o.worker_id, o.reason, o.wake_at, COALESCE(o.cancel_requested, 0),
    COALESCE(o.rescues, 0), r.created_at, r.finished_at, r.output, r.error_code, r.error_message, r.error_hint
  FROM runs r LEFT JOIN open_runs o ON o.run_id = r.run_id)";

std::optional<Failure> failure_of(const std::optional<ErrorCode>& code, const std::optional<std::string>& message,
                                  const std::optional<std::string>& hint) {
  if (!code) return std::nullopt;
  return Failure{*code, message.value_or(""), hint.value_or("")};
}

struct WaitRow {
  WaitKind kind = WaitKind::signal;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(WaitRow, (), (kind, name))

RunView view_of(store::Transaction& tx, ViewRow row) {
  RunView view{.run_id = row.run_id,
               .tenant_id = row.tenant_id,
               .workflow = row.workflow,
               .version = row.version,
               .state = row.state,
               .idempotency_key = row.idempotency_key,
               .parent_run_id = row.parent_run_id,
               .worker_id = row.worker_id,
               .reason = row.reason,
               .waits_for = {},
               .wake_at = row.wake_at,
               .cancel_requested = row.cancel_requested,
               .rescues = row.rescues,
               .created_at = row.created_at,
               .finished_at = row.finished_at,
               .output = std::move(row.output),
               .error = failure_of(row.error_code, row.error_message, row.error_hint)};
  const auto waits = store::query<WaitRow>(tx, "SELECT kind, name FROM waits WHERE run_id = :run ORDER BY kind, name",
                                           named("run", row.run_id));
  for (const WaitRow& wait : waits) {
    view.waits_for.push_back(fmt::format("{} {}", boost::describe::enum_to_string(wait.kind, ""), wait.name));
  }
  if (row.wake_at) view.waits_for.push_back("timer");
  return view;
}

}  // namespace

std::optional<Outcome> outcome_of(store::Transaction& tx, const RunId& run) {
  auto row = store::query_one<OutcomeRow>(tx, R"(
    SELECT outcome, output, error_code, error_message, error_hint FROM runs WHERE run_id = :run)",
                                          named("run", run));
  if (!row) throw no_such_run(run);
  if (!row->outcome) return std::nullopt;
  return Outcome{.state = *row->outcome,
                 .output = std::move(row->output),
                 .error = failure_of(row->error_code, row->error_message, row->error_hint)};
}

RunView view(store::Transaction& tx, const RunId& run) {
  auto row = store::query_one<ViewRow>(tx, fmt::format("{} WHERE r.run_id = :run", kViews), named("run", run));
  if (!row) throw no_such_run(run);
  return view_of(tx, std::move(*row));
}

std::vector<RunView> views(store::Transaction& tx, const RunFilter& filter) {
  const std::string sql = fmt::format(R"({}
    WHERE (CAST(:tenant AS TEXT) IS NULL OR r.tenant_id = :tenant)
      AND (CAST(:workflow AS TEXT) IS NULL OR r.workflow = :workflow)
      AND (CAST(:state AS TEXT) IS NULL
           OR COALESCE(r.outcome, CASE o.place WHEN 'leased' THEN 'running' ELSE o.place END) = :state)
    ORDER BY r.created_at DESC, r.run_id DESC LIMIT :limit)",
                                      kViews);
  auto rows =
      store::query<ViewRow>(tx, sql, named("tenant", filter.tenant), named("workflow", filter.workflow),
                            named("state", filter.state), named("limit", static_cast<std::int64_t>(filter.limit)));
  std::vector<RunView> result;
  for (ViewRow& row : rows) result.push_back(view_of(tx, std::move(row)));
  return result;
}

}  // namespace tenon::durable
