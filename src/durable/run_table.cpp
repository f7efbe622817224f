#include "durable/run_table.h"

#include <algorithm>
#include <set>

#include "store/batch.h"

namespace tenon::durable {

using store::named;

namespace {

// Refers to what it is made of.
struct RunRow {
  std::string_view run_id;
  std::string_view tenant_id;
  std::string_view workflow;
  std::int32_t version = 1;
  std::optional<std::string_view> idempotency_key;
  std::optional<std::string_view> parent_run_id;
  std::optional<std::string_view> forked_from;
  std::int32_t rank = 0;
  std::optional<std::string_view> limit_key;
  std::int64_t key_limit = 0;
  std::string_view input;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(RunRow, (),
                      (run_id, tenant_id, workflow, version, idempotency_key, parent_run_id, forked_from, rank,
                       limit_key, key_limit, input, created_at))

std::optional<std::string_view> text_of(const std::optional<RunId>& id) {
  return id ? std::optional<std::string_view>(id->text) : std::nullopt;
}

std::vector<RunRow> rows_of(const std::vector<const NewRun*>& runs, Timestamp now) {
  std::vector<RunRow> rows;
  rows.reserve(runs.size());
  for (const NewRun* run : runs) {
    rows.push_back({run->run_id.text, run->tenant_id.text, run->workflow, run->version, run->idempotency_key,
                    text_of(run->parent_run_id), text_of(run->forked_from), run->rank, run->limit_key, run->key_limit,
                    run->input, now});
  }
  return rows;
}

// Which of them are new.
std::vector<bool> insert_runs(store::Transaction& tx, const std::vector<RunRow>& rows) {
  if (tx.dialect() == store::Dialect::sqlite) {
    return store::batch_touch(tx,
                              {.sqlite = R"(
    INSERT INTO runs (run_id, tenant_id, workflow, version, idempotency_key, parent_run_id, forked_from, rank, limit_key,
      key_limit, input, created_at)
    VALUES (:run_id, :tenant_id, :workflow, :version, :idempotency_key, :parent_run_id, :forked_from, :rank, :limit_key,
      :key_limit, :input, :created_at)
    ON CONFLICT DO NOTHING)",
                               .postgresql = {}},
                              rows);
  }
  const auto inserted = store::batch_query<std::string>(tx, {.sqlite = {}, .postgresql = R"(
    INSERT INTO runs (run_id, tenant_id, workflow, version, idempotency_key, parent_run_id, forked_from, rank, limit_key,
      key_limit, input, created_at)
    SELECT * FROM unnest(CAST(:run_id AS TEXT[]), CAST(:tenant_id AS TEXT[]), CAST(:workflow AS TEXT[]),
      CAST(:version AS INTEGER[]), CAST(:idempotency_key AS TEXT[]), CAST(:parent_run_id AS TEXT[]),
      CAST(:forked_from AS TEXT[]), CAST(:rank AS INTEGER[]), CAST(:limit_key AS TEXT[]), CAST(:key_limit AS BIGINT[]),
      CAST(:input AS TEXT[]), CAST(:created_at AS BIGINT[]))
    ON CONFLICT DO NOTHING RETURNING run_id)"},
                                                        rows);
  if (inserted.size() == rows.size()) return std::vector<bool>(rows.size(), true);
  // The same id twice in one batch is new once.
  std::set<std::string_view> ids(inserted.begin(), inserted.end());
  std::vector<bool> created;
  for (const RunRow& row : rows) created.push_back(ids.erase(row.run_id) > 0);
  return created;
}

struct Existing {
  RunId run_id;
  std::string workflow;
  std::string input;
};
BOOST_DESCRIBE_STRUCT(Existing, (), (run_id, workflow, input))

std::optional<Existing> existing_run(store::Transaction& tx, const NewRun& run) {
  return store::query_one<Existing>(tx, R"(
    SELECT run_id, workflow, input FROM runs WHERE run_id = :run
    UNION ALL
    SELECT run_id, workflow, input FROM runs WHERE tenant_id = :tenant AND idempotency_key = :key AND run_id <> :run)",
                                    named("run", run.run_id), named("tenant", run.tenant_id),
                                    named("key", run.idempotency_key));
}

Creation found_before(store::Transaction& tx, const NewRun& run) {
  auto existing = existing_run(tx, run);
  if (existing && existing->workflow == run.workflow && existing->input == run.input) {
    return {.run_id = std::move(existing->run_id), .created = Created::before};
  }
  const bool other_workflow = existing && existing->workflow != run.workflow;
  return {.run_id = run.run_id,
          .created = Created::before,
          .conflict =
              Error(ErrorCode::conflict,
                    fmt::format("The key '{}' was used for another {} before.",
                                run.idempotency_key.value_or(run.run_id.text), other_workflow ? "workflow" : "input"),
                    "Use a new key for a new run.")};
}

// The row is locked before the wait is looked for: whoever parks the run locks it too, so no wake-up falls in between.
void wake_waiting(store::Transaction& tx, const RunId& run, WaitKind kind, const std::string& name) {
  const auto found = find_open(tx, run);
  if (!found || found->place != Place::waiting) return;
  const auto waits = store::query_one<std::int64_t>(tx, R"(
    SELECT 1 FROM waits WHERE run_id = :run AND kind = :kind AND name = :name)",
                                                    named("run", run), named("kind", kind), named("name", name));
  if (waits) wake(tx, run);
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

OpenRun open_run_of(const NewRun& run) {
  return {.run_id = run.run_id,
          .tenant_id = run.tenant_id,
          .rank = run.rank,
          .token = run.forked_from ? 1 : 0,
          .limit_key = run.limit_key,
          .key_limit = run.key_limit};
}

std::vector<Creation> create_runs(store::Transaction& tx, const std::vector<const NewRun*>& runs) {
  const std::vector<bool> inserted = insert_runs(tx, rows_of(runs, tx.now()));
  std::vector<Creation> creations;
  creations.reserve(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    creations.push_back(inserted[i] ? Creation{.run_id = runs[i]->run_id} : found_before(tx, *runs[i]));
  }
  return creations;
}

bool postpone(store::Transaction& tx, const NewRun& run) {
  if (!run.not_before || *run.not_before <= tx.now()) return false;
  enter_waiting(tx, open_run_of(run), {.wake_at = run.not_before, .reason = "it is not to begin before its time"});
  return true;
}

Creation create_run(store::Transaction& tx, const NewRun& run) {
  Creation creation = create_runs(tx, {&run}).front();
  if (creation.created == Created::before) return creation;
  if (!postpone(tx, run)) enter_ready(tx, {open_run_of(run)});
  return creation;
}

void remember_waits(store::Transaction& tx, const OpenRun& run, const std::vector<Wait>& waits) {
  for (const Wait& wait : waits) {
    if (wait.kind == WaitKind::timer) continue;
    store::execute(tx, R"(
      INSERT INTO waits (run_id, tenant_id, kind, name) VALUES (:run, :tenant, :kind, :name) ON CONFLICT DO NOTHING)",
                   named("run", run.run_id), named("tenant", run.tenant_id), named("kind", wait.kind),
                   named("name", wait.name));
  }
}

