// The rows of a run's journal. Writes are part of a transaction that holds the run's lease.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "durable/context.h"
#include "durable/place.h"
#include "durable/run.h"
#include "store/database.h"

namespace tenon::durable {

using context_detail::Position;

// All entries in the order in which they were begun.
std::vector<JournalEntry> entries(store::Transaction& tx, const RunId& run);

struct NewEntry {
  Position at;
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

// How an attempt ended.
struct Ending {
  Position at;
  StepState state = StepState::completed;  // started: it failed, and another attempt follows
  std::int64_t ended_after = 0;            // the highest ordinal begun so far
  std::int64_t failures = 0;
  std::optional<std::string> result = {};  // JSON
  std::optional<Failure> failure = {};
  // For those who watch.
  std::int64_t attempt = 1;
  std::optional<Timestamp> started_at = {};  // none: begun and ended at once
};
void end_entry(store::Transaction& tx, const Lease& lease, const Ending& ending);

// The same for entries of many runs.
struct FirstIntent {
  const Lease* lease = nullptr;
  const NewEntry* entry = nullptr;  // not in the journal yet
};
struct NextIntent {
  const Lease* lease = nullptr;
  const Position* at = nullptr;  // in the journal, not ended
};
struct RunEnding {
  const Lease* lease = nullptr;
  const Ending* ending = nullptr;
};
void insert_entries(store::Transaction& tx, const std::vector<FirstIntent>& intents);
void begin_again(store::Transaction& tx, const std::vector<NextIntent>& intents);
void end_entries(store::Transaction& tx, const std::vector<RunEnding>& endings);

// Gives new attempts to the failures that ended the run. A failure that the workflow handled stays: one after whose end
// the same or an outer branch began something. Returns the children to reopen.
std::vector<RunId> reset_failures(store::Transaction& tx, const RunId& run);

// "branch/name", with "#n" from the second occurrence on; for people.
std::string label(const Position& at);
// The same for every attempt; for systems outside.
std::string idempotency_key(const RunId& run, const Position& at);

// Read once when a worker takes the run up; what this worker adds later is not needed for its own replay.
class Journal {
 public:
  Journal() = default;
  explicit Journal(std::vector<JournalEntry> entries);

  // The stored entry of this place, if any. Throws conflict when the journal holds another operation there.
  const JournalEntry* find(const RunId& run, const Position& at, StepKind kind) const;

  // Whatever stands at this position.
  const JournalEntry* at(const std::string& branch, std::int64_t position) const;

  std::int64_t last_ordinal() const { return last_ordinal_; }

 private:
  using Line = std::vector<JournalEntry>;  // by position, from 1, without gaps
  std::unordered_map<std::string, Line> lines_;
  std::int64_t last_ordinal_ = 0;
};

}  // namespace tenon::durable
