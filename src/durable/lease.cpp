#include "durable/lease.h"

#include "store/sql.h"

namespace tenon::durable {

using store::named;

std::vector<Lease> claim(store::Transaction& tx, const std::string& worker, std::size_t limit, Milliseconds duration) {
  // Materialised, because PostgreSQL may otherwise run the inner query again and claim more rows than the limit.
  const std::string sql = fmt::format(R"(
    WITH picked AS MATERIALIZED (
      SELECT run_id FROM open_runs WHERE place = 'ready' AND ready_at <= :now ORDER BY ready_at, run_id LIMIT :limit{}
    )
    UPDATE open_runs SET place = 'leased', worker_id = :worker, token = token + 1, lease_until = :until, reason = NULL
    WHERE run_id IN (SELECT run_id FROM picked)
    RETURNING run_id, tenant_id, token, cancel_requested,
      (SELECT workflow FROM runs WHERE runs.run_id = open_runs.run_id),
      (SELECT version FROM runs WHERE runs.run_id = open_runs.run_id),
      (SELECT input FROM runs WHERE runs.run_id = open_runs.run_id))",
                                      tx.for_update_skip_locked());
  return store::query<Lease>(tx, sql, named("now", tx.now()), named("limit", static_cast<std::int64_t>(limit)),
                             named("worker", worker), named("until", tx.now() + duration));
}

bool hold(store::Transaction& tx, const Lease& lease) {
  const std::string sql = fmt::format(R"(
    SELECT cancel_requested FROM open_runs WHERE run_id = :run AND token = :token AND place = 'leased'{})",
                                      tx.for_update());
  const auto cancel = store::query_one<bool>(tx, sql, named("run", lease.run_id), named("token", lease.token));
  if (!cancel) throw LeaseLost(lease.run_id);
  return *cancel;
}

std::vector<Renewed> renew(store::Transaction& tx, const std::string& worker, Milliseconds duration) {
  return store::query<Renewed>(tx, R"(
    UPDATE open_runs SET lease_until = :until WHERE worker_id = :worker AND place = 'leased'
    RETURNING run_id, token, cancel_requested)",
                               named("until", tx.now() + duration), named("worker", worker));
}

std::int64_t rescue_expired(store::Transaction& tx) {
  return store::execute(tx, R"(
    UPDATE open_runs SET place = 'ready', worker_id = NULL, lease_until = NULL, ready_at = :now, rescues = rescues + 1
    WHERE place = 'leased' AND lease_until < :now)",
                        named("now", tx.now()));
}

std::int64_t rescue_all(store::Transaction& tx) {
  return store::execute(tx, R"(
    UPDATE open_runs SET place = 'ready', worker_id = NULL, lease_until = NULL, ready_at = :now, rescues = rescues + 1
    WHERE place = 'leased')",
                        named("now", tx.now()));
}

}  // namespace tenon::durable