Parked park_waiting(store::Transaction& tx, const Lease& lease, const std::vector<Wait>& waits) {
  std::vector<OpenRun> left = leave_leased(tx, {{lease.run_id(), lease.run.token}});
  if (left.empty()) throw LeaseLost(lease.run_id());
  left.front().rescues = 0;  // it came as far as it could
  std::optional<Timestamp> wake_at;
  for (const Wait& wait : waits) {
    if (is_over(tx, lease.run_id(), wait)) {
      enter_ready(tx, left);
      return Parked::ready_again;
    }
    if (wait.until) wake_at = std::min(wake_at.value_or(*wait.until), *wait.until);
  }
  enter_waiting(tx, left.front(), {.wake_at = wake_at});
  remember_waits(tx, left.front(), waits);
  return Parked::waiting;
}

namespace {

struct ClosingRow {
  RunId run_id;
  std::int64_t token = 0;
  RunState outcome = RunState::completed;
  std::optional<std::string> output;
  std::optional<ErrorCode> error_code;
  std::optional<std::string> error_message;
  std::optional<std::string> error_hint;
  Timestamp finished_at;
};
BOOST_DESCRIBE_STRUCT(ClosingRow, (),
                      (run_id, token, outcome, output, error_code, error_message, error_hint, finished_at))

ClosingRow row_of(const Closing& closing, Timestamp now) {
  ClosingRow row{.run_id = closing.run.run_id,
                 .token = closing.run.token,
                 .outcome = closing.outcome.state,
                 .output = closing.outcome.output,
                 .finished_at = now};
  if (closing.outcome.error) {
    row.error_code = closing.outcome.error->code;
    row.error_message = closing.outcome.error->message;
    row.error_hint = closing.outcome.error->hint;
  }
  return row;
}

}  // namespace

