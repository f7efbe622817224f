// What a run does through its context: steps, and waits.
#include <random>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/redact.h"
#include "durable/execution.h"

namespace tenon::durable {

namespace asio = boost::asio;

namespace {

Error thrown(const Failure& failure) { return Error(failure.code, failure.message, failure.hint); }

// These say something about the store, not about what the body wanted to write.
bool concerns_the_store(ErrorCode code) {
  return code == ErrorCode::storage_full || code == ErrorCode::data_corrupted || code == ErrorCode::unavailable;
}

Task<json::value> on_this_thread(SyncBody& body, StepInfo info) { co_return body(info); }

Milliseconds backoff(const RetryPolicy& policy, std::int64_t failures) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  const auto doublings = std::min<std::int64_t>(failures - 1, 20);
  const Milliseconds most = std::min(policy.cap, policy.base * (std::int64_t{1} << doublings));
  std::uniform_int_distribution<std::int64_t> jitter(0, std::max<std::int64_t>(most.count(), 0));
  return Milliseconds(jitter(random));
}

}  // namespace

// The stored result, or nothing when there is something to do. A stored failure is thrown.
std::optional<json::value> Execution::stored(const Place& place, StepKind kind) {
  const JournalEntry* entry = journal_.find(lease_.run_id, place, kind);
  if (entry == nullptr || entry->state == StepState::started) return std::nullopt;
  if (entry->state == StepState::failed) throw thrown(entry->error.value_or(Failure{}));
  return *entry->result;
}

std::int64_t Execution::ordinal_of(const Place& place, StepKind kind) {
  const JournalEntry* entry = journal_.find(lease_.run_id, place, kind);
  return entry != nullptr ? entry->ordinal : ++last_ordinal_;
}

Task<json::value> Execution::step(Place place, StepBody body, StepOptions options) {
  co_await gate();
  if (auto known = stored(place, StepKind::step)) co_return std::move(*known);
  const NewEntry entry{.place = place,
                       .kind = StepKind::step,
                       .ordinal = ordinal_of(place, StepKind::step),
                       .wake_at = {},
                       .child_run_id = {}};
  const JournalEntry* before = journal_.find(lease_.run_id, place, StepKind::step);
  std::int64_t failures = before != nullptr ? before->failures : 0;
  auto self = shared_from_this();
  while (true) {
    auto intent = [self, entry](store::Transaction& tx) {
      hold(tx, self->lease_);
      const Begun begun = begin_entry(tx, self->lease_, entry);
      Change started = self->change(ChangeKind::step_started, entry.place);
      started.attempt = begun.attempt;
      self->core_->tell(tx, started);
      return begun;
    };
    const Begun begun = co_await write(std::move(intent), "recording an intent");
    StepInfo info{.idempotency_key = idempotency_key(lease_.run_id, place),
                  .first_attempt_at = begun.started_at,
                  .attempt = begun.attempt,
                  .stop = stop_.get_token()};
    Attempt made = co_await attempt(body, std::move(info));
    if (halt_ == Halt::lost) co_await suspend_for_ever();
    if (!made.failure) {
      auto complete = [self, place, attempt = begun.attempt, result = made.result,
                       ended_after = last_ordinal_](store::Transaction& tx) {
        hold(tx, self->lease_);
        Change completed = self->change(ChangeKind::step_completed, place);
        completed.attempt = attempt;
        completed.duration = complete_entry(tx, self->lease_, place, ended_after, result);
        self->core_->tell(tx, completed);
      };
      co_await write(std::move(complete), "storing a result");
      co_return std::move(made.result);
    }
    // An attempt that was interrupted says nothing about the step.
    co_await gate();
    Failure failure = failure_of(made.failure);
    const bool again = co_await after_failure(place, failure, begun.attempt, ++failures, options.retry);
    if (!again) throw thrown(failure);
    co_await gate();
  }
}

