#include "durable/execution.h"

#include <algorithm>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/log.h"

namespace tenon::durable {

namespace asio = boost::asio;

Execution::Execution(std::shared_ptr<EngineCore> core, Lease lease)
    : core_(std::move(core)), lease_(std::make_shared<Lease>(std::move(lease))), strand_(core_->runtime.strand()) {}

// The last reference is held by the coroutine's frames: when it goes, no workflow code is left.
Execution::~Execution() {
  core_->executions.with([&](auto& all) {
    const auto own = all.find(lease_->run_id());
    if (own != all.end() && own->second.expired()) all.erase(own);
  });
  core_->slots.give_back();
  ++core_->let_go;
  if (core_->backlog) core_->work.notify();
}

void Execution::begin() {
  asio::co_spawn(strand_, root(), [self = shared_from_this()](std::exception_ptr failure) {
    if (failure) self->core_->report(failure, "running a run");
  });
}

void Execution::halt(Halt why) {
  asio::post(strand_, [self = shared_from_this(), why] {
    self->halt_ = std::max(self->halt_, why);
    if (why != Halt::paused) self->stop_.request_stop();
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
  if (outcome.state == RunState::failed && halt_ != Halt::none) co_await suspend_for_ever();
  RunEntry closing{.lease = lease_};
  closing.outcome = std::move(outcome);
  co_await commit(std::move(closing));
  core_->ended(lease_->run_id());
}

Task<Outcome> Execution::run_workflow() {
  // A run that nobody had before has no journal.
  if (lease_->run.token > 1) co_await load_journal();
  std::exception_ptr failure;
  std::string output;
  try {
    Context context(shared_from_this(), std::make_shared<Branch>());
    const Workflow* workflow = core_->find(lease_->workflow, lease_->version);
    json::value input = lease_->read ? std::move(*lease_->read) : parse_json(lease_->input, "the input of the run");
    Task<json::value> task = (*workflow)(context, std::move(input));
    const json::value result = co_await std::move(task);
    output = core_->text_of("The output of the run", result);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) co_return Outcome{.state = RunState::completed, .output = std::move(output), .error = {}};
  co_return Outcome{.state = RunState::failed, .output = {}, .error = failure_of(failure)};
}

Task<void> Execution::load_journal() {
  std::exception_ptr failure;
  try {
    auto load = [self = shared_from_this()](store::Transaction& tx) {
      return Journal(entries(tx, self->lease_->run_id()));
    };
    journal_ = co_await core_->database.read(std::move(load));
    last_ordinal_ = journal_.last_ordinal();
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) co_return;
  lose(failure, "loading a journal");
  co_await suspend_for_ever();
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
  if (!timer_) timer_.emplace(strand_);
  timer_->expires_after(std::max(Milliseconds(0), *next - now()));
  timer_->async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->poke();
  });
}

Task<void> Execution::settle() {
  auto self = shared_from_this();
  if (timer_) timer_->cancel();
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
    log::warning("lease lost", {{"run", lease_->run_id().text}});
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) core_->report(failure, "parking a run");
}

void Execution::settle_transaction(store::Transaction& tx, const std::vector<Wait>& waits, Halt why) {
  const std::optional<Request> asked = hold(tx, *lease_);
  if (asked == Request::cancel || why == Halt::cancelled) {
    // Again, because it may have started children since.
    core_->cancel(tx, lease_->run_id());
    const Held held{lease_->run_id(), lease_->run.token};
    leave_leased(tx, {held});
    core_->close(tx,
                 {.run = lease_->run,
                  .parent_run_id = lease_->parent_run_id,
                  .outcome = {.state = RunState::cancelled, .output = {}, .error = {}}},
                 lease_->workflow);
    return;
  }
  if (asked == Request::pause) {
    for (const OpenRun& run : leave_leased(tx, {{lease_->run_id(), lease_->run.token}})) {
      enter_waiting(tx, run, {.place = WaitingPlace::paused});
    }
    core_->tell(tx, change(ChangeKind::run_paused));
  } else if (why == Halt::draining || why == Halt::paused) {
    // Nobody wants it paused any more, if that is why it stopped.
    enter_ready(tx, leave_leased(tx, {{lease_->run_id(), lease_->run.token}}));
  } else if (park_waiting(tx, *lease_, waits) == Parked::waiting) {
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

RunEntry Execution::with_pending(RunEntry entry) {
  std::ranges::move(std::exchange(pending_, {}), std::back_inserter(entry.endings));
  return entry;
}

Task<Timestamp> Execution::commit(RunEntry entry) {
  struct Answer {
    std::exception_ptr failure;
    Written written = Written::committed;
    Timestamp at;
  };
  auto answer = std::make_shared<Answer>();
  auto initiation = [this, answer, entry = with_pending(std::move(entry))](auto handler) mutable {
    ++writing_;
    // Copyable, as std::function asks for.
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    entry.answer = [self = shared_from_this(), answer, resume](std::exception_ptr failure, Written written,
                                                               Timestamp at) {
      *answer = {failure, written, at};
      asio::dispatch(self->strand_, [self, resume] {
        --self->writing_;
        std::move (*resume)();
      });
    };
    core_->ledger.submit(std::move(entry));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiation), asio::use_awaitable);
  if (writing_ == 0) {
    for (const SuspensionPtr& one : std::exchange(until_written_, {})) resume(one);
  }
  if (!answer->failure && answer->written == Written::committed) co_return answer->at;
  if (!answer->failure) answer->failure = std::make_exception_ptr(LeaseLost(lease_->run_id()));
  lose(answer->failure, "writing for a run");
  co_await suspend_for_ever();
  co_return answer->at;
}

// The result goes with the next write of this turn, or at its end by itself.
void Execution::add_pending(Ending ending) {
  ending.ended_after = last_ordinal_;
  pending_.push_back(std::move(ending));
  if (std::exchange(will_write_pending_, true)) return;
  ++active_;
  asio::post(strand_, [self = shared_from_this()] {
    self->will_write_pending_ = false;
    if (self->pending_.empty()) {
      if (--self->active_ == 0) self->became_still();
      return;
    }
    asio::co_spawn(self->strand_, self->commit(RunEntry{.lease = self->lease_}), [self](std::exception_ptr, Timestamp) {
      if (--self->active_ == 0) self->became_still();
    });
  });
}

Task<void> Execution::write_pending() {
  if (!pending_.empty()) {
    RunEntry results{.lease = lease_};
    co_await commit(std::move(results));
  }
  while (writing_ > 0) {
    auto suspension = std::make_shared<Suspension>();
    until_written_.push_back(suspension);
    co_await suspend(suspension);
  }
}

void Execution::lose(std::exception_ptr failure, const char* during) {
  halt_ = Halt::lost;
  stop_.request_stop();
  try {
    std::rethrow_exception(failure);
  } catch (const LeaseLost&) {
    log::warning("lease lost", {{"run", lease_->run_id().text}});
  } catch (...) {
    core_->report(failure, during);
  }
}

Change Execution::change(ChangeKind kind) const {
  return {.tenant_id = lease_->run.tenant_id, .run_id = lease_->run_id(), .kind = kind, .workflow = lease_->workflow};
}

Change Execution::change(ChangeKind kind, const Position& at) const {
  Change result = change(kind);
  result.step = label(at);
  return result;
}

}  // namespace tenon::durable
