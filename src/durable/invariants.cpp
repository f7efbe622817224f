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
      SELECT r.run_id FROM runs r LEFT JOIN open_runs o ON o.run_id = r.run_id
      WHERE (r.outcome IS NULL) <> (o.run_id IS NOT NULL))"},
    {"2 a held run has one worker, a token above all it had before, and an end of its lease", R"(
      SELECT o.run_id FROM open_runs o JOIN runs r ON r.run_id = o.run_id
      WHERE o.place = 'leased'
        AND (o.worker_id IS NULL OR o.lease_until IS NULL OR o.token < 1 OR o.token < r.last_token))"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT o.run_id FROM open_runs o WHERE o.place = 'waiting' AND o.wake_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM waits w WHERE w.run_id = o.run_id))"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT w.run_id FROM waits w JOIN signals s ON s.run_id = w.run_id AND s.name = w.name
      WHERE w.kind = 'signal' AND s.taken_by IS NULL)"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT w.run_id FROM waits w JOIN runs c ON c.run_id = w.name WHERE w.kind = 'child' AND c.outcome IS NOT NULL)"},
    {"3 a waiting run waits for something that has not happened", R"(
      SELECT w.run_id FROM waits w JOIN open_runs o ON o.run_id = w.run_id WHERE o.place <> 'waiting')"},
    {"4 a result is written once, under a token the run has had", R"(
      SELECT s.run_id FROM steps s JOIN runs r ON r.run_id = s.run_id LEFT JOIN open_runs o ON o.run_id = r.run_id
      WHERE s.token > COALESCE(o.token, r.last_token) OR s.attempt < 1)"},
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
        AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.run_id = c.parent_run_id AND s.child_run_id = c.run_id))"},
    {"7 a child belongs to the entry that started it", R"(
      SELECT s.run_id FROM steps s LEFT JOIN runs c ON c.run_id = s.child_run_id
      WHERE s.kind = 'child' AND (c.run_id IS NULL OR (s.state = 'completed' AND c.outcome IS DISTINCT FROM 'completed')))"},
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
