#include "durable/journal.h"

#include <algorithm>

#include "durable/run_table.h"
#include "store/batch.h"

namespace tenon::durable {

using store::named;

namespace {

struct EntryRow {
  std::string branch;
  std::int64_t position = 0;
  std::int64_t ordinal = 0;
  std::optional<std::int64_t> ended_after;
  StepKind kind = StepKind::step;
  std::string name;
  std::int64_t occurrence = 1;
  StepState state = StepState::started;
  std::int64_t attempt = 0;
  std::int64_t failures = 0;
  std::string worker_id;
  Timestamp started_at;
  std::optional<Timestamp> finished_at;
  std::optional<Timestamp> wake_at;
  std::optional<RunId> child_run_id;
  std::optional<json::value> result;
  std::optional<ErrorCode> error_code;
  std::optional<std::string> error_message;
  std::optional<std::string> error_hint;
};
BOOST_DESCRIBE_STRUCT(EntryRow, (),
                      (branch, position, ordinal, ended_after, kind, name, occurrence, state, attempt, failures,
                       worker_id, started_at, finished_at, wake_at, child_run_id, result, error_code, error_message,
                       error_hint))

JournalEntry entry_of(EntryRow row) {
  std::optional<Failure> error;
  if (row.error_code) error = Failure{*row.error_code, row.error_message.value_or(""), row.error_hint.value_or("")};
  return {.branch = std::move(row.branch),
          .position = row.position,
          .ordinal = row.ordinal,
          .ended_after = row.ended_after,
          .kind = row.kind,
          .name = std::move(row.name),
          .occurrence = row.occurrence,
          .state = row.state,
          .attempt = row.attempt,
          .failures = row.failures,
          .worker_id = std::move(row.worker_id),
          .started_at = row.started_at,
          .finished_at = row.finished_at,
          .wake_at = row.wake_at,
          .child_run_id = row.child_run_id,
          .result = std::move(row.result),
          .error = std::move(error)};
}

// "a/b" lies within "a" and within "".
bool within(const std::string& branch, const std::string& outer) {
  return outer.empty() || branch == outer || branch.starts_with(outer + "/");
}

bool was_handled(const JournalEntry& failed, const std::vector<JournalEntry>& all) {
  return std::ranges::any_of(all, [&](const JournalEntry& other) {
    return within(failed.branch, other.branch) && other.ordinal > failed.ended_after.value_or(0);
  });
}

}  // namespace

std::vector<JournalEntry> entries(store::Transaction& tx, const RunId& run) {
  auto rows = store::query<EntryRow>(tx, R"(
    SELECT branch, position, ordinal, ended_after, kind, name, occurrence, state, attempt, failures, worker_id, started_at,
      finished_at, wake_at, child_run_id, result, error_code, error_message, error_hint
    FROM steps WHERE run_id = :run ORDER BY ordinal, branch, position)",
                                     named("run", run));
  std::vector<JournalEntry> result;
  result.reserve(rows.size());
  for (EntryRow& row : rows) result.push_back(entry_of(std::move(row)));
  return result;
}

Begun begin_entry(store::Transaction& tx, const Lease& lease, const NewEntry& entry) {
  const auto begun = store::query_one<Begun>(
      tx, R"(
    INSERT INTO steps (run_id, tenant_id, branch, position, ordinal, kind, name, occurrence, state, attempt, token, worker_id,
      started_at, wake_at, child_run_id)
    VALUES (:run, :tenant, :branch, :position, :ordinal, :kind, :name, :occurrence, 'started', 1, :token, :worker, :now,
      :wake, :child)
    ON CONFLICT (run_id, branch, position) DO UPDATE
    SET attempt = steps.attempt + 1, token = :token, worker_id = :worker
    WHERE steps.state = 'started'
    RETURNING attempt, started_at, wake_at, child_run_id)",
      named("run", lease.run_id()), named("tenant", lease.run.tenant_id), named("branch", entry.at.branch),
      named("position", entry.at.position), named("ordinal", entry.ordinal), named("kind", entry.kind),
      named("name", entry.at.name), named("occurrence", entry.at.occurrence), named("token", lease.run.token),
      named("worker", lease.worker_id), named("now", tx.now()), named("wake", entry.wake_at),
      named("child", entry.child_run_id));
  if (begun) return *begun;
  throw Error(ErrorCode::internal,
              fmt::format("The step {} of run {} has ended already.", label(entry.at), lease.run_id().text));
}

