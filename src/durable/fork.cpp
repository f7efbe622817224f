#include "durable/fork.h"

#include <algorithm>

#include "durable/journal.h"
#include "store/sql.h"

namespace tenon::durable {

using store::named;

namespace {

struct OriginRow {
  TenantId tenant_id;
  std::string workflow;
  std::int32_t version = 0;
  std::int32_t rank = 0;
  std::string input;
};
BOOST_DESCRIBE_STRUCT(OriginRow, (), (tenant_id, workflow, version, rank, input))

std::int64_t ordinal_of(store::Transaction& tx, const RunId& run, const std::string& step) {
  const std::vector<JournalEntry> all = entries(tx, run);
  const auto found = std::ranges::find_if(all, [&](const JournalEntry& entry) {
    return label({entry.branch, entry.position, entry.name, entry.occurrence}) == step;
  });
  if (found != all.end()) return found->ordinal;
  throw Error(ErrorCode::not_found, fmt::format("The run {} has no step '{}'.", run.text, step),
              fmt::format("`tenon journal {}` lists its steps.", run.text));
}

}  // namespace

NewRun forked_run(store::Transaction& tx, const RunId& origin) {
  outcome_of(tx, origin);  // throws when there is no such run
  const auto row = *store::query_one<OriginRow>(
      tx, "SELECT tenant_id, workflow, version, rank, input FROM runs WHERE run_id = :run", named("run", origin));
  return {.run_id = RunId::make(),
          .tenant_id = row.tenant_id,
          .workflow = row.workflow,
          .version = row.version,
          .forked_from = origin,
          .rank = row.rank,
          .input = row.input};
}

void copy_journal(store::Transaction& tx, const RunId& origin, const RunId& fork, const std::string& from_step) {
  const std::int64_t from = ordinal_of(tx, origin, from_step);
  store::execute(tx, R"(
    INSERT INTO steps (run_id, branch, position, tenant_id, ordinal, ended_after, kind, name, occurrence, state, attempt,
      failures, token, worker_id, started_at, finished_at, wake_at, child_run_id, result, error_code, error_message, error_hint)
    SELECT CAST(:fork AS TEXT), branch, position, tenant_id, ordinal, ended_after, kind, name, occurrence, state, attempt,
      failures, 0, worker_id, started_at, finished_at, wake_at, child_run_id, result, error_code, error_message, error_hint
    FROM steps WHERE run_id = :origin AND ordinal < :from AND state <> 'started')",
                 named("fork", fork), named("origin", origin), named("from", from));
  // Those the copied entries took, with the same numbers; what comes later is sent to the new run.
  store::execute(tx, R"(
    INSERT INTO signals (run_id, name, number, tenant_id, signal_id, payload, created_at, taken_by, taken_at)
    SELECT CAST(:fork AS TEXT), g.name, g.number, g.tenant_id, g.signal_id, g.payload, g.created_at, g.taken_by, g.taken_at
    FROM signals g
    WHERE g.run_id = :origin AND g.taken_by IS NOT NULL AND EXISTS (
      SELECT 1 FROM steps s
      WHERE s.run_id = :fork AND s.kind = 'signal' AND s.name = g.name AND s.state = 'completed'
        AND g.taken_by = CASE WHEN s.branch = '' THEN '' ELSE s.branch || '/' END || s.name
          || CASE WHEN s.occurrence > 1 THEN '#' || CAST(s.occurrence AS TEXT) ELSE '' END))",
                 named("fork", fork), named("origin", origin));
  store::execute(tx, R"(
    INSERT INTO run_values (run_id, name, tenant_id, value, updated_at)
    SELECT CAST(:fork AS TEXT), v.name, v.tenant_id, v.value, v.updated_at FROM run_values v
    WHERE v.run_id = :origin AND EXISTS (
      SELECT 1 FROM steps s WHERE s.run_id = :fork AND s.name = 'publish ' || v.name))",
                 named("fork", fork), named("origin", origin));
}

}  // namespace tenon::durable
