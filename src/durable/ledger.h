// The engine's own writes, many to a commit.
//
// Whoever wants something written hands in an entry and is answered after its commit. A batch is taken when the
// database is free to write it, not when a timer says so: while one batch is committed the next one gathers, so batches
// are as large as the load needs and an entry that comes alone waits for nothing. There are two lanes, each with one
// batch in the database at a time: new runs, and the writes of running ones, which keep their order. Both are bounded.
//
// A batch is all or nothing. When the store fails (disk full, connection lost) each of its entries fails; when the
// batch fails for something that one of them wants, its entries are written one by one, and only that one fails.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "durable/journal.h"
#include "durable/run_table.h"
#include "io/runtime.h"
#include "store/database.h"

namespace tenon::durable {

struct EngineCore;

struct Started {
  Creation creation;
  std::optional<Lease> lease;  // the run is ours already
};

struct NewRunEntry {
  NewRun run;
  json::value input;  // what run.input says, for a run that begins here
  bool begin_here = false;
  std::function<void(std::exception_ptr, Started)> answer;
};

enum class Written { committed, lease_lost };

// What one running run wants written, together. `lease` and what refers to it stay until the answer.
struct RunEntry {
  std::shared_ptr<const Lease> lease;
  std::vector<NewEntry> first_intents = {};
  std::vector<Position> next_intents = {};
  std::vector<Ending> endings = {};
  std::optional<Outcome> outcome = {};  // and then it has ended
  std::function<void(std::exception_ptr, Written, Timestamp)> answer = {};
};

class Ledger final {
 public:
  explicit Ledger(EngineCore& core) : core_(core) {}
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Answered on a thread of the event loop. Throws `unavailable` when too many are waiting.
  void submit(NewRunEntry entry);
  // Never refused: what runs is bounded already.
  void submit(RunEntry entry);

 private:
  template <class Entry>
  struct Lane {
    std::mutex mutex;
    std::deque<Entry> waiting;
    bool busy = false;           // a batch is in the database, or on its way
    std::size_t one_by_one = 0;  // so many of the next are written alone: among them is one that fails its batch
  };
  template <class Entry>
  struct Batch;

  template <class Entry>
  void push(Lane<Entry>& lane, Entry entry);
  template <class Entry>
  void send(Lane<Entry>& lane);
  template <class Entry>
  static void take(Lane<Entry>& lane, Batch<Entry>& batch, std::size_t at_most);
  template <class Entry>
  static void put_back(Lane<Entry>& lane, Batch<Entry>& batch);
  template <class Entry>
  void finish(Lane<Entry>& lane, std::shared_ptr<Batch<Entry>> batch, std::exception_ptr failure);

  EngineCore& core_;
  Lane<NewRunEntry> starts_;
  Lane<RunEntry> writes_;
};

}  // namespace tenon::durable
