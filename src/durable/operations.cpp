// What a run does through its context: steps, and waits.
#include <random>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "durable/execution.h"
#include "durable/worker_table.h"

namespace tenon::durable {

namespace asio = boost::asio;

namespace {

Error thrown(const Failure& failure) { return Error(failure.code, failure.message, failure.hint); }

Task<json::value> on_this_thread(SyncBody& body, StepInfo info) { co_return body(info); }

Milliseconds backoff(const RetryPolicy& policy, std::int64_t failures) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  const auto doublings = std::min<std::int64_t>(failures - 1, 20);
  const Milliseconds most = std::min(policy.cap, policy.base * (std::int64_t{1} << doublings));
  std::uniform_int_distribution<std::int64_t> jitter(0, std::max<std::int64_t>(most.count(), 0));
  return Milliseconds(jitter(random));
}

}  // namespace

const JournalEntry* Execution::known(const Position& at, StepKind kind) const {
  return journal_.find(lease_->run_id(), at, kind);
}

namespace {

bool has_ended(const JournalEntry* entry) { return entry != nullptr && entry->state != StepState::started; }

// What it ended with. A stored failure is thrown.
json::value ended_with(const JournalEntry& entry) {
  if (entry.state == StepState::failed) throw thrown(entry.error.value_or(Failure{}));
  return *entry.result;
}

}  // namespace

Task<json::value> Execution::step(Position at, StepBody body, StepOptions options) {
  co_await gate();
  const JournalEntry* stored = known(at, StepKind::step);
  if (has_ended(stored)) co_return ended_with(*stored);
  std::int64_t attempts = stored != nullptr ? stored->attempt : 0;
  std::int64_t failures = stored != nullptr ? stored->failures : 0;
  Timestamp started_at = stored != nullptr ? stored->started_at : Timestamp();
  const std::int64_t ordinal = stored != nullptr ? stored->ordinal : ++last_ordinal_;
  while (true) {
    RunEntry intent{.lease = lease_};
    if (attempts == 0) {
      intent.first_intents.push_back({.at = at, .kind = StepKind::step, .ordinal = ordinal});
    } else {
      intent.next_intents.push_back(at);
    }
    const Timestamp now = co_await commit(std::move(intent));
    if (attempts++ == 0) started_at = now;
    // This process may have been frozen since: then another worker is at it.
    if (core_->lease_may_be_over()) {
      lose(std::make_exception_ptr(LeaseLost(lease_->run_id())), "beginning a step");
      co_await suspend_for_ever();
    }
    StepInfo info{.idempotency_key = idempotency_key(lease_->run_id(), at),
                  .first_attempt_at = started_at,
                  .attempt = attempts,
                  .stop = stop_.get_token()};
    Attempt made = co_await attempt(body, std::move(info), options.timeout);
    if (halt_ == Halt::lost) co_await suspend_for_ever();
    Ending ending{.at = at, .failures = failures, .attempt = attempts, .started_at = started_at};
    if (!made.failure) {
      ending.result = std::move(made.text);
      add_pending(std::move(ending));
      co_return std::move(made.result);
    }
    // An attempt that was interrupted says nothing about the step.
    if (halt_ != Halt::paused) co_await gate();
    ending.failures = ++failures;
    ending.failure = failure_of(made.failure);
    const Failure failure = *ending.failure;
    const bool again = co_await after_failure(std::move(ending), options.retry);
    if (!again) throw thrown(failure);
    co_await gate();
  }
}

Task<json::value> Execution::store_step(Position at, StoreBody body, StepOptions options) {
  co_await gate();
  const JournalEntry* stored = known(at, StepKind::store_step);
  if (has_ended(stored)) co_return ended_with(*stored);
  const NewEntry entry{
      .at = at, .kind = StepKind::store_step, .ordinal = stored != nullptr ? stored->ordinal : ++last_ordinal_};
  std::int64_t failures = stored != nullptr ? stored->failures : 0;
  auto self = shared_from_this();
  while (true) {
    co_await write_pending();
    auto in_body = std::make_shared<bool>(false);
    auto all = [self, entry, body, in_body, ended_after = last_ordinal_](store::Transaction& tx) {
      *in_body = false;
      hold(tx, *self->lease_);
      const Begun begun = begin_entry(tx, *self->lease_, entry);
      *in_body = true;
      json::value result = body(tx);
      Ending ending{.at = entry.at, .ended_after = ended_after};
      ending.result = self->core_->text_of("The result of a step", result);
      *in_body = false;
      end_entry(tx, *self->lease_, ending);
      if (self->lease_->run.rescues > 0) forget_rescues(tx, self->lease_->run_id());
      Change completed = self->change(ChangeKind::step_completed, entry.at);
      completed.attempt = begun.attempt;
      completed.duration = tx.now() - begun.started_at;
      self->core_->tell(tx, completed);
      return result;
    };
    std::exception_ptr failed;
    try {
      json::value result = co_await core_->database.write(std::move(all));
      co_return std::move(result);
    } catch (...) {
      failed = std::current_exception();
    }
    const Failure failure = failure_of(failed);
    if (!*in_body || concerns_the_store(failure.code)) {
      lose(failed, "committing a step");
      co_await suspend_for_ever();
    }
    // The body's transaction is gone with all it wrote, the entry included.
    auto begin = [self, entry](store::Transaction& tx) {
      hold(tx, *self->lease_);
      return begin_entry(tx, *self->lease_, entry);
    };
    const Begun begun = co_await write(std::move(begin), "recording a failure");
    Ending ending{
        .at = at, .failures = ++failures, .failure = failure, .attempt = begun.attempt, .started_at = begun.started_at};
    const bool again = co_await after_failure(std::move(ending), options.retry);
    if (!again) throw thrown(failure);
    co_await gate();
  }
}