Task<json::value> Execution::store_step(Place place, StoreBody body, StepOptions options) {
  co_await gate();
  if (auto known = stored(place, StepKind::store_step)) co_return std::move(*known);
  const NewEntry entry{.place = place,
                       .kind = StepKind::store_step,
                       .ordinal = ordinal_of(place, StepKind::store_step),
                       .wake_at = {},
                       .child_run_id = {}};
  const JournalEntry* before = journal_.find(lease_.run_id, place, StepKind::store_step);
  std::int64_t failures = before != nullptr ? before->failures : 0;
  auto self = shared_from_this();
  while (true) {
    auto in_body = std::make_shared<bool>(false);
    auto all = [self, entry, body, in_body, ended_after = last_ordinal_](store::Transaction& tx) {
      *in_body = false;
      hold(tx, self->lease_);
      const Begun begun = begin_entry(tx, self->lease_, entry);
      *in_body = true;
      json::value result = body(tx);
      self->core_->check_payload("The result of a step", result);
      *in_body = false;
      Change completed = self->change(ChangeKind::step_completed, entry.place);
      completed.attempt = begun.attempt;
      completed.duration = complete_entry(tx, self->lease_, entry.place, ended_after, result);
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
    Failure failure = failure_of(failed);
    if (!*in_body || concerns_the_store(failure.code)) {
      lose(failed, "committing a step");
      co_await suspend_for_ever();
    }
    // The body's transaction is gone with all it wrote, the entry included.
    auto begin = [self, entry](store::Transaction& tx) {
      hold(tx, self->lease_);
      return begin_entry(tx, self->lease_, entry);
    };
    const Begun begun = co_await write(std::move(begin), "recording a failure");
    const bool again = co_await after_failure(place, failure, begun.attempt, ++failures, options.retry);
    if (!again) throw thrown(failure);
    co_await gate();
  }
}

Task<bool> Execution::after_failure(Place place, Failure failure, std::int64_t attempt, std::int64_t failures,
                                    const RetryPolicy& policy) {
  failure.message = redacted_text(failure.message);
  const bool retryable = std::ranges::find(policy.retryable, failure.code) != policy.retryable.end();
  const bool again = retryable && failures < policy.attempts;
  auto record = [self = shared_from_this(), place, failure, attempt, again,
                 ended_after = last_ordinal_](store::Transaction& tx) {
    hold(tx, self->lease_);
    Change failed = self->change(again ? ChangeKind::step_retrying : ChangeKind::step_failed, place);
    failed.attempt = attempt;
    failed.error = failure;
    if (again) {
      count_failure(tx, self->lease_, place, failure);
    } else {
      failed.duration = fail_entry(tx, self->lease_, place, ended_after, failure);
    }
    self->core_->tell(tx, failed);
  };
  co_await write(std::move(record), "recording a failure");
  if (again) co_await pause(backoff(policy, failures));
  co_return again;
}

Task<Execution::Attempt> Execution::attempt(StepBody& body, StepInfo info) {
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
    core_->check_payload("The result of a step", made.result);
  } catch (...) {
    made.failure = std::current_exception();
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
  if (auto known = stored(entry.place, entry.kind)) co_return std::move(*known);
  entry.ordinal = ordinal_of(entry.place, entry.kind);
  auto self = shared_from_this();
  while (true) {
    const std::uint64_t pokes_before = pokes_;
    auto look = [self, entry, poll, ended_after = last_ordinal_](store::Transaction& tx) {
      hold(tx, self->lease_);
      Polled found = poll(tx, entry);
      if (found.result) complete_entry(tx, self->lease_, entry.place, ended_after, *found.result);
      if (found.failure) fail_entry(tx, self->lease_, entry.place, ended_after, *found.failure);
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

Task<json::value> Execution::signal(Place place) {
  auto poll = [this](store::Transaction& tx, const NewEntry& entry) {
    begin_entry(tx, lease_, entry);
    const std::string& name = entry.place.name;
    return Polled{.result = take_signal(tx, lease_.run_id, name, label(entry.place)),
                  .failure = {},
                  .wait = {.kind = WaitKind::signal, .name = name, .until = {}}};
  };
  return wait({.place = std::move(place), .kind = StepKind::signal, .wake_at = {}, .child_run_id = {}},
              std::move(poll));
}

Task<json::value> Execution::timer(Place place, std::optional<Timestamp> at, Milliseconds from_now) {
  auto poll = [this, from_now](store::Transaction& tx, NewEntry entry) {
    if (!entry.wake_at) entry.wake_at = tx.now() + from_now;
    const Begun begun = begin_entry(tx, lease_, entry);
    Polled found{.result = {}, .failure = {}, .wait = {.kind = WaitKind::timer, .name = "", .until = begun.wake_at}};
    if (*begun.wake_at <= tx.now()) found.result = json::value(nullptr);
    return found;
  };
  return wait({.place = std::move(place), .kind = StepKind::timer, .wake_at = at, .child_run_id = {}}, std::move(poll));
}

Task<json::value> Execution::child(Place place, std::string workflow, json::value input, ChildOptions options) {
  core_->check_payload("The input of a child run", input);
  const NewRun start{.run_id = RunId::make(),
                     .tenant_id = lease_.tenant_id,
                     .workflow = workflow,
                     .version = core_->version_of(workflow, options.version),
                     .idempotency_key = {},
                     .parent_run_id = lease_.run_id,
                     .input = std::move(input)};
  auto poll = [this, start](store::Transaction& tx, const NewEntry& entry) {
    const Begun begun = begin_entry(tx, lease_, entry);
    const RunId& child = *begun.child_run_id;
    if (begun.attempt == 1) {
      NewRun run = start;
      run.idempotency_key = run.run_id.text;
      core_->create(tx, std::move(run));
      core_->wake_after(tx);
    }
    Polled found{.result = {}, .failure = {}, .wait = {.kind = WaitKind::child, .name = child.text, .until = {}}};
    const auto outcome = outcome_of(tx, child);
    if (!outcome) return found;
    if (outcome->state == RunState::completed) found.result = outcome->output;
    if (outcome->state == RunState::failed) found.failure = outcome->error;
    if (outcome->state == RunState::cancelled) {
      found.failure = Failure{ErrorCode::cancelled, fmt::format("The child run {} was cancelled.", child.text), ""};
    }
    return found;
  };
  return wait({.place = std::move(place), .kind = StepKind::child, .wake_at = {}, .child_run_id = start.run_id},
              std::move(poll));
}

}  // namespace tenon::durable