void end_entry(store::Transaction& tx, const Lease& lease, const Ending& ending) {
  end_entries(tx, {{&lease, &ending}});
}

namespace {

// Rows refer to what they are made of.
struct IntentRow {
  std::string_view run_id;
  std::string_view branch;
  std::int64_t position = 0;
  std::string_view tenant_id;
  std::int64_t ordinal = 0;
  StepKind kind = StepKind::step;
  std::string_view name;
  std::int64_t occurrence = 1;
  std::int64_t token = 0;
  std::string_view worker_id;
  Timestamp started_at;
};
BOOST_DESCRIBE_STRUCT(IntentRow, (),
                      (run_id, branch, position, tenant_id, ordinal, kind, name, occurrence, token, worker_id,
                       started_at))

struct AgainRow {
  std::string_view run_id;
  std::string_view branch;
  std::int64_t position = 0;
  std::int64_t token = 0;
  std::string_view worker_id;
};
BOOST_DESCRIBE_STRUCT(AgainRow, (), (run_id, branch, position, token, worker_id))

struct ResultRow {
  std::string_view run_id;
  std::string_view branch;
  std::int64_t position = 0;
  std::int64_t token = 0;
  std::string_view result;
  Timestamp finished_at;
  std::int64_t ended_after = 0;
};
BOOST_DESCRIBE_STRUCT(ResultRow, (), (run_id, branch, position, token, result, finished_at, ended_after))

struct FailureRow {
  RunId run_id;
  std::string branch;
  std::int64_t position = 0;
  std::int64_t token = 0;
  StepState state = StepState::failed;
  std::int64_t failures = 0;
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string hint;
  std::optional<Timestamp> finished_at;
  std::optional<std::int64_t> ended_after;
};
BOOST_DESCRIBE_STRUCT(FailureRow, (),
                      (run_id, branch, position, token, state, failures, code, message, hint, finished_at, ended_after))

void store_results(store::Transaction& tx, const std::vector<ResultRow>& rows) {
  store::batch_execute(tx,
                       {.sqlite = R"(
    UPDATE steps SET state = 'completed', result = :result, finished_at = :finished_at, ended_after = :ended_after
    WHERE run_id = :run_id AND branch = :branch AND position = :position AND state = 'started' AND token = :token)",
                        .postgresql = R"(
    UPDATE steps s SET state = 'completed', result = e.result, finished_at = e.finished_at, ended_after = e.ended_after
    FROM unnest(CAST(:run_id AS TEXT[]), CAST(:branch AS TEXT[]), CAST(:position AS BIGINT[]), CAST(:token AS BIGINT[]),
      CAST(:result AS TEXT[]), CAST(:finished_at AS BIGINT[]), CAST(:ended_after AS BIGINT[]))
      AS e (run_id, branch, position, token, result, finished_at, ended_after)
    WHERE s.run_id = e.run_id AND s.branch = e.branch AND s.position = e.position AND s.state = 'started'
      AND s.token = e.token)"},
                       rows);
}

