#include "durable/execution.h"

#include <algorithm>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/log.h"

namespace tenon::durable {

namespace asio = boost::asio;

Execution::Execution(std::shared_ptr<EngineCore> core, Lease lease)
    : core_(std::move(core)),
      lease_(std::move(lease)),
      strand_(asio::make_strand(core_->runtime.executor())),
      timer_(strand_) {
  ++core_->running;
}

// The last reference is held by the coroutine's frames: when it goes, no workflow code is left.
Execution::~Execution() {
  core_->executions.with([&](auto& all) {
    const auto own = all.find(lease_.run_id);
    if (own != all.end() && own->second.expired()) all.erase(own);
  });
  core_->work.notify();
  core_->finished.notify();
  --core_->running;
  core_->running.notify_all();
}

void Execution::begin() {
  asio::co_spawn(strand_, root(), [self = shared_from_this()](std::exception_ptr failure) {
    if (failure) self->core_->report(failure, "running a run");
  });
  if (lease_.cancel_requested) halt(Halt::cancelled);
}

void Execution::halt(Halt why) {
  asio::post(strand_, [self = shared_from_this(), why] {
    self->halt_ = std::max(self->halt_, why);
    self->stop_.request_stop();
    for (const auto& weak : self->pauses_) {
      if (auto timer = weak.lock()) timer->cancel();
    }
  });
}

void Execution::poke() {
  asio::post(strand_, [self = shared_from_this()] {
    ++self->pokes_;
    if (self->settling_ || self->halt_ != Halt::none) return;
    std::vector<SuspensionPtr> waiting;
    std::ranges::copy_if(self->suspended_, std::back_inserter(waiting),
                         [](const auto& one) { return one->wait.has_value(); });
    for (const SuspensionPtr& one : waiting) self->resume(one);
  });
}

Task<void> Execution::root() {
  auto self = shared_from_this();
  Outcome outcome = co_await run_workflow();
  // A workflow that failed because it was asked to stop has no outcome of its own.
  if (outcome.state == RunState::failed && halt_ != Halt::none) {
    if (halt_ == Halt::cancelled) {
      outcome = {.state = RunState::cancelled, .output = {}, .error = {}};
    } else {
      co_await suspend_for_ever();
    }
  }
  auto close = [self, outcome](store::Transaction& tx) {
    hold(tx, self->lease_);
    self->core_->close(tx, self->lease_.tenant_id, self->lease_.run_id, self->lease_.workflow, outcome);
  };
  co_await write(std::move(close), "storing the outcome of a run");
}

Task<Outcome> Execution::run_workflow() {
  std::exception_ptr failure;
  json::value output;
  try {
    auto load = [self = shared_from_this()](store::Transaction& tx) {
      return Journal(entries(tx, self->lease_.run_id));
    };
    journal_ = co_await core_->database.read(std::move(load));
    last_ordinal_ = journal_.last_ordinal();
    Context context(shared_from_this(), std::make_shared<Branch>());
    const Workflow* workflow = core_->find(lease_.workflow, lease_.version);
    Task<json::value> task = (*workflow)(context, lease_.input);
    output = co_await std::move(task);
    core_->check_payload("The output of the run", output);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) co_return Outcome{.state = RunState::completed, .output = std::move(output), .error = {}};
  co_return Outcome{.state = RunState::failed, .output = {}, .error = failure_of(failure)};
}

// ---- suspending, resuming, settling

Task<void> Execution::suspend(SuspensionPtr suspension) {
  auto initiation = [this, suspension](auto handler) {
    suspension->resume = std::move(handler);
    suspended_.push_back(suspension);
    arm_timer();
    if (--active_ == 0) became_still();
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiation), asio::use_awaitable);
}

void Execution::resume(const SuspensionPtr& suspension) {
  if (std::erase(suspended_, suspension) == 0) return;
  ++active_;
  asio::post(strand_, std::exchange(suspension->resume, nullptr));
}

Task<void> Execution::suspend_for_ever() {
  auto suspension = std::make_shared<Suspension>();
  co_await suspend(suspension);
}

Task<void> Execution::gate() {
  if (halt_ != Halt::none) co_await suspend_for_ever();
}

// Looked at again from the strand's queue: what led here may be about to resume something.
void Execution::became_still() {
  asio::post(strand_, [self = shared_from_this()] {
    if (self->active_ != 0 || self->settling_) return;
    self->settling_ = true;
    asio::co_spawn(self->strand_, self->settle(), [self](std::exception_ptr) { self->drop(); });
  });
}

// While other branches still move, a timer is watched here; once the run is parked, the store's own timers are.
void Execution::arm_timer() {
  std::optional<Timestamp> next;
  for (const SuspensionPtr& one : suspended_) {
    if (one->wait && one->wait->until) next = std::min(next.value_or(*one->wait->until), *one->wait->until);
  }
  if (!next || active_ <= 1) return;
  timer_.expires_after(std::max(Milliseconds(0), *next - now()));
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->poke();
  });
}

Task<void> Execution::settle() {
  auto self = shared_from_this();
  timer_.cancel();
  if (halt_ == Halt::lost) co_return;
  std::vector<Wait> waits;
  for (const SuspensionPtr& one : suspended_) {
    if (one->wait) waits.push_back(*one->wait);
  }
  std::exception_ptr failure;
  try {
    auto settled = [self, waits, why = halt_](store::Transaction& tx) { self->settle_transaction(tx, waits, why); };
    co_await core_->database.write(std::move(settled));
  } catch (const LeaseLost&) {
    log::warning("lease lost", {{"run", lease_.run_id.text}});
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) core_->report(failure, "parking a run");
}

void Execution::settle_transaction(store::Transaction& tx, const std::vector<Wait>& waits, Halt why) {
  const bool cancel = hold(tx, lease_) || why == Halt::cancelled;
  if (cancel) {
    core_->close(tx, lease_.tenant_id, lease_.run_id, lease_.workflow,
                 {.state = RunState::cancelled, .output = {}, .error = {}});
    return;
  }
  if (why == Halt::draining) {
    hand_back(tx, lease_);
  } else if (park_waiting(tx, lease_, waits) == Parked::waiting) {
    Change waiting = change(ChangeKind::run_waiting);
    for (const Wait& wait : waits) {
      waiting.detail += waiting.detail.empty() ? "" : ", ";
      waiting.detail += boost::describe::enum_to_string(wait.kind, "");
      if (!wait.name.empty()) waiting.detail += " " + wait.name;
    }
    core_->tell(tx, waiting);
  }
  core_->wake_after(tx);
}

void Execution::drop() {
  for (const SuspensionPtr& one : std::exchange(suspended_, {})) one->resume = nullptr;
}

// ---- writing under the lease

void Execution::lose(std::exception_ptr failure, const char* during) {
  halt_ = Halt::lost;
  stop_.request_stop();
  try {
    std::rethrow_exception(failure);
  } catch (const LeaseLost&) {
    log::warning("lease lost", {{"run", lease_.run_id.text}});
  } catch (...) {
    core_->report(failure, during);
  }
}

Change Execution::change(ChangeKind kind) const {
  return {.tenant_id = lease_.tenant_id,
          .run_id = lease_.run_id,
          .kind = kind,
          .workflow = lease_.workflow,
          .step = {},
          .detail = {},
          .error = {}};
}

Change Execution::change(ChangeKind kind, const Place& place) const {
  Change result = change(kind);
  result.step = label(place);
  return result;
}

}  // namespace tenon::durable