Task<bool> Execution::after_failure(Ending failed, const RetryPolicy& policy) {
  const bool retryable = std::ranges::find(policy.retryable, failed.failure->code) != policy.retryable.end();
  const std::int64_t failures = failed.failures;
  const bool again = retryable && failures < policy.attempts;
  failed.state = again ? StepState::started : StepState::failed;
  add_pending(std::move(failed));
  if (again) co_await pause(backoff(policy, failures));
  co_return again;
}

void Execution::skip_dropped_patches(Branch& branch, std::string_view up_to) const {
  for (const JournalEntry* next = journal_.at(branch.path, branch.position + 1);
       next != nullptr && next->kind == StepKind::patch && next->name != up_to;
       next = journal_.at(branch.path, branch.position + 1)) {
    ++branch.position;
  }
}

// Whether new code may take its new way: not where the journal goes on with what the old code did.
Task<bool> Execution::patched(Branch& branch, std::string name) {
  co_await gate();
  name = "patch " + name;  // no step has to share its number
  const std::int64_t before = branch.position;
  skip_dropped_patches(branch, name);
  const JournalEntry* next = journal_.at(branch.path, branch.position + 1);
  if (next != nullptr && next->kind != StepKind::patch) {
    // What was passed over may be what another patch at this place asks for.
    branch.position = before;
    co_return false;
  }
  const bool marked = next != nullptr;
  Position at{.branch = branch.path, .position = ++branch.position, .name = std::move(name)};
  at.occurrence = ++branch.occurrences[at.name];
  if (marked) co_return true;
  RunEntry entry{.lease = lease_};
  entry.first_intents.push_back({.at = at, .kind = StepKind::patch, .ordinal = ++last_ordinal_});
  entry.endings.push_back({.at = at, .ended_after = last_ordinal_, .result = "null"});
  co_await commit(std::move(entry));
  co_return true;
}

Task<void> Execution::publish(Position at, std::string key, json::value value) {
  StoreBody body = [this, key = std::move(key), value = std::move(value)](store::Transaction& tx) -> json::value {
    core_->text_of("A published value", value);
    set_value(tx, *lease_, key, value);
    return nullptr;
  };
  Task<json::value> publishing = store_step(std::move(at), std::move(body), {});
  co_await std::move(publishing);
}

Task<Execution::Attempt> Execution::call(StepBody& body, StepInfo info) {
  Attempt made;
  try {
    if (auto* async = std::get_if<AsyncBody>(&body)) {
      Task<json::value> running = (*async)(std::move(info));
      made.result = co_await std::move(running);
    } else {
      auto pool = core_->runtime.blocking_pool().get_executor();
      Task<json::value> running = on_this_thread(std::get<SyncBody>(body), std::move(info));
      made.result = co_await asio::co_spawn(pool, std::move(running), asio::use_awaitable);
    }
    made.text = core_->text_of("The result of a step", made.result);
  } catch (...) {
    made.failure = std::current_exception();
  }
  co_return made;
}

Task<Execution::Attempt> Execution::attempt(StepBody& body, StepInfo info, std::optional<Milliseconds> timeout) {
  if (!timeout) co_return co_await call(body, std::move(info));
  // Shared, because the timer's handler may come after this frame is gone.
  struct Deadline {
    bool passed = false;
    std::stop_source stop;
    asio::cancellation_signal cancel;
  };
  const std::int64_t number = info.attempt;
  auto deadline = std::make_shared<Deadline>();
  const std::stop_callback outer(info.stop, [deadline] { deadline->stop.request_stop(); });
  info.stop = deadline->stop.get_token();
  asio::steady_timer timer(strand_, *timeout);
  timer.async_wait([deadline](boost::system::error_code cancelled) {
    if (cancelled) return;
    deadline->passed = true;
    deadline->stop.request_stop();
    deadline->cancel.emit(asio::cancellation_type::terminal);
  });
  Task<Attempt> calling = call(body, std::move(info));
  Attempt made;
  if (std::holds_alternative<AsyncBody>(body)) {
    auto cancellable = asio::bind_cancellation_slot(deadline->cancel.slot(), asio::use_awaitable);
    made = co_await asio::co_spawn(strand_, std::move(calling), cancellable);
  } else {
    // A coroutine on another thread must not be cancelled from this one; the body has its stop token.
    made = co_await std::move(calling);
  }
  timer.cancel();
  if (deadline->passed) {
    made.failure =
        std::make_exception_ptr(Error(ErrorCode::deadline_exceeded, fmt::format("Attempt {} took longer than {}.",
                                                                                number, human_duration(*timeout))));
  }
  co_return made;
}

