// One run on this worker, from the claim until its coroutine is gone.
//
// Everything happens on the run's strand. `active_` counts what is moving: the workflow's own line, each task of all(),
// minus those suspended here. When nothing moves any more the execution settles: it parks the run, records its
// cancellation or hands it back, and drops the suspended coroutines, which are rebuilt by replay later. A lost lease
// ends the same way without a write. Workflow code cannot hold up or swallow any of this: it is not told by an
// exception, it is just never resumed.
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
#include "durable/lease.h"

namespace tenon::durable {

using context_detail::AsyncBody;
using context_detail::StepBody;
using context_detail::StoreBody;
using context_detail::SyncBody;

// In order of precedence.
enum class Halt { none, draining, cancelled, lost };

struct Branch {
  std::string path;
  std::int64_t position = 0;
  std::map<std::string, std::int64_t> occurrences;
  std::map<std::string, std::int64_t> branches;
};

class Execution final : public std::enable_shared_from_this<Execution> {
 public:
  Execution(std::shared_ptr<EngineCore> core, Lease lease);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  void begin();

  // From any thread: asks running steps to end and resumes nothing after them.
  void halt(Halt why);
  // From any thread: what suspended operations wait for may have happened.
  void poke();

  const Lease& lease() const { return lease_; }

  // The operations of Context.
  Task<json::value> step(Place place, StepBody body, StepOptions options);
  Task<json::value> store_step(Place place, StoreBody body, StepOptions options);
  Task<json::value> signal(Place place);
  Task<json::value> timer(Place place, std::optional<Timestamp> at, Milliseconds from_now);
  Task<json::value> child(Place place, std::string workflow, json::value input, ChildOptions options);
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
    std::exception_ptr failure;
  };
  struct Join;

  Task<void> root();
  Task<Outcome> run_workflow();
  Task<void> settle();
  void settle_transaction(store::Transaction& tx, const std::vector<Wait>& waits, Halt why);
  void drop();

  Task<void> suspend(SuspensionPtr suspension);
  void resume(const SuspensionPtr& suspension);
  Task<void> suspend_for_ever();
  Task<void> gate();
  void became_still();
  void arm_timer();

  template <class F>
  Task<std::invoke_result_t<F&, store::Transaction&>> write(F work, const char* during);

  void lose(std::exception_ptr failure, const char* during);

  using Poll = std::function<Polled(store::Transaction&, const NewEntry&)>;
  Task<json::value> wait(NewEntry entry, Poll poll);
  std::optional<json::value> stored(const Place& place, StepKind kind);
  std::int64_t ordinal_of(const Place& place, StepKind kind);
  Task<Attempt> attempt(StepBody& body, StepInfo info);
  Task<void> pause(Milliseconds duration);
  Task<bool> after_failure(Place place, Failure failure, std::int64_t attempt, std::int64_t failures,
                           const RetryPolicy& policy);

  void start_more(const std::shared_ptr<Join>& join);
  void ended(const std::shared_ptr<Join>& join, std::size_t index, std::exception_ptr failure);

  Change change(ChangeKind kind) const;
  Change change(ChangeKind kind, const Place& place) const;

  const std::shared_ptr<EngineCore> core_;
  const Lease lease_;
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
  boost::asio::steady_timer timer_;
};

// What goes wrong here is never the workflow's business: the run is dropped, and taken up again from its journal.
template <class F>
Task<std::invoke_result_t<F&, store::Transaction&>> Execution::write(F work, const char* during) {
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
