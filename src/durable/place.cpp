#include "durable/place.h"

#include <algorithm>
#include <map>

#include "store/batch.h"

namespace tenon::durable {

using store::named;

std::optional<Request> hold(store::Transaction& tx, const Lease& lease) {
  constexpr std::string_view kPlain = "SELECT request FROM leased_runs WHERE run_id = :run AND token = :token";
  constexpr std::string_view kLocking =
      "SELECT request FROM leased_runs WHERE run_id = :run AND token = :token FOR UPDATE";
  const auto held =
      store::query_one<std::optional<Request>>(tx, tx.dialect() == store::Dialect::sqlite ? kPlain : kLocking,
                                               named("run", lease.run.run_id), named("token", lease.run.token));
  if (!held) throw LeaseLost(lease.run.run_id);
  return *held;
}

std::vector<bool> hold_all(store::Transaction& tx, const std::vector<Held>& held) {
  if (tx.dialect() == store::Dialect::postgresql) {
    return store::batch_touch(tx, {.sqlite = {}, .postgresql = R"(
    SELECT h.number
    FROM leased_runs l
    JOIN unnest(CAST(:run_id AS TEXT[]), CAST(:token AS BIGINT[])) WITH ORDINALITY AS h (run_id, token, number)
      ON l.run_id = h.run_id AND l.token = h.token
    ORDER BY l.run_id FOR KEY SHARE OF l)"},
                              held);
  }
  // One writer: what is read stays as it is.
  std::vector<bool> still(held.size(), false);
  for (std::size_t i = 0; i < held.size(); ++i) {
    still[i] = store::query_one<std::int64_t>(tx, "SELECT 1 FROM leased_runs WHERE run_id = :run AND token = :token",
                                              named("run", held[i].run_id), named("token", held[i].token))
                   .has_value();
  }
  return still;
}

namespace {

struct Key {
  TenantId tenant_id;
  std::string limit_key;
  auto operator<=>(const Key&) const = default;
};

// Of the runs with a key that wait for each other, as many as there is room for.
void unblock(store::Transaction& tx, const Key& key, std::int64_t limit) {
  lock_key(tx, key.tenant_id, key.limit_key);
  const std::int64_t room = limit - leased_with_key(tx, key.tenant_id, key.limit_key);
  if (room <= 0) return;
  enter_ready(tx,
              store::query<OpenRun>(tx, R"(
    DELETE FROM waiting_runs WHERE run_id IN (
      SELECT run_id FROM waiting_runs WHERE place = 'blocked' AND tenant_id = :tenant AND limit_key = :key
      ORDER BY rank, run_id LIMIT :room)
    RETURNING run_id, tenant_id, rank, token, rescues, limit_key, key_limit)",
                                    named("tenant", key.tenant_id), named("key", key.limit_key), named("room", room)));
}

}  // namespace

void pass_key_on(store::Transaction& tx, const OpenRun& run) {
  if (run.limit_key) unblock(tx, {run.tenant_id, *run.limit_key}, run.key_limit);
}

std::vector<OpenRun> leave_leased(store::Transaction& tx, const std::vector<Held>& held) {
  auto left = store::batch_query<OpenRun>(tx,
                                          {.sqlite = R"(
    DELETE FROM leased_runs WHERE run_id = :run_id AND token = :token
    RETURNING run_id, tenant_id, rank, token, rescues, limit_key, key_limit)",
                                           .postgresql = R"(
    DELETE FROM leased_runs l
    USING unnest(CAST(:run_id AS TEXT[]), CAST(:token AS BIGINT[])) AS h (run_id, token)
    WHERE l.run_id = h.run_id AND l.token = h.token
    RETURNING l.run_id, l.tenant_id, l.rank, l.token, l.rescues, l.limit_key, l.key_limit)"},
                                          held);
  std::map<Key, std::int64_t> keys;
  for (const OpenRun& run : left) {
    if (run.limit_key) keys[{run.tenant_id, *run.limit_key}] = run.key_limit;
  }
  for (const auto& [key, limit] : keys) unblock(tx, key, limit);
  return left;
}

namespace {

// Refers to what it is made of.
struct HeldRow {
  std::string_view run_id;
  std::int64_t token = 0;
};
BOOST_DESCRIBE_STRUCT(HeldRow, (), (run_id, token))

}  // namespace

