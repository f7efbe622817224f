#include "durable/journal.h"

#include <algorithm>

#include "durable/run_table.h"
#include "store/sql.h"

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
                       started_at, finished_at, wake_at, child_run_id, result, error_code, error_message, error_hint))

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
          .started_at = row.started_at,
          .finished_at = row.finished_at,
          .wake_at = row.wake_at,
          .child_run_id = row.child_run_id,
          .result = std::move(row.result),
          .error = std::move(error)};
}

Milliseconds duration_of(const std::optional<Timestamp>& started, const Lease& lease, const Place& place,
                         store::Transaction& tx) {
  if (!started) {
    throw Error(ErrorCode::internal,
                fmt::format("The step {} of run {} has ended already.", label(place), lease.run_id.text));
  }
  return tx.now() - *started;
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
    SELECT branch, position, ordinal, ended_after, kind, name, occurrence, state, attempt, failures, started_at, finished_at,
      wake_at, child_run_id, result, error_code, error_message, error_hint
    FROM steps WHERE run_id = :run ORDER BY ordinal, branch, position)",
                                     named("run", run));
  std::vector<JournalEntry> result;
  for (EntryRow& row : rows) result.push_back(entry_of(std::move(row)));
  return result;
}

Begun begin_entry(store::Transaction& tx, const Lease& lease, const NewEntry& entry) {
  const auto begun = store::query_one<Begun>(
      tx, R"(
    INSERT INTO steps (run_id, tenant_id, branch, position, ordinal, kind, name, occurrence, state, attempt, token,
      started_at, wake_at, child_run_id)
    VALUES (:run, :tenant, :branch, :position, :ordinal, :kind, :name, :occurrence, 'started', 1, :token, :now, :wake, :child)
    ON CONFLICT (run_id, branch, name, occurrence) DO UPDATE SET attempt = steps.attempt + 1, token = :token
    WHERE steps.state = 'started'
    RETURNING attempt, started_at, wake_at, child_run_id)",
      named("run", lease.run_id), named("tenant", lease.tenant_id), named("branch", entry.place.branch),
      named("position", entry.place.position), named("ordinal", entry.ordinal), named("kind", entry.kind),
      named("name", entry.place.name), named("occurrence", entry.place.occurrence), named("token", lease.token),
      named("now", tx.now()), named("wake", entry.wake_at), named("child", entry.child_run_id));
  if (begun) return *begun;
  throw Error(ErrorCode::internal,
              fmt::format("The step {} of run {} has ended already.", label(entry.place), lease.run_id.text));
}

Milliseconds complete_entry(store::Transaction& tx, const Lease& lease, const Place& place, std::int64_t ended_after,
                            const json::value& result) {
  const auto started =
      store::query_one<Timestamp>(tx, R"(
    UPDATE steps SET state = 'completed', result = :result, finished_at = :now, ended_after = :ended_after
    WHERE run_id = :run AND branch = :branch AND name = :name AND occurrence = :occurrence
      AND state = 'started' AND token = :token
    RETURNING started_at)",
                                  named("result", result), named("now", tx.now()), named("ended_after", ended_after),
                                  named("run", lease.run_id), named("branch", place.branch), named("name", place.name),
                                  named("occurrence", place.occurrence), named("token", lease.token));
  return duration_of(started, lease, place, tx);
}

Milliseconds fail_entry(store::Transaction& tx, const Lease& lease, const Place& place, std::int64_t ended_after,
                        const Failure& failure) {
  const auto started = store::query_one<Timestamp>(tx, R"(
    UPDATE steps SET state = 'failed', failures = failures + 1, error_code = :code, error_message = :message,
      error_hint = :hint, finished_at = :now, ended_after = :ended_after
    WHERE run_id = :run AND branch = :branch AND name = :name AND occurrence = :occurrence
      AND state = 'started' AND token = :token
    RETURNING started_at)",
                                                   named("code", failure.code), named("message", failure.message),
                                                   named("hint", failure.hint), named("now", tx.now()),
                                                   named("ended_after", ended_after), named("run", lease.run_id),
                                                   named("branch", place.branch), named("name", place.name),
                                                   named("occurrence", place.occurrence), named("token", lease.token));
  return duration_of(started, lease, place, tx);
}

void count_failure(store::Transaction& tx, const Lease& lease, const Place& place, const Failure& failure) {
  store::execute(tx, R"(
    UPDATE steps SET failures = failures + 1, error_code = :code, error_message = :message, error_hint = :hint
    WHERE run_id = :run AND branch = :branch AND name = :name AND occurrence = :occurrence
      AND state = 'started' AND token = :token)",
                 named("code", failure.code), named("message", failure.message), named("hint", failure.hint),
                 named("run", lease.run_id), named("branch", place.branch), named("name", place.name),
                 named("occurrence", place.occurrence), named("token", lease.token));
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

std::string label(const Place& place) {
  const std::string name = place.branch.empty() ? place.name : place.branch + "/" + place.name;
  return place.occurrence > 1 ? fmt::format("{}#{}", name, place.occurrence) : name;
}

std::string idempotency_key(const RunId& run, const Place& place) {
  return fmt::format("{}:{}:{}:{}", run.text, place.branch, place.name, place.occurrence);
}

Journal::Journal(std::vector<JournalEntry> entries) {
  for (JournalEntry& entry : entries) {
    last_ordinal_ = std::max(last_ordinal_, entry.ordinal);
    position_by_name_[{entry.branch, entry.name, entry.occurrence}] = entry.position;
    const auto key = std::make_pair(entry.branch, entry.position);
    by_position_.emplace(key, std::move(entry));
  }
}

const JournalEntry* Journal::find(const RunId& run, const Place& place, StepKind kind) const {
  const auto shown = [](StepKind of, const std::string& name) {
    return fmt::format("{} '{}'", boost::describe::enum_to_string(of, ""), name);
  };
  const auto different = [&](const std::string& stored, std::int64_t position) {
    return Error(
        ErrorCode::conflict,
        fmt::format("The journal of run {} has {} at position {} of {}, but the workflow asks for {} at position {}.",
                    run.text, stored, position,
                    place.branch.empty() ? "its main line" : fmt::format("branch '{}'", place.branch),
                    shown(kind, label(place)), place.position),
        "The workflow changed under a run that had begun: give the changed workflow a new version, and use branch() "
        "for what runs at the same time.");
  };
  const auto found = by_position_.find({place.branch, place.position});
  if (found != by_position_.end()) {
    const JournalEntry& entry = found->second;
    if (entry.kind == kind && entry.name == place.name && entry.occurrence == place.occurrence) return &entry;
    const Place stored{entry.branch, entry.position, entry.name, entry.occurrence};
    throw different(shown(entry.kind, label(stored)), entry.position);
  }
  const auto elsewhere = position_by_name_.find({place.branch, place.name, place.occurrence});
  if (elsewhere != position_by_name_.end()) throw different(shown(kind, label(place)), elsewhere->second);
  return nullptr;
}

}  // namespace tenon::durable
