// What a workflow does to the world, it does through its context. A workflow is an ordinary coroutine that runs from
// its beginning each time a worker takes it up; whatever went through the context before is answered from the journal.
//
//   Task<Outcome> deliver(Context& run, Goal goal) {
//     auto interviewing = run.step("brief", [&] { return interview(goal); });
//     const Brief brief = co_await std::move(interviewing);
//     const Approval approval = co_await run.signal<Approval>("plan-approval");
//     …
//   }
//
// Rules for workflow code
//  - Everything that is not the same each time (clock, random, files, network, the store) happens inside a step.
//  - A body may refer to the workflow's locals: the coroutine stays until its body has returned.
//  - One line of code runs in one context. What runs at the same time gets a branch each:
//      for (const TaskPlan& task : plan.tasks) building.push_back(build(run.branch(task.id), task));
//      auto built = co_await run.all(std::move(building));
//  - Do not catch what you cannot handle; never wait for anything but steps, signals, timers, children and all().
//
// Results and payloads are described structs, or void for nothing. What a step returns is what its JSON says, at the
// first time as on replay.
//
// A journal that holds another operation than the workflow asks for at the same position ends the run's attempt with a
// `conflict` that names both. Not thread safe: a run and all its branches live on one strand.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/json.h"
#include "core/task.h"
#include "durable/run.h"
#include "store/database.h"

namespace tenon::durable {

struct StepInfo {
  std::string idempotency_key;  // "<run>:<branch>:<name>:<occurrence>", the same for every attempt, on any worker
  Timestamp first_attempt_at;   // database time of the intent record; the same for every attempt
  std::int64_t attempt = 1;
  std::stop_token stop;  // the run is cancelled, the lease is lost or the worker drains: end early by throwing
};

struct RetryPolicy {
  std::int64_t attempts = 3;              // attempts that may fail before the step does
  Milliseconds base = Milliseconds(250);  // full jitter: random up to base * 2^(failures-1), at most cap
  Milliseconds cap = Milliseconds(10'000);
  std::vector<ErrorCode> retryable = {ErrorCode::busy, ErrorCode::unavailable, ErrorCode::provider_unavailable,
                                      ErrorCode::deadline_exceeded};
};

struct StepOptions {
  RetryPolicy retry = {};
  // Of one attempt. When it is over the attempt is asked to end (StepInfo::stop; a Task's waits end with
  // operation_aborted) and counts as failed with deadline_exceeded, whatever it returns. A body that does not listen
  // holds its place until it returns: nothing can run beside it.
  std::optional<Milliseconds> timeout = {};
};

struct ChildOptions {
  std::optional<std::int32_t> version = {};  // default: the newest defined
  std::int32_t priority = 0;
};

// How one of several tasks ended.
template <class T>
using Settled = std::expected<T, Failure>;

class Execution;
struct Branch;

namespace context_detail {

using SyncBody = std::move_only_function<json::value(const StepInfo&)>;
using AsyncBody = std::move_only_function<Task<json::value>(StepInfo)>;
using StepBody = std::variant<SyncBody, AsyncBody>;
using StoreBody = std::function<json::value(store::Transaction&)>;

// Names an entry of the journal; taken when the operation is asked for, not when it is awaited, so that operations that
// run at the same time have the same places on replay.
struct Position {
  std::string branch;
  std::int64_t position = 0;
  std::string name;
  std::int64_t occurrence = 1;
};

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;
template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<Task<T>> {
  using type = T;
};

template <class Body>
decltype(auto) call(Body& body, const StepInfo& info) {
  if constexpr (std::is_invocable_v<Body&, const StepInfo&>) {
    return body(info);
  } else {
    return body();
  }
}
template <class Body>
using Called = decltype(call(std::declval<Body&>(), std::declval<const StepInfo&>()));
template <class Body>
using Result = typename Unwrapped<Called<Body>>::type;

template <class T>
Task<json::value> encoded(Task<T> task) {
  if constexpr (std::is_void_v<T>) {
    co_await std::move(task);
    co_return json::value(nullptr);
  } else {
    const T value = co_await std::move(task);
    co_return to_json(value);
  }
}

template <class T>
Task<T> decoded(Task<json::value> task) {
  const json::value value = co_await std::move(task);
  if constexpr (!std::is_void_v<T>) co_return from_json<T>(value);
}

template <class Body>
StepBody erased(Body body) {
  if constexpr (is_task<Called<Body>>) {
    return AsyncBody([body = std::move(body)](StepInfo info) mutable { return encoded(call(body, info)); });
  } else {
    return SyncBody([body = std::move(body)](const StepInfo& info) mutable -> json::value {
      if constexpr (std::is_void_v<Called<Body>>) {
        call(body, info);
        return nullptr;
      } else {
        return to_json(call(body, info));
      }
    });
  }
}

// The failure an exception stands for, as it is stored: readable, and without secrets.
Failure failure_of(const std::exception_ptr& failure);

template <class T>
Task<Settled<T>> settled(Task<T> task) {
  std::exception_ptr failure;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      co_return Settled<T>();
    } else {
      T value = co_await std::move(task);
      co_return Settled<T>(std::move(value));
    }
  } catch (...) {
    failure = std::current_exception();
  }
  co_return std::unexpected(failure_of(failure));
}

template <class T>
using Slots = std::shared_ptr<std::vector<std::optional<T>>>;

template <class T>
Task<void> kept(Task<T> task, Slots<T> slots, std::size_t index) {
  T value = co_await std::move(task);
  (*slots)[index] = std::move(value);
}

}  // namespace context_detail