void close_runs(store::Transaction& tx, const std::vector<Closing>& closings) {
  std::vector<ClosingRow> rows;
  rows.reserve(closings.size());
  for (const Closing& closing : closings) rows.push_back(row_of(closing, tx.now()));
  store::batch_execute(tx,
                       {.sqlite = R"(
    UPDATE runs SET outcome = :outcome, output = :output, error_code = :error_code, error_message = :error_message,
      error_hint = :error_hint, finished_at = :finished_at, last_token = :token
    WHERE run_id = :run_id AND outcome IS NULL)",
                        .postgresql = R"(
    UPDATE runs r SET outcome = c.outcome, output = c.output, error_code = c.error_code, error_message = c.error_message,
      error_hint = c.error_hint, finished_at = c.finished_at, last_token = c.token
    FROM unnest(CAST(:run_id AS TEXT[]), CAST(:token AS BIGINT[]), CAST(:outcome AS TEXT[]), CAST(:output AS TEXT[]),
      CAST(:error_code AS TEXT[]), CAST(:error_message AS TEXT[]), CAST(:error_hint AS TEXT[]),
      CAST(:finished_at AS BIGINT[]))
      AS c (run_id, token, outcome, output, error_code, error_message, error_hint, finished_at)
    WHERE r.run_id = c.run_id AND r.outcome IS NULL)"},
                       rows);
  for (const Closing& closing : closings) {
    if (closing.parent_run_id) wake_waiting(tx, *closing.parent_run_id, WaitKind::child, closing.run.run_id.text);
  }
}

void add_signal(store::Transaction& tx, const RunId& run, const std::string& name, const json::value& payload,
                const std::string& signal_id) {
  const auto found = find_open(tx, run);
  if (!found) {
    outcome_of(tx, run);
    throw Error(ErrorCode::conflict, fmt::format("The run {} has finished; it takes no more signals.", run.text));
  }
  store::execute(tx, R"(
    INSERT INTO signals (signal_id, run_id, tenant_id, name, number, payload, created_at)
    SELECT :id, :run, :tenant, :name,
      (SELECT COALESCE(max(number), 0) + 1 FROM signals WHERE run_id = :run AND name = :name), :payload,
      CAST(:now AS BIGINT)
    WHERE NOT EXISTS (SELECT 1 FROM signals WHERE run_id = :run AND signal_id = :id))",
                 named("id", signal_id), named("run", run), named("tenant", found->run.tenant_id), named("name", name),
                 named("payload", payload), named("now", tx.now()));
  wake_waiting(tx, run, WaitKind::signal, name);
}