void store_failures(store::Transaction& tx, const std::vector<FailureRow>& rows) {
  store::batch_execute(tx,
                       {.sqlite = R"(
    UPDATE steps SET state = :state, failures = :failures, error_code = :code, error_message = :message, error_hint = :hint,
      finished_at = :finished_at, ended_after = :ended_after
    WHERE run_id = :run_id AND branch = :branch AND position = :position AND state = 'started' AND token = :token)",
                        .postgresql = R"(
    UPDATE steps s SET state = e.state, failures = e.failures, error_code = e.code, error_message = e.message,
      error_hint = e.hint, finished_at = e.finished_at, ended_after = e.ended_after
    FROM unnest(CAST(:run_id AS TEXT[]), CAST(:branch AS TEXT[]), CAST(:position AS BIGINT[]), CAST(:token AS BIGINT[]),
      CAST(:state AS TEXT[]), CAST(:failures AS BIGINT[]), CAST(:code AS TEXT[]), CAST(:message AS TEXT[]),
      CAST(:hint AS TEXT[]), CAST(:finished_at AS BIGINT[]), CAST(:ended_after AS BIGINT[]))
      AS e (run_id, branch, position, token, state, failures, code, message, hint, finished_at, ended_after)
    WHERE s.run_id = e.run_id AND s.branch = e.branch AND s.position = e.position AND s.state = 'started'
      AND s.token = e.token)"},
                       rows);
}

}  // namespace

void insert_entries(store::Transaction& tx, const std::vector<FirstIntent>& intents) {
  std::vector<IntentRow> rows;
  rows.reserve(intents.size());
  for (const auto& [lease, entry] : intents) {
    rows.push_back({lease->run_id().text, entry->at.branch, entry->at.position, lease->run.tenant_id.text,
                    entry->ordinal, entry->kind, entry->at.name, entry->at.occurrence, lease->run.token,
                    lease->worker_id, tx.now()});
  }
  store::batch_execute(tx,
                       {.sqlite = R"(
    INSERT INTO steps (run_id, branch, position, tenant_id, ordinal, kind, name, occurrence, state, attempt, token, worker_id,
      started_at)
    VALUES (:run_id, :branch, :position, :tenant_id, :ordinal, :kind, :name, :occurrence, 'started', 1, :token, :worker_id,
      :started_at))",
                        .postgresql = R"(
    INSERT INTO steps (run_id, branch, position, tenant_id, ordinal, kind, name, occurrence, token, worker_id, started_at,
      state, attempt)
    SELECT *, 'started', 1 FROM unnest(CAST(:run_id AS TEXT[]), CAST(:branch AS TEXT[]), CAST(:position AS BIGINT[]),
      CAST(:tenant_id AS TEXT[]), CAST(:ordinal AS BIGINT[]), CAST(:kind AS TEXT[]), CAST(:name AS TEXT[]),
      CAST(:occurrence AS BIGINT[]), CAST(:token AS BIGINT[]), CAST(:worker_id AS TEXT[]),
      CAST(:started_at AS BIGINT[])))"},
                       rows);
}

void begin_again(store::Transaction& tx, const std::vector<NextIntent>& intents) {
  std::vector<AgainRow> rows;
  rows.reserve(intents.size());
  for (const auto& [lease, at] : intents) {
    rows.push_back({lease->run_id().text, at->branch, at->position, lease->run.token, lease->worker_id});
  }
  store::batch_execute(tx,
                       {.sqlite = R"(
    UPDATE steps SET attempt = attempt + 1, token = :token, worker_id = :worker_id
    WHERE run_id = :run_id AND branch = :branch AND position = :position AND state = 'started')",
                        .postgresql = R"(
    UPDATE steps s SET attempt = attempt + 1, token = e.token, worker_id = e.worker_id
    FROM unnest(CAST(:run_id AS TEXT[]), CAST(:branch AS TEXT[]), CAST(:position AS BIGINT[]), CAST(:token AS BIGINT[]),
      CAST(:worker_id AS TEXT[])) AS e (run_id, branch, position, token, worker_id)
    WHERE s.run_id = e.run_id AND s.branch = e.branch AND s.position = e.position AND s.state = 'started')"},
                       rows);
}

