// As if a worker had taken up a ready run and died: its lease ended long ago.
#pragma once

#include "durable/testing/world.h"
#include "store/sql.h"

namespace tenon::durable::testing {

inline void lose_worker(World& world, const RunId& run, std::int64_t lost_before = 0) {
  const std::string worker = WorkerId::make().text;
  world.database->write_blocking([&](store::Transaction& tx) {
    using store::named;
    store::execute(tx, "INSERT INTO workers (worker_id, lease_until, started_at) VALUES (:worker, 0, 0)",
                   named("worker", worker));
    store::execute(tx, R"(
      INSERT INTO leased_runs (run_id, tenant_id, rank, token, rescues, limit_key, key_limit, worker_id)
      SELECT run_id, tenant_id, rank, token + 1, CAST(:lost AS BIGINT), limit_key, key_limit, CAST(:worker AS TEXT)
      FROM ready_runs WHERE run_id = :run)",
                   named("lost", lost_before), named("worker", worker), named("run", run));
    store::execute(tx, "DELETE FROM ready_runs WHERE run_id = :run", named("run", run));
  });
}

}  // namespace tenon::durable::testing