std::vector<bool> release(store::Transaction& tx, const std::vector<const OpenRun*>& runs) {
  std::vector<HeldRow> rows;
  rows.reserve(runs.size());
  for (const OpenRun* run : runs) rows.push_back({run->run_id.text, run->token});
  const std::vector<bool> released = store::batch_touch(
      tx, {.sqlite = "DELETE FROM leased_runs WHERE run_id = :run_id AND token = :token", .postgresql = R"(
    DELETE FROM leased_runs l
    USING unnest(CAST(:run_id AS TEXT[]), CAST(:token AS BIGINT[])) WITH ORDINALITY AS h (run_id, token, number)
    WHERE l.run_id = h.run_id AND l.token = h.token
    RETURNING h.number)"},
      rows);
  std::map<Key, std::int64_t> keys;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const OpenRun& run = *runs[i];
    if (released[i] && run.limit_key) keys[{run.tenant_id, *run.limit_key}] = run.key_limit;
  }
  for (const auto& [key, limit] : keys) unblock(tx, key, limit);
  return released;
}

void enter_ready(store::Transaction& tx, const std::vector<OpenRun>& runs) {
  store::batch_execute(tx,
                       {.sqlite = R"(
    INSERT INTO ready_runs (tenant_id, rank, run_id, token, rescues, limit_key, key_limit)
    VALUES (:tenant_id, :rank, :run_id, :token, :rescues, :limit_key, :key_limit))",
                        .postgresql = R"(
    INSERT INTO ready_runs (tenant_id, rank, run_id, token, rescues, limit_key, key_limit)
    SELECT * FROM unnest(CAST(:tenant_id AS TEXT[]), CAST(:rank AS INTEGER[]), CAST(:run_id AS TEXT[]),
      CAST(:token AS BIGINT[]), CAST(:rescues AS BIGINT[]), CAST(:limit_key AS TEXT[]), CAST(:key_limit AS BIGINT[])))"},
                       runs);
}

namespace {

// Refers to what it is made of.
struct LeasedRow {
  std::string_view run_id;
  std::string_view tenant_id;
  std::int32_t rank = 0;
  std::int64_t token = 0;
  std::int64_t rescues = 0;
  std::optional<std::string_view> limit_key;
  std::int64_t key_limit = 0;
  std::string_view worker_id;
};
BOOST_DESCRIBE_STRUCT(LeasedRow, (), (run_id, tenant_id, rank, token, rescues, limit_key, key_limit, worker_id))

}  // namespace

void enter_leased(store::Transaction& tx, const std::vector<OpenRun>& runs, const std::string& worker) {
  std::vector<LeasedRow> rows;
  rows.reserve(runs.size());
  for (const OpenRun& run : runs) {
    rows.push_back(
        {run.run_id.text, run.tenant_id.text, run.rank, run.token, run.rescues, run.limit_key, run.key_limit, worker});
  }
  store::batch_execute(tx,
                       {.sqlite = R"(
    INSERT INTO leased_runs (run_id, tenant_id, rank, token, rescues, limit_key, key_limit, worker_id)
    VALUES (:run_id, :tenant_id, :rank, :token, :rescues, :limit_key, :key_limit, :worker_id))",
                        .postgresql = R"(
    INSERT INTO leased_runs (run_id, tenant_id, rank, token, rescues, limit_key, key_limit, worker_id)
    SELECT * FROM unnest(CAST(:run_id AS TEXT[]), CAST(:tenant_id AS TEXT[]), CAST(:rank AS INTEGER[]),
      CAST(:token AS BIGINT[]), CAST(:rescues AS BIGINT[]), CAST(:limit_key AS TEXT[]), CAST(:key_limit AS BIGINT[]),
      CAST(:worker_id AS TEXT[])))"},
                       rows);
}

void enter_waiting(store::Transaction& tx, const OpenRun& run, const Waiting& waiting) {
  store::execute(tx, R"(
    INSERT INTO waiting_runs (run_id, tenant_id, rank, token, rescues, limit_key, key_limit, place, wake_at, reason)
    VALUES (:run, :tenant, :rank, :token, :rescues, :key, :key_limit, :place, :wake, :reason))",
                 named("run", run.run_id), named("tenant", run.tenant_id), named("rank", run.rank),
                 named("token", run.token), named("rescues", run.rescues), named("key", run.limit_key),
                 named("key_limit", run.key_limit), named("place", waiting.place), named("wake", waiting.wake_at),
                 named("reason", waiting.reason));
}