void end_entries(store::Transaction& tx, const std::vector<RunEnding>& endings) {
  std::vector<ResultRow> results;
  std::vector<FailureRow> failures;
  for (const auto& [lease, ending] : endings) {
    const Position& at = ending->at;
    if (ending->state == StepState::completed) {
      results.push_back({lease->run_id().text, at.branch, at.position, lease->run.token, *ending->result, tx.now(),
                         ending->ended_after});
      continue;
    }
    const bool over = ending->state == StepState::failed;
    failures.push_back({.run_id = lease->run_id(),
                        .branch = at.branch,
                        .position = at.position,
                        .token = lease->run.token,
                        .state = ending->state,
                        .failures = ending->failures,
                        .code = ending->failure->code,
                        .message = ending->failure->message,
                        .hint = ending->failure->hint,
                        .finished_at = over ? std::optional(tx.now()) : std::nullopt,
                        .ended_after = over ? std::optional(ending->ended_after) : std::nullopt});
  }
  // An attempt may fail and the next one succeed within one batch.
  store_failures(tx, failures);
  store_results(tx, results);
}

std::vector<RunId> reset_failures(store::Transaction& tx, const RunId& run) {
  std::vector<RunId> children;
  const std::vector<JournalEntry> all = entries(tx, run);
  for (const JournalEntry& entry : all) {
    if (entry.state != StepState::failed || was_handled(entry, all)) continue;
    // A cancelled child has ended for good: the entry goes, so that the next attempt starts another one.
    const bool gone =
        entry.kind == StepKind::child && outcome_of(tx, *entry.child_run_id)->state == RunState::cancelled;
    store::execute(tx,
                   gone ? R"(
    DELETE FROM steps WHERE run_id = :run AND branch = :branch AND position = :position)"
                        : R"(
    UPDATE steps SET state = 'started', failures = 0, finished_at = NULL, ended_after = NULL
    WHERE run_id = :run AND branch = :branch AND position = :position)",
                   named("run", run), named("branch", entry.branch), named("position", entry.position));
    if (entry.kind == StepKind::child && !gone) children.push_back(*entry.child_run_id);
  }
  return children;
}

std::string label(const Position& at) {
  const std::string name = at.branch.empty() ? at.name : at.branch + "/" + at.name;
  return at.occurrence > 1 ? fmt::format("{}#{}", name, at.occurrence) : name;
}

std::string idempotency_key(const RunId& run, const Position& at) {
  return fmt::format("{}:{}:{}:{}", run.text, at.branch, at.name, at.occurrence);
}

Journal::Journal(std::vector<JournalEntry> entries) {
  for (JournalEntry& entry : entries) {
    last_ordinal_ = std::max(last_ordinal_, entry.ordinal);
    Line& line = lines_[entry.branch];
    const auto place = static_cast<std::size_t>(entry.position);
    if (line.size() < place) line.resize(place);
    line[place - 1] = std::move(entry);
  }
}

const JournalEntry* Journal::at(const std::string& branch, std::int64_t position) const {
  const auto line = lines_.find(branch);
  if (line == lines_.end() || line->second.size() < static_cast<std::size_t>(position)) return nullptr;
  const JournalEntry& entry = line->second[static_cast<std::size_t>(position) - 1];
  return entry.position == position ? &entry : nullptr;  // an entry that a retry removed leaves a hole
}

const JournalEntry* Journal::find(const RunId& run, const Position& at, StepKind kind) const {
  const JournalEntry* entry = this->at(at.branch, at.position);
  if (entry == nullptr) return nullptr;
  if (entry->kind == kind && entry->name == at.name && entry->occurrence == at.occurrence) return entry;
  const auto shown = [](StepKind of, const Position& position) {
    return fmt::format("{} '{}'", boost::describe::enum_to_string(of, ""), label(position));
  };
  throw Error(
      ErrorCode::conflict,
      fmt::format("The journal of run {} has {} at position {} of {}, but the workflow asks for {} there.", run.text,
                  shown(entry->kind, {entry->branch, entry->position, entry->name, entry->occurrence}), at.position,
                  at.branch.empty() ? "its main line" : fmt::format("branch '{}'", at.branch), shown(kind, at)),
      "The workflow changed under a run that had begun: give the changed workflow a new version or use patched(), "
      "and use branch() for what runs at the same time.");
}

}  // namespace tenon::durable
