// The rows of a run's journal. Writes are part of a transaction that holds the run's lease.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "durable/context.h"
#include "durable/lease.h"
#include "durable/run.h"
#include "store/database.h"

namespace tenon::durable {

using context_detail::Place;

// All entries in the order in which they were begun.
std::vector<JournalEntry> entries(store::Transaction& tx, const RunId& run);

struct NewEntry {
  Place place;
  StepKind kind = StepKind::step;
  std::int64_t ordinal = 0;
  std::optional<Timestamp> wake_at = {};
  std::optional<RunId> child_run_id = {};
};

struct Begun {
  std::int64_t attempt = 0;
  Timestamp started_at;
  std::optional<Timestamp> wake_at;
  std::optional<RunId> child_run_id;
};
BOOST_DESCRIBE_STRUCT(Begun, (), (attempt, started_at, wake_at, child_run_id))

// The intent. An entry that exists keeps its times and its child, and counts one more attempt.
Begun begin_entry(store::Transaction& tx, const Lease& lease, const NewEntry& entry);

// Each ends an entry that is started; `ended_after` is the highest ordinal begun so far. They return how long it took.
Milliseconds complete_entry(store::Transaction& tx, const Lease& lease, const Place& place, std::int64_t ended_after,
                            const json::value& result);
Milliseconds fail_entry(store::Transaction& tx, const Lease& lease, const Place& place, std::int64_t ended_after,
                        const Failure& failure);
// The attempt failed, the entry has more.
void count_failure(store::Transaction& tx, const Lease& lease, const Place& place, const Failure& failure);

// Gives new attempts to the failures that ended the run. A failure that the workflow handled stays: one after whose end
// the same or an outer branch began something. Returns the children to reopen.
std::vector<RunId> reset_failures(store::Transaction& tx, const RunId& run);

// "branch/name", with "#n" from the second occurrence on; for people.
std::string label(const Place& place);
// The same for every attempt; for systems outside.
std::string idempotency_key(const RunId& run, const Place& place);

// Read once when a worker takes the run up; what this worker adds later is not needed for its own replay.
class Journal {
 public:
  Journal() = default;
  explicit Journal(std::vector<JournalEntry> entries);

  // The stored entry of this place, if any. Throws conflict when the journal holds another operation there.
  const JournalEntry* find(const RunId& run, const Place& place, StepKind kind) const;

  std::int64_t last_ordinal() const { return last_ordinal_; }

 private:
  std::map<std::pair<std::string, std::int64_t>, JournalEntry> by_position_;
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::int64_t> position_by_name_;
  std::int64_t last_ordinal_ = 0;
};

}  // namespace tenon::durable
