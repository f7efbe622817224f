#include "durable/worker_table.h"

#include <algorithm>
#include <map>

#include "store/sql.h"

namespace tenon::durable {

using store::named;

void register_worker(store::Transaction& tx, const std::string& worker, Milliseconds lease) {
  store::execute(tx, R"(
    INSERT INTO workers (worker_id, lease_until, started_at) VALUES (:worker, :until, :now)
    ON CONFLICT (worker_id) DO UPDATE SET lease_until = :until)",
                 named("worker", worker), named("until", tx.now() + lease), named("now", tx.now()));
}

bool renew_lease(store::Transaction& tx, const std::string& worker, Milliseconds lease) {
  return store::execute(tx, "UPDATE workers SET lease_until = :until WHERE worker_id = :worker",
                        named("until", tx.now() + lease), named("worker", worker)) > 0;
}

bool has_lease(store::Transaction& tx, const std::string& worker) {
  return store::query_one<std::int64_t>(tx,
                                        fmt::format("SELECT 1 FROM workers WHERE worker_id = :worker{}",
                                                    tx.dialect() == store::Dialect::sqlite ? "" : " FOR KEY SHARE"),
                                        named("worker", worker))
      .has_value();
}

void remove_worker(store::Transaction& tx, const std::string& worker) {
  store::execute(tx, "DELETE FROM workers WHERE worker_id = :worker", named("worker", worker));
}

namespace {

std::vector<LostRun> take(store::Transaction& tx, const std::vector<HeldRun>& held) {
  std::vector<Held> leaving;
  std::map<RunId, std::optional<Request>> requests;
  for (const HeldRun& run : held) {
    leaving.push_back({run.run_id, run.token});
    requests[run.run_id] = run.request;
  }
  std::vector<LostRun> lost;
  for (OpenRun& run : leave_leased(tx, leaving)) {
    const auto request = requests[run.run_id];
    lost.push_back({std::move(run), request});
  }
  return lost;
}

}  // namespace

std::vector<LostRun> take_from(store::Transaction& tx, const std::string& worker) {
  return take(tx, store::query<HeldRun>(tx,
                                        fmt::format(R"(
    SELECT run_id, token, request FROM leased_runs WHERE worker_id = :worker ORDER BY run_id{})",
                                                    tx.for_update()),
                                        named("worker", worker)));
}

std::vector<LostRun> take_one(store::Transaction& tx, const Held& held) {
  return take(tx, store::query<HeldRun>(tx,
                                        fmt::format(R"(
    SELECT run_id, token, request FROM leased_runs WHERE run_id = :run AND token = :token{})",
                                                    tx.for_update()),
                                        named("run", held.run_id), named("token", held.token)));
}

namespace {

std::vector<LostRun> take_from_all(store::Transaction& tx, const std::vector<std::string>& workers) {
  std::vector<LostRun> lost;
  for (const std::string& worker : workers) std::ranges::move(take_from(tx, worker), std::back_inserter(lost));
  return lost;
}

}  // namespace

std::vector<LostRun> take_lost(store::Transaction& tx) {
  return take_from_all(tx, store::query<std::string>(tx,
                                                     fmt::format(R"(
    DELETE FROM workers WHERE worker_id IN (SELECT worker_id FROM workers WHERE lease_until < :now{})
    RETURNING worker_id)",
                                                                 tx.for_update_skip_locked()),
                                                     named("now", tx.now())));
}

std::vector<LostRun> take_all(store::Transaction& tx) {
  return take_from_all(tx, store::query<std::string>(tx, "DELETE FROM workers RETURNING worker_id"));
}

std::vector<HeldRun> runs_of(store::Transaction& tx, const std::string& worker) {
  return store::query<HeldRun>(tx, R"(
    SELECT run_id, token, request FROM leased_runs WHERE worker_id = :worker ORDER BY run_id)",
                               named("worker", worker));
}

void forget_rescues(store::Transaction& tx, const RunId& run) {
  store::execute(tx, "UPDATE leased_runs SET rescues = 0 WHERE run_id = :run", named("run", run));
}

}  // namespace tenon::durable
