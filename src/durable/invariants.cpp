#include "durable/invariants.h"

#include "store/sql.h"

namespace tenon::durable {
namespace {

struct Rule {
  const char* name;
  const char* subjects;  // selects what breaks it
};

constexpr Rule kRules[] = {
    {"1 an unfinished run stands in exactly one place", R"(
      SELECT r.run_id FROM runs r
      WHERE (CASE WHEN r.outcome IS NULL THEN 1 ELSE 0 END) <>
        (SELECT count(*) FROM ready_runs q WHERE q.run_id = r.run_id) +
        (SELECT count(*) FROM leased_runs l WHERE l.run_id = r.run_id) +
        (SELECT count(*) FROM waiting_runs w WHERE w.run_id = r.run_id))"},
    {"1 an unfinished run stands in exactly one place", R"(
      SELECT p.run_id FROM (
        SELECT run_id, tenant_id, rank FROM ready_runs UNION ALL
        SELECT run_id, tenant_id, rank FROM leased_runs UNION ALL
        SELECT run_id, tenant_id, rank FROM waiting_runs) p
      LEFT JOIN runs r ON r.run_id = p.run_id AND r.tenant_id = p.tenant_id AND r.rank = p.rank
      WHERE r.run_id IS NULL)"},
    {"2 a held run has a worker with a lease, and a token above all it had before", R"(
      SELECT l.run_id FROM leased_runs l JOIN runs r ON r.run_id = l.run_id
      WHERE l.token < 1 OR l.token <= r.last_token
        OR NOT EXISTS (SELECT 1 FROM workers w WHERE w.worker_id = l.worker_id))"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT p.run_id FROM waiting_runs p WHERE p.place = 'waiting' AND p.wake_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM waits w WHERE w.run_id = p.run_id))"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT w.run_id FROM waits w JOIN signals s ON s.run_id = w.run_id AND s.name = w.name
      WHERE w.kind = 'signal' AND s.taken_by IS NULL)"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT w.run_id FROM waits w JOIN runs c ON c.run_id = w.name WHERE w.kind = 'child' AND c.outcome IS NOT NULL)"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT w.run_id FROM waits w LEFT JOIN waiting_runs p ON p.run_id = w.run_id AND p.place = 'waiting'
      WHERE p.run_id IS NULL)"},
    {"3 a blocked run is blocked by others with its key", R"(
      SELECT b.run_id FROM waiting_runs b WHERE b.place = 'blocked' AND b.key_limit >
        (SELECT count(*) FROM leased_runs l WHERE l.tenant_id = b.tenant_id AND l.limit_key = b.limit_key) +
        (SELECT count(*) FROM ready_runs q WHERE q.tenant_id = b.tenant_id AND q.limit_key = b.limit_key))"},
    {"3 not more runs with a key are held than its limit says", R"(
      SELECT min(l.run_id) FROM leased_runs l WHERE l.limit_key IS NOT NULL
      GROUP BY l.tenant_id, l.limit_key HAVING count(*) > max(l.key_limit))"},
    {"4 a result is written once, under a token the run has had", R"(
      SELECT s.run_id FROM steps s JOIN runs r ON r.run_id = s.run_id
      WHERE s.attempt < 1 OR s.token > COALESCE(
        (SELECT max(p.token) FROM (
          SELECT run_id, token FROM ready_runs UNION ALL
          SELECT run_id, token FROM leased_runs UNION ALL
          SELECT run_id, token FROM waiting_runs) p WHERE p.run_id = r.run_id), r.last_token))"},
    {"4 outcomes, kinds and states are those we know", R"(
      SELECT run_id FROM runs WHERE outcome NOT IN ('completed', 'failed', 'cancelled', 'dead')
      UNION ALL SELECT run_id FROM leased_runs WHERE request NOT IN ('cancel', 'pause')
      UNION ALL SELECT run_id FROM steps WHERE state NOT IN ('started', 'completed', 'failed')
        OR kind NOT IN ('step', 'store_step', 'signal', 'timer', 'child', 'patch'))"},
    {"4 names and numbers of entries are unique", R"(
      SELECT s.run_id FROM steps s GROUP BY s.run_id, s.branch, s.name, s.occurrence HAVING count(*) > 1)"},
    {"4 a result is written once, under a token the run has had", R"(
      SELECT s.run_id FROM steps s
      WHERE (s.state = 'completed' AND s.result IS NULL) OR (s.state = 'failed' AND s.error_code IS NULL)
         OR (s.state = 'started' AND (s.result IS NOT NULL OR s.finished_at IS NOT NULL)))"},
    {"5 a completed run has left nothing undone", R"(
      SELECT r.run_id FROM runs r JOIN steps s ON s.run_id = r.run_id
      WHERE r.outcome = 'completed' AND s.state = 'started')"},
    {"5 a completed run has left nothing undone", R"(
      SELECT r.run_id FROM runs r WHERE r.outcome = 'completed' AND r.output IS NULL)"},
    {"6 a signal is taken once, by an entry of its run that has its payload", R"(
      SELECT g.run_id FROM signals g
      WHERE g.taken_by IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM steps s WHERE s.run_id = g.run_id AND s.kind = 'signal' AND s.name = g.name
          AND s.state = 'completed' AND s.result = g.payload))"},
    {"6 a signal is taken once, by an entry of its run that has its payload", R"(
      SELECT s.run_id FROM steps s WHERE s.kind = 'signal' AND s.state = 'completed'
      GROUP BY s.run_id, s.name
      HAVING count(*) <> (SELECT count(*) FROM signals g
                          WHERE g.run_id = s.run_id AND g.name = s.name AND g.taken_by IS NOT NULL))"},
    {"7 a child belongs to the entry that started it", R"(
      SELECT c.run_id FROM runs c WHERE c.parent_run_id IS NOT NULL AND c.outcome IS DISTINCT FROM 'cancelled'
        AND EXISTS (SELECT 1 FROM runs p WHERE p.run_id = c.parent_run_id)
        AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.run_id = c.parent_run_id AND s.child_run_id = c.run_id))"},
    {"7 a child belongs to the entry that started it", R"(
      SELECT s.run_id FROM steps s JOIN runs r ON r.run_id = s.run_id LEFT JOIN runs c ON c.run_id = s.child_run_id
      WHERE s.kind = 'child' AND r.outcome IS NULL AND r.forked_from IS NULL AND c.run_id IS NULL)"},
    {"7 a child belongs to the entry that started it", R"(
      SELECT s.run_id FROM steps s JOIN runs c ON c.run_id = s.child_run_id
      WHERE s.kind = 'child' AND s.state = 'completed' AND c.outcome IS DISTINCT FROM 'completed')"},
    {"8 a timeline has no gap", R"(
      SELECT t.run_id FROM timelines t
      WHERE t.last_sequence <> (SELECT count(*) FROM events e WHERE e.run_id = t.run_id)
         OR t.last_sequence <> (SELECT COALESCE(max(e.sequence), 0) FROM events e WHERE e.run_id = t.run_id))"},
};

}  // namespace

std::vector<Violation> check_invariants(store::Transaction& tx) {
  std::vector<Violation> violations;
  for (const Rule& rule : kRules) {
    for (std::string& subject : store::query<std::string>(tx, rule.subjects)) {
      violations.push_back({rule.name, std::move(subject)});
    }
  }
  return violations;
}

}  // namespace tenon::durable
