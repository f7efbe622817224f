// One run on this worker, from the claim until its coroutine is gone.
//
// Everything happens on the run's strand. `active_` counts what is moving: the workflow's own line, each task of all(),
// minus those suspended here. When nothing moves any more the execution settles: it parks the run, records its
// cancellation or hands it back, and drops the suspended coroutines, which are rebuilt by replay later. A lost lease
// ends the same way without a write. Workflow code cannot hold up or swallow any of this: it is not told by an
// exception, it is just never resumed.
//
// What a step returned is written with whatever the run writes next, so that the next step's intent and this one's
// result are one commit; if the run writes nothing in the same turn of its strand, the result is written by itself.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "durable/context.h"
#include "durable/engine_core.h"
#include "durable/journal.h"
#include "durable/ledger.h"

namespace tenon::durable {

using context_detail::AsyncBody;
using context_detail::StepBody;
using context_detail::StoreBody;
using context_detail::SyncBody;

// In order of precedence.
enum class Halt { none, paused, draining, cancelled, lost };

struct Branch {
  std::string path;
  std::int64_t position = 0;
  std::unordered_map<std::string, std::int64_t> occurrences;
  std::unordered_map<std::string, std::int64_t> branches;
};

class Execution final : public std::enable_shared_from_this<Execution> {
 public:
  // Owns a slot of the worker, which it gives back when no workflow code is left.
  Execution(std::shared_ptr<EngineCore> core, Lease lease);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  void begin();

  // From any thread: asks running steps to end and resumes nothing after them.
  void halt(Halt why);
  // From any thread: what suspended operations wait for may have happened.
  void poke();

  const Lease& lease() const { return *lease_; }

  // Of the heartbeat: the store did not name this run among ours. True from the second time on: the first may have come
  // between its claim and its beginning here.
  bool doubted() { return std::exchange(doubted_, true); }

  // The operations of Context.
  Task<json::value> step(Position at, StepBody body, StepOptions options);
  Task<json::value> store_step(Position at, StoreBody body, StepOptions options);
  Task<void> publish(Position at, std::string key, json::value value);
  Task<json::value> signal(Position at);
  Task<json::value> timer(Position at, std::optional<Timestamp> until, Milliseconds from_now);
  Task<json::value> child(Position at, std::string workflow, json::value input, ChildOptions options);
  Task<bool> patched(Branch& branch, std::string name);
  // Passes over marks of patched() calls that the code has no more.
  void skip_dropped_patches(Branch& branch, std::string_view up_to = {}) const;
  Task<void> graph(std::vector<Task<void>> tasks, std::vector<std::vector<std::size_t>> after, std::size_t at_most);

 private:
  struct Suspension {
    std::optional<Wait> wait;  // none: only its own code resumes it, or nobody
    std::move_only_function<void()> resume;
  };
  using SuspensionPtr = std::shared_ptr<Suspension>;
  struct Polled {
    std::optional<json::value> result;
    std::optional<Failure> failure;
    Wait wait;
  };
  struct Attempt {
    json::value result;
    std::string text;  // of the result
    std::exception_ptr failure;
  };
  struct Join;

  Task<void> root();
  Task<Outcome> run_workflow();
  Task<void> load_journal();
  Task<void> settle();
  void settle_transaction(store::Transaction& tx, const std::vector<Wait>& waits, Halt why);
  void drop();

  Task<void> suspend(SuspensionPtr suspension);
  void resume(const SuspensionPtr& suspension);
  Task<void> suspend_for_ever();
  Task<void> gate();
  void became_still();
  void arm_timer();

  // Writes with what is pending, and answers after the commit with its time. Does not return when the lease is lost.
  Task<Timestamp> commit(RunEntry entry);
  // The same for a transaction of its own, after all that went before.
  template <class F>
  Task<std::invoke_result_t<F&, store::Transaction&>> write(F work, const char* during);
  Task<void> write_pending();
  void add_pending(Ending ending);
  RunEntry with_pending(RunEntry entry);

  void lose(std::exception_ptr failure, const char* during);

  using Poll = std::function<Polled(store::Transaction&, const NewEntry&)>;
  Task<json::value> wait(NewEntry entry, Poll poll);
  const JournalEntry* known(const Position& at, StepKind kind) const;
  Task<Attempt> attempt(StepBody& body, StepInfo info, std::optional<Milliseconds> timeout);
  Task<Attempt> call(StepBody& body, StepInfo info);
  Task<void> pause(Milliseconds duration);
  Task<bool> after_failure(Ending failed, const RetryPolicy& policy);

  void start_more(const std::shared_ptr<Join>& join);
  void ended(const std::shared_ptr<Join>& join, std::size_t index, std::exception_ptr failure);

  Change change(ChangeKind kind) const;
  Change change(ChangeKind kind, const Position& at) const;

  const std::shared_ptr<EngineCore> core_;
  const std::shared_ptr<Lease> lease_;
  bool doubted_ = false;
  const boost::asio::any_io_executor strand_;

  Journal journal_;
  std::int64_t last_ordinal_ = 0;
  Halt halt_ = Halt::none;
  bool settling_ = false;
  std::uint64_t pokes_ = 0;  // one that came while a wait was looking is not lost
  std::size_t active_ = 1;
  std::vector<SuspensionPtr> suspended_;
  std::stop_source stop_;
  std::vector<std::weak_ptr<boost::asio::steady_timer>> pauses_;
  std::optional<boost::asio::steady_timer> timer_;

  std::vector<Ending> pending_;
  bool will_write_pending_ = false;
  std::size_t writing_ = 0;  // entries in the ledger
  std::vector<SuspensionPtr> until_written_;
};

// What goes wrong here is never the workflow's business: the run is dropped, and taken up again from its journal.
template <class F>
Task<std::invoke_result_t<F&, store::Transaction&>> Execution::write(F work, const char* during) {
  co_await write_pending();
  std::exception_ptr failure;
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, store::Transaction&>>) {
      co_await core_->database.write(std::move(work));
      co_return;
    } else {
      auto result = co_await core_->database.write(std::move(work));
      co_return result;
    }
  } catch (...) {
    failure = std::current_exception();
  }
  lose(failure, during);
  co_await suspend_for_ever();
  std::rethrow_exception(failure);
}

}  // namespace tenon::durable
