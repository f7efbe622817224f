// What the parts of an engine share. Built by the engine, kept alive by everything that may still call it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "core/guarded.h"
#include "durable/engine.h"
#include "durable/ledger.h"
#include "durable/run_table.h"
#include "store/database.h"
#include "store/wakeup.h"

namespace tenon::durable {

class Execution;

// How many runs this worker may hold, and who is still at work.
class Slots final {
 public:
  explicit Slots(std::size_t most) : most_(most) {}

  bool try_take() { return take_up_to(1) == 1; }
  // How many were free, at most so many; they are taken now.
  std::size_t take_up_to(std::size_t count);
  void give_back(std::size_t count = 1);
  std::size_t taken() const;
  std::size_t free() const;
  // False when some are still taken at the end of the time.
  bool wait_until_free(Milliseconds at_most);

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t taken_ = 0;
};

struct EngineCore final : std::enable_shared_from_this<EngineCore> {
  EngineCore(store::Database& database_in, io::Runtime& runtime_in, EngineOptions options_in)
      : database(database_in), runtime(runtime_in), options(std::move(options_in)), slots(options.max_running) {}

  store::Database& database;
  io::Runtime& runtime;
  const EngineOptions options;
  std::map<std::string, std::map<std::int32_t, Workflow>> workflows;  // not changed once the engine works

  Ledger ledger{*this};
  Slots slots;
  store::Wakeup work;                 // a run may be ready, a timer may have moved, a slot may be free
  Guarded<std::exception_ptr> fault;  // what keeps the engine from writing, while it does
  std::atomic<bool> stopping = false;
  store::Wakeup stop_asked;  // told once, when stopping
  // New runs may begin here at once: this worker has its row, and nothing that was ready was left when it last looked.
  std::atomic<bool> working = false;
  std::atomic<bool> backlog = true;
  std::atomic<std::uint64_t> let_go = 0;  // runs that have left this worker, each of which may have made room
  // When the lease was last known to be ours, by this machine's clock. Only to notice that others may have our runs by
  // now; what may be written is judged by the database.
  std::atomic<std::chrono::steady_clock::time_point> renewed_at = std::chrono::steady_clock::time_point();
  bool lease_may_be_over() const { return std::chrono::steady_clock::now() - renewed_at.load() >= options.lease; }

  Guarded<std::unordered_map<RunId, std::weak_ptr<Execution>>> executions;

  // Tells the observer, inside the transaction.
  void tell(store::Transaction& tx, const Change& change) const {
    if (options.on_change) options.on_change(tx, change);
  }
  // After the commit: a run may be ready.
  void wake_after(store::Transaction& tx);
  void wake();

  // Whoever waits for the run looks again.
  void ended(const RunId& run);
  void everybody_looks();
  std::shared_ptr<store::Wakeup> listen(const RunId& run);
  void unlisten(const RunId& run, const std::shared_ptr<store::Wakeup>& listener);

  // Throws invalid_argument. Without a version: the newest.
  std::int32_t version_of(const std::string& workflow, std::optional<std::int32_t> version) const;
  // Null when it is not defined.
  const Workflow* find(const std::string& workflow, std::int32_t version) const;
  // The payload as it is stored. Throws invalid_argument beyond the limit, and for text in it that is not UTF-8.
  std::string text_of(std::string_view what, const json::value& payload) const;

  // Creates the run and tells of it, unless it exists.
  Creation create(store::Transaction& tx, const NewRun& run) const;
  // Stores the outcome of a run that has left its place, and tells of it.
  void close(store::Transaction& tx, const Closing& closing, const std::string& workflow);
  // Cancels the run and its children, and tells of it.
  void cancel(store::Transaction& tx, const RunId& run);

  // What the store threw at the engine itself. Kept when it will not go away by itself.
  void report(std::exception_ptr failure, const char* during);

  std::shared_ptr<Execution> execution(const RunId& run) const;

 private:
  Guarded<std::unordered_multimap<RunId, std::shared_ptr<store::Wakeup>>> listeners_;
};

using context_detail::failure_of;

// Whether a failure says something about the store, not about what somebody wanted to write.
bool concerns_the_store(ErrorCode code);

// Throws invalid_argument unless the name can be stored as it is: valid UTF-8, no NUL.
void require_text(std::string_view what, std::string_view name);

ChangeKind change_of(RunState outcome);

}  // namespace tenon::durable