std::optional<json::value> take_signal(store::Transaction& tx, const RunId& run, const std::string& name,
                                       const std::string& step) {
  return store::query_one<json::value>(tx, R"(
    UPDATE signals SET taken_by = :step, taken_at = :now
    WHERE run_id = :run AND name = :name AND taken_by IS NULL AND number = (
      SELECT min(number) FROM signals WHERE run_id = :run AND name = :name AND taken_by IS NULL)
    RETURNING payload)",
                                       named("step", step), named("now", tx.now()), named("run", run),
                                       named("name", name));
}

std::vector<RunId> cancel_tree(store::Transaction& tx, const RunId& run) {
  const auto found = find_open(tx, run);
  if (!found) {
    outcome_of(tx, run);
    return {};
  }
  std::vector<RunId> touched = {run};
  const auto children = store::query<RunId>(tx, R"(
    SELECT run_id FROM runs WHERE parent_run_id = :run AND outcome IS NULL ORDER BY run_id)",
                                            named("run", run));
  if (found->place == Place::leased) {
    request(tx, run, Request::cancel);
  } else {
    leave(tx, *found);
    const auto parent = *store::query_one<std::optional<RunId>>(
        tx, "SELECT parent_run_id FROM runs WHERE run_id = :run", named("run", run));
    close_runs(tx, {{.run = found->run,
                     .parent_run_id = parent,
                     .outcome = {.state = RunState::cancelled, .output = {}, .error = {}}}});
  }
  for (const RunId& child : children) std::ranges::move(cancel_tree(tx, child), std::back_inserter(touched));
  return touched;
}

void reopen(store::Transaction& tx, const RunId& run) {
  const auto reopened = store::query<OpenRun>(tx, R"(
    UPDATE runs SET outcome = NULL, finished_at = NULL, error_code = NULL, error_message = NULL, error_hint = NULL
    WHERE run_id = :run AND outcome IN ('failed', 'dead')
    RETURNING run_id, tenant_id, rank, last_token, 0, limit_key, key_limit)",
                                              named("run", run));
  if (reopened.empty()) {
    const auto outcome = outcome_of(tx, run);
    throw Error(ErrorCode::conflict,
                fmt::format("The run {} has not failed: it is {}.", run.text,
                            outcome ? boost::describe::enum_to_string(outcome->state, "") : "open"));
  }
  enter_ready(tx, reopened);
}

namespace {

struct OutcomeRow {
  std::optional<RunState> outcome;
  std::optional<std::string> output;
  std::optional<ErrorCode> error_code;
  std::optional<std::string> error_message;
  std::optional<std::string> error_hint;
};
BOOST_DESCRIBE_STRUCT(OutcomeRow, (), (outcome, output, error_code, error_message, error_hint))

}  // namespace

std::optional<Outcome> outcome_of(store::Transaction& tx, const RunId& run) {
  auto row = store::query_one<OutcomeRow>(tx, R"(
    SELECT outcome, output, error_code, error_message, error_hint FROM runs WHERE run_id = :run)",
                                          named("run", run));
  if (!row) throw no_such_run(run);
  if (!row->outcome) return std::nullopt;
  Outcome outcome{.state = *row->outcome, .output = std::move(row->output), .error = {}};
  if (row->error_code) {
    outcome.error = Failure{*row->error_code, row->error_message.value_or(""), row->error_hint.value_or("")};
  }
  return outcome;
}

void set_value(store::Transaction& tx, const Lease& lease, const std::string& name, const json::value& value) {
  store::execute(tx, R"(
    INSERT INTO run_values (run_id, name, tenant_id, value, updated_at) VALUES (:run, :name, :tenant, :value, :now)
    ON CONFLICT (run_id, name) DO UPDATE SET value = :value, updated_at = :now)",
                 named("run", lease.run_id()), named("name", name), named("tenant", lease.run.tenant_id),
                 named("value", value), named("now", tx.now()));
}

std::optional<json::value> value_of(store::Transaction& tx, const RunId& run, const std::string& name) {
  outcome_of(tx, run);
  return store::query_one<json::value>(tx, "SELECT value FROM run_values WHERE run_id = :run AND name = :name",
                                       named("run", run), named("name", name));
}

}  // namespace tenon::durable