std::vector<OpenRun> take_ready(store::Transaction& tx, const TenantId& tenant, std::size_t limit) {
  constexpr std::string_view kSqlite = R"(
    DELETE FROM ready_runs WHERE tenant_id = :tenant AND (rank, run_id) IN (
      SELECT rank, run_id FROM ready_runs WHERE tenant_id = :tenant ORDER BY rank, run_id LIMIT :limit)
    RETURNING run_id, tenant_id, rank, token, rescues, limit_key, key_limit)";
  // Materialised, because PostgreSQL may otherwise run the inner query again and take more rows than the limit.
  constexpr std::string_view kPostgresql = R"(
    WITH picked AS MATERIALIZED (
      SELECT rank, run_id FROM ready_runs WHERE tenant_id = :tenant ORDER BY rank, run_id LIMIT :limit
      FOR UPDATE SKIP LOCKED)
    DELETE FROM ready_runs q USING picked p
    WHERE q.tenant_id = :tenant AND q.rank = p.rank AND q.run_id = p.run_id
    RETURNING q.run_id, q.tenant_id, q.rank, q.token, q.rescues, q.limit_key, q.key_limit)";
  auto taken = store::query<OpenRun>(tx, tx.dialect() == store::Dialect::sqlite ? kSqlite : kPostgresql,
                                     named("tenant", tenant), named("limit", static_cast<std::int64_t>(limit)));
  std::ranges::sort(taken, [](const OpenRun& a, const OpenRun& b) {
    return std::tie(a.rank, a.run_id) < std::tie(b.rank, b.run_id);
  });
  return taken;
}

void lock_key(store::Transaction& tx, const TenantId& tenant, const std::string& key) {
  if (tx.dialect() == store::Dialect::sqlite) return;
  store::query<std::string>(tx,
                            "SELECT CAST(pg_advisory_xact_lock(hashtextextended(:tenant || ' ' || :key, 0)) AS TEXT)",
                            named("tenant", tenant), named("key", key));
}

std::int64_t leased_with_key(store::Transaction& tx, const TenantId& tenant, const std::string& key) {
  return *store::query_one<std::int64_t>(tx, R"(
    SELECT count(*) FROM leased_runs WHERE tenant_id = :tenant AND limit_key = :key)",
                                         named("tenant", tenant), named("key", key));
}

namespace {

struct PlaceRow {
  RunId run_id;
  TenantId tenant_id;
  std::int32_t rank = 0;
  std::int64_t token = 0;
  std::int64_t rescues = 0;
  std::optional<std::string> limit_key;
  std::int64_t key_limit = 0;
  Place place = Place::ready;
  bool pause_requested = false;
};
BOOST_DESCRIBE_STRUCT(PlaceRow, (),
                      (run_id, tenant_id, rank, token, rescues, limit_key, key_limit, place, pause_requested))

std::optional<Found> found_by(store::Transaction& tx, std::string_view sql, const RunId& run) {
  auto row = store::query_one<PlaceRow>(tx, sql, named("run", run));
  if (!row) return std::nullopt;
  return Found{.place = row->place,
               .run = {row->run_id, row->tenant_id, row->rank, row->token, row->rescues, std::move(row->limit_key),
                       row->key_limit},
               .pause_requested = row->pause_requested};
}

std::optional<Found> find_leased(store::Transaction& tx, const RunId& run) {
  return found_by(tx,
                  fmt::format(R"(
    SELECT run_id, tenant_id, rank, token, rescues, limit_key, key_limit, 'leased',
      CASE WHEN request = 'pause' THEN 1 ELSE 0 END
    FROM leased_runs WHERE run_id = :run{})",
                              tx.for_update()),
                  run);
}

std::optional<Found> find_waiting(store::Transaction& tx, const RunId& run) {
  return found_by(tx,
                  fmt::format(R"(
    SELECT run_id, tenant_id, rank, token, rescues, limit_key, key_limit, place, paused
    FROM waiting_runs WHERE run_id = :run{})",
                              tx.for_update()),
                  run);
}