// A cheap handle; copies share the branch.
class Context final {
 public:
  Context(std::shared_ptr<Execution> execution, std::shared_ptr<Branch> branch);
  Context(const Context&);
  Context(Context&&) noexcept;
  ~Context();

  const RunId& run_id() const;
  const TenantId& tenant_id() const;

  // One effect. `body` is called as body(const StepInfo&) or body(), and returns T (it runs on the blocking pool) or
  // Task<T> (it runs on the run's strand). An intent is recorded before the first attempt and the result after the
  // last; a crash in between means another attempt with the same idempotency key. What the body throws is retried by
  // the policy, then stored, and thrown here as an Error: on replay too.
  template <class Body>
  Task<context_detail::Result<Body>> step(std::string name, Body body, StepOptions options = {}) {
    return context_detail::decoded<context_detail::Result<Body>>(
        perform_step(next_position(std::move(name)), context_detail::erased(std::move(body)), std::move(options)));
  }

  // An effect that is only in the store: `body(Transaction&)` and its result are committed together, exactly once.
  // The body follows the rules of store/database.h: it may run more than once before it is committed, and on PostgreSQL
  // the server ends it when it computes for longer than DatabaseConfig::silence between two statements: long work
  // belongs into a step.
  template <class Body>
  Task<std::invoke_result_t<Body&, store::Transaction&>> store_step(std::string name, Body body,
                                                                    StepOptions options = {}) {
    using T = std::invoke_result_t<Body&, store::Transaction&>;
    context_detail::StoreBody erased = [body = std::move(body)](store::Transaction& tx) mutable -> json::value {
      if constexpr (std::is_void_v<T>) {
        body(tx);
        return nullptr;
      } else {
        return to_json(body(tx));
      }
    };
    return context_detail::decoded<T>(
        perform_store_step(next_position(std::move(name)), std::move(erased), std::move(options)));
  }

  // The oldest signal of this name that nobody has taken, as soon as there is one. While it waits the run is parked: it
  // holds no thread and no memory.
  template <class T>
  Task<T> signal(std::string name) {
    return context_detail::decoded<T>(perform_signal(next_position(std::move(name))));
  }

  // Parked until then, by the database's time. sleep_for counts from the first time the run came here.
  Task<void> sleep_until(Timestamp time);
  Task<void> sleep_for(Milliseconds duration);

