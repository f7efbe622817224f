#include "durable/retention.h"

#include "store/batch.h"

namespace tenon::durable {

using store::named;

namespace {

struct RunRow {
  RunId run_id;
};
BOOST_DESCRIBE_STRUCT(RunRow, (), (run_id))

// Who still needs the history of run r: a parent that may replay its child, a fork that has not ended, and children
// that are open and look for their parent.
constexpr std::string_view kNotNeeded = R"(
      NOT EXISTS (SELECT 1 FROM runs p WHERE p.run_id = r.parent_run_id AND p.outcome IS NULL)
      AND NOT EXISTS (SELECT 1 FROM runs c WHERE c.parent_run_id = r.run_id AND c.outcome IS NULL)
      AND NOT EXISTS (SELECT 1 FROM runs f WHERE f.forked_from = r.run_id AND f.outcome IS NULL))";

// The oldest that has to stay because it is among the newest `count`; ids ascend with time.
std::optional<RunId> first_to_keep(store::Transaction& tx, const TenantId& tenant, std::int64_t count) {
  if (count == 0) return RunId{"~"};
  return store::query_one<RunId>(tx, R"(
    SELECT run_id FROM runs WHERE tenant_id = :tenant AND outcome IS NOT NULL ORDER BY run_id DESC LIMIT 1 OFFSET :count)",
                                 named("tenant", tenant), named("count", count - 1));
}

}  // namespace

void store_retention(store::Transaction& tx, const TenantId& tenant, const Retention& retention) {
  if (retention.max_age.value_or(Milliseconds(0)) < Milliseconds(0) || retention.max_count.value_or(0) < 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("The retention of tenant {} must not be below 0.", tenant.text));
  }
  store::execute(tx, R"(
    INSERT INTO retentions (tenant_id, max_age, max_count) VALUES (:tenant, :age, :count)
    ON CONFLICT (tenant_id) DO UPDATE SET max_age = :age, max_count = :count)",
                 named("tenant", tenant), named("age", retention.max_age), named("count", retention.max_count));
}

std::vector<TenantId> tenants_with_retention(store::Transaction& tx) {
  return store::query<TenantId>(tx, R"(
    SELECT tenant_id FROM retentions WHERE max_age IS NOT NULL OR max_count IS NOT NULL ORDER BY tenant_id)");
}

std::vector<RunId> removable_runs(store::Transaction& tx, const TenantId& tenant, std::size_t limit) {
  const auto row = store::query_one<Retention>(
      tx, "SELECT max_age, max_count FROM retentions WHERE tenant_id = :tenant", named("tenant", tenant));
  if (!row) return {};
  std::optional<Timestamp> ended_before;
  if (row->max_age) ended_before = tx.now() - *row->max_age;
  std::optional<RunId> keep_from;
  if (row->max_count) keep_from = first_to_keep(tx, tenant, *row->max_count);
  if (!ended_before && !keep_from) return {};
  static const std::string kRemovable = fmt::format(R"(
    SELECT r.run_id FROM runs r
    WHERE r.tenant_id = :tenant AND r.outcome IS NOT NULL
      AND (r.finished_at < CAST(:before AS BIGINT) OR r.run_id < CAST(:keep AS TEXT)) AND {}
    ORDER BY r.run_id LIMIT :limit)",
                                                    kNotNeeded);
  return store::query<RunId>(tx, kRemovable, named("tenant", tenant), named("before", ended_before),
                             named("keep", keep_from), named("limit", static_cast<std::int64_t>(limit)));
}

std::int64_t remove_runs(store::Transaction& tx, const std::vector<RunId>& runs) {
  std::vector<RunRow> rows;
  for (const RunId& run : runs) rows.push_back({run});
  static const std::string kRemoveSqlite = fmt::format(R"(
    DELETE FROM runs AS r WHERE run_id = :run_id AND outcome IS NOT NULL AND {} RETURNING run_id)",
                                                       kNotNeeded);
  static const std::string kRemovePostgresql = fmt::format(R"(
    DELETE FROM runs r USING unnest(CAST(:run_id AS TEXT[])) AS g (run_id)
    WHERE r.run_id = g.run_id AND r.outcome IS NOT NULL AND {} RETURNING r.run_id)",
                                                           kNotNeeded);
  const auto removed = store::batch_query<RunRow>(tx, {.sqlite = kRemoveSqlite, .postgresql = kRemovePostgresql}, rows);
  const auto remove_of = [&](std::string_view sqlite, std::string_view postgresql) {
    store::batch_execute(tx, {.sqlite = sqlite, .postgresql = postgresql}, removed);
  };
  remove_of("DELETE FROM steps WHERE run_id = :run_id",
            "DELETE FROM steps t USING unnest(CAST(:run_id AS TEXT[])) AS g (run_id) WHERE t.run_id = g.run_id");
  remove_of("DELETE FROM signals WHERE run_id = :run_id",
            "DELETE FROM signals t USING unnest(CAST(:run_id AS TEXT[])) AS g (run_id) WHERE t.run_id = g.run_id");
  remove_of("DELETE FROM run_values WHERE run_id = :run_id",
            "DELETE FROM run_values t USING unnest(CAST(:run_id AS TEXT[])) AS g (run_id) WHERE t.run_id = g.run_id");
  return static_cast<std::int64_t>(removed.size());
}

}  // namespace tenon::durable