std::optional<Found> find_ready(store::Transaction& tx, const RunId& run) {
  return found_by(tx,
                  fmt::format(R"(
    SELECT q.run_id, q.tenant_id, q.rank, q.token, q.rescues, q.limit_key, q.key_limit, 'ready', 0
    FROM runs r JOIN ready_runs q ON q.tenant_id = r.tenant_id AND q.rank = r.rank AND q.run_id = r.run_id
    WHERE r.run_id = :run{})",
                              tx.dialect() == store::Dialect::sqlite ? "" : " FOR UPDATE OF q"),
                  run);
}

bool is_open(store::Transaction& tx, const RunId& run) {
  return store::query_one<std::int64_t>(tx, "SELECT 1 FROM runs WHERE run_id = :run AND outcome IS NULL",
                                        named("run", run))
      .has_value();
}

}  // namespace

// On PostgreSQL the run may be on its way from one table to the next while we look: whoever moves it has committed by
// the time its old row is unlocked, so it is found on the next round.
std::optional<Found> find_open(store::Transaction& tx, const RunId& run) {
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    if (auto found = find_leased(tx, run)) return found;
    if (auto found = find_waiting(tx, run)) return found;
    if (auto found = find_ready(tx, run)) return found;
    if (!is_open(tx, run)) return std::nullopt;
  }
  throw Error(ErrorCode::busy, fmt::format("The run {} moves too fast to be changed.", run.text), "Try again.");
}

void request(store::Transaction& tx, const RunId& run, Request what) {
  // A cancellation is not undone by a later pause.
  store::execute(tx, R"(
    UPDATE leased_runs SET request = :what WHERE run_id = :run AND (request IS NULL OR request <> 'cancel'))",
                 named("what", what), named("run", run));
}

void withdraw(store::Transaction& tx, const RunId& run, Request what) {
  store::execute(tx, "UPDATE leased_runs SET request = NULL WHERE run_id = :run AND request = :what", named("run", run),
                 named("what", what));
}

void mark_paused(store::Transaction& tx, const RunId& run, bool paused) {
  store::execute(tx, "UPDATE waiting_runs SET paused = :paused WHERE run_id = :run", named("paused", paused ? 1 : 0),
                 named("run", run));
}

void leave(store::Transaction& tx, const Found& found) {
  switch (found.place) {
    case Place::leased:
      leave_leased(tx, {{found.run.run_id, found.run.token}});
      return;
    case Place::ready:
      store::execute(tx, "DELETE FROM ready_runs WHERE tenant_id = :tenant AND rank = :rank AND run_id = :run",
                     named("tenant", found.run.tenant_id), named("rank", found.run.rank),
                     named("run", found.run.run_id));
      pass_key_on(tx, found.run);
      return;
    default:
      store::execute(tx, "DELETE FROM waits WHERE run_id = :run", named("run", found.run.run_id));
      store::execute(tx, "DELETE FROM waiting_runs WHERE run_id = :run", named("run", found.run.run_id));
  }
}

void wake(store::Transaction& tx, const RunId& run) {
  store::execute(tx, "DELETE FROM waits WHERE run_id = :run", named("run", run));
  enter_ready(tx, store::query<OpenRun>(tx, R"(
    DELETE FROM waiting_runs WHERE run_id = :run AND paused = 0
    RETURNING run_id, tenant_id, rank, token, rescues, limit_key, key_limit)",
                                        named("run", run)));
  store::execute(tx, R"(
    UPDATE waiting_runs SET place = 'paused', wake_at = NULL, paused = 0, reason = NULL WHERE run_id = :run)",
                 named("run", run));
}

std::int64_t wake_due(store::Transaction& tx) {
  const auto runs = store::query<RunId>(tx,
                                        fmt::format(R"(
    SELECT run_id FROM waiting_runs WHERE wake_at <= :now ORDER BY wake_at LIMIT 1000{})",
                                                    tx.for_update_skip_locked()),
                                        named("now", tx.now()));
  for (const RunId& run : runs) wake(tx, run);
  return static_cast<std::int64_t>(runs.size());
}

std::optional<Timestamp> next_wake(store::Transaction& tx) {
  return *store::query_one<std::optional<Timestamp>>(tx,
                                                     "SELECT min(wake_at) FROM waiting_runs WHERE wake_at IS NOT NULL");
}

}  // namespace tenon::durable