  // Starts another workflow as a child of this run and waits, parked, for its output. The child's failure is thrown
  // here with its code and message. Cancelling this run cancels its children.
  template <class T, class Input>
  Task<T> child(std::string workflow, const Input& input, ChildOptions options = {}) {
    context_detail::Position at = next_position(workflow);
    return context_detail::decoded<T>(perform_child(std::move(at), std::move(workflow), to_json(input), options));
  }

  // For code that changed under running runs. True for runs that come here for the first time with the new code, and
  // from then on; false for those whose journal was written by the code before the change and goes on after this place:
  //   if (co_await run.patched("send-receipt")) { …new… } else { …old… }
  // Once no run of the old code is open, drop the old branch and the call (its entry in a journal is passed over).
  Task<bool> patched(std::string name);

  // Makes a value readable from outside while the run goes on (Engine::query); the last one of a key counts. Committed
  // like a store step.
  template <class T>
  Task<void> publish(std::string key, const T& value) {
    context_detail::Position at = next_position("publish " + key);
    return perform_publish(std::move(at), std::move(key), to_json(value));
  }

  // A line of its own for code that runs at the same time as other code of the run. The same name again is another
  // branch: its entries stand under "name#2".
  Context branch(std::string name);

  // Runs the tasks together, at most `at_most` at a time in their order, and returns their results in their order.
  // After a failure nothing new is begun; when what runs has ended, the first failure by position is thrown.
  template <class T>
  Task<std::vector<T>> all(std::vector<Task<T>> tasks, std::size_t at_most = kNoLimit) {
    std::vector<std::vector<std::size_t>> after(tasks.size());
    return graph(std::move(tasks), std::move(after), at_most);
  }
  Task<void> all(std::vector<Task<void>> tasks, std::size_t at_most = kNoLimit);

  // The same, but goes on after failures: each task's result or failure, in their order.
  template <class T>
  Task<std::vector<Settled<T>>> all_settled(std::vector<Task<T>> tasks, std::size_t at_most = kNoLimit) {
    std::vector<Task<Settled<T>>> settling;
    for (Task<T>& task : tasks) settling.push_back(context_detail::settled(std::move(task)));
    return all(std::move(settling), at_most);
  }

  // The same for tasks that depend on each other: task i begins when all tasks in after[i] have ended. Throws
  // invalid_argument for an index that does not exist and for a cycle.
  template <class T>
  Task<std::vector<T>> graph(std::vector<Task<T>> tasks, std::vector<std::vector<std::size_t>> after,
                             std::size_t at_most = kNoLimit) {
    auto slots = std::make_shared<std::vector<std::optional<T>>>(tasks.size());
    std::vector<Task<void>> keeping;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      keeping.push_back(context_detail::kept(std::move(tasks[i]), slots, i));
    }
    return collected(graph(std::move(keeping), std::move(after), at_most), slots);
  }
  Task<void> graph(std::vector<Task<void>> tasks, std::vector<std::vector<std::size_t>> after,
                   std::size_t at_most = kNoLimit);

  static constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

 private:
  context_detail::Position next_position(std::string name);
  Task<json::value> perform_step(context_detail::Position at, context_detail::StepBody body, StepOptions options);
  Task<json::value> perform_store_step(context_detail::Position at, context_detail::StoreBody body,
                                       StepOptions options);
  Task<json::value> perform_signal(context_detail::Position at);
  Task<json::value> perform_child(context_detail::Position at, std::string workflow, json::value input,
                                  ChildOptions options);

  Task<void> perform_publish(context_detail::Position at, std::string key, json::value value);

  template <class T>
  static Task<std::vector<T>> collected(Task<void> tasks, context_detail::Slots<T> slots) {
    co_await std::move(tasks);
    std::vector<T> results;
    for (std::optional<T>& slot : *slots) results.push_back(std::move(*slot));
    co_return results;
  }

  std::shared_ptr<Execution> execution_;
  std::shared_ptr<Branch> branch_;
};

}  // namespace tenon::durable