// Ends early when the run is halted; its next gate sees that.
Task<void> Execution::pause(Milliseconds duration) {
  auto timer = std::make_shared<asio::steady_timer>(strand_, duration);
  pauses_.push_back(timer);
  co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
  std::erase_if(pauses_, [&](const auto& one) { return one.expired() || one.lock() == timer; });
}

// ---- waits

Task<json::value> Execution::wait(NewEntry entry, Poll poll) {
  co_await gate();
  const JournalEntry* stored = known(entry.at, entry.kind);
  if (has_ended(stored)) co_return ended_with(*stored);
  entry.ordinal = stored != nullptr ? stored->ordinal : ++last_ordinal_;
  auto self = shared_from_this();
  while (true) {
    const std::uint64_t pokes_before = pokes_;
    auto look = [self, entry, poll, ended_after = last_ordinal_](store::Transaction& tx) {
      hold(tx, *self->lease_);
      Polled found = poll(tx, entry);
      Ending ending{.at = entry.at, .ended_after = ended_after, .failures = 1};
      if (found.result) ending.result = json::serialize(*found.result);
      if (found.failure) {
        ending.state = StepState::failed;
        ending.failure = found.failure;
      }
      if (found.result || found.failure) end_entry(tx, *self->lease_, ending);
      return found;
    };
    Polled found = co_await write(std::move(look), "looking at a wait");
    if (found.failure) throw thrown(*found.failure);
    if (found.result) co_return std::move(*found.result);
    if (pokes_ == pokes_before) {
      auto suspension = std::make_shared<Suspension>();
      suspension->wait = found.wait;
      co_await suspend(suspension);
    }
    co_await gate();
  }
}

Task<json::value> Execution::signal(Position at) {
  auto poll = [this](store::Transaction& tx, const NewEntry& entry) {
    begin_entry(tx, *lease_, entry);
    const std::string& name = entry.at.name;
    return Polled{.result = take_signal(tx, lease_->run_id(), name, label(entry.at)),
                  .failure = {},
                  .wait = {.kind = WaitKind::signal, .name = name, .until = {}}};
  };
  NewEntry entry{.at = std::move(at), .kind = StepKind::signal};
  return wait(std::move(entry), std::move(poll));
}

Task<json::value> Execution::timer(Position at, std::optional<Timestamp> until, Milliseconds from_now) {
  auto poll = [this, from_now](store::Transaction& tx, NewEntry entry) {
    if (!entry.wake_at) entry.wake_at = tx.now() + from_now;
    const Begun begun = begin_entry(tx, *lease_, entry);
    Polled found{.result = {}, .failure = {}, .wait = {.kind = WaitKind::timer, .name = "", .until = begun.wake_at}};
    if (*begun.wake_at <= tx.now()) found.result = json::value(nullptr);
    return found;
  };
  NewEntry entry{.at = std::move(at), .kind = StepKind::timer, .wake_at = until};
  return wait(std::move(entry), std::move(poll));
}

Task<json::value> Execution::child(Position at, std::string workflow, json::value input, ChildOptions options) {
  const NewRun start{.run_id = RunId::make(),
                     .tenant_id = lease_->run.tenant_id,
                     .workflow = workflow,
                     .version = core_->version_of(workflow, options.version),
                     .parent_run_id = lease_->run_id(),
                     .rank = -options.priority,
                     .input = core_->text_of("The input of a child run", input)};
  auto poll = [this, start](store::Transaction& tx, const NewEntry& entry) {
    const Begun begun = begin_entry(tx, *lease_, entry);
    const RunId& child = *begun.child_run_id;
    if (begun.attempt == 1) {
      core_->create(tx, start);
      core_->wake_after(tx);
    }
    Polled found{.result = {}, .failure = {}, .wait = {.kind = WaitKind::child, .name = child.text, .until = {}}};
    const auto outcome = outcome_of(tx, child);
    if (!outcome) return found;
    if (outcome->state == RunState::completed) {
      found.result = parse_json(outcome->output.value_or("null"), "the output of a child run");
    }
    if (outcome->state == RunState::failed || outcome->state == RunState::dead) found.failure = outcome->error;
    if (outcome->state == RunState::cancelled) {
      found.failure = Failure{ErrorCode::cancelled, fmt::format("The child run {} was cancelled.", child.text), ""};
    }
    return found;
  };
  NewEntry entry{.at = std::move(at), .kind = StepKind::child, .child_run_id = start.run_id};
  return wait(std::move(entry), std::move(poll));
}

}  // namespace tenon::durable
