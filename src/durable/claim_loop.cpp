#include "durable/claim_loop.h"

#include "core/log.h"
#include "durable/execution.h"
#include "durable/schedule_table.h"
#include "io/runtime.h"

namespace tenon::durable {
namespace {

constexpr Milliseconds kGatherTime(1);

Milliseconds until(const std::optional<Timestamp>& time, Timestamp now, Milliseconds at_most) {
  if (!time) return at_most;
  return std::clamp(*time - now, Milliseconds(1), at_most);
}

}  // namespace

void begin_execution(const std::shared_ptr<EngineCore>& core, Lease lease) {
  auto execution = std::make_shared<Execution>(core, std::move(lease));
  core->executions.with([&](auto& all) { all[execution->lease().run_id()] = execution; });
  execution->begin();
  if (core->stopping) execution->halt(Halt::draining);
}

void ClaimLoop::start() { loop_.start(core_->runtime, run(), "claiming runs"); }

void ClaimLoop::join() { loop_.join(); }

Task<void> ClaimLoop::run() {
  auto self = shared_from_this();
  while (!core_->stopping) {
    const std::uint64_t seen = core_->work.count();
    co_await gather();
    const Milliseconds pause = co_await claim_some();
    if (!core_->stopping && pause > Milliseconds(0)) co_await core_->work.wait(seen, pause);
  }
}

// Runs that end one by one are replaced in groups: one claim costs nearly the same for many.
Task<void> ClaimLoop::gather() {
  const bool few = core_->slots.free() * 8 < core_->options.max_running;
  if (few && core_->slots.taken() > 0 && core_->backlog) co_await io::sleep_for(kGatherTime);
}

Task<Milliseconds> ClaimLoop::claim_some() {
  const std::uint64_t let_go = core_->let_go;
  // In pieces, so that a new run of another tenant does not wait for thousands of one.
  const std::size_t slots = core_->slots.take_up_to(core_->options.max_batch);
  Milliseconds pause = core_->options.poll;
  std::exception_ptr failure;
  std::size_t begun = 0;
  core_->backlog = false;
  try {
    auto claiming = [self = shared_from_this(), slots](store::Transaction& tx) {
      Claimed claimed = self->claim_now(tx, slots);
      const Milliseconds next = until(claimed.look_again, tx.now(), self->core_->options.poll);
      return std::make_pair(std::move(claimed), next);
    };
    auto [claimed, next] = co_await core_->database.write(std::move(claiming));
    core_->fault.with([](std::exception_ptr& fault) { fault = nullptr; });
    pause = next;
    if (claimed.more) core_->backlog = true;
    // Whoever let go of a run before the line above was not told that more are waiting.
    if (claimed.more && core_->let_go != let_go) pause = Milliseconds(0);
    for (std::size_t i = 0; i < claimed.candidates.size(); ++i) {
      share_.charge(claimed.candidates, claimed.candidates[i], claimed.taken[i]);
    }
    begun = claimed.leases.size();
    if (claimed.more && begun == slots && core_->slots.free() > 0) pause = Milliseconds(0);
    for (Lease& lease : claimed.leases) begin_execution(core_, std::move(lease));
  } catch (...) {
    failure = std::current_exception();
  }
  core_->slots.give_back(slots - begun);
  if (failure) {
    core_->backlog = true;
    core_->report(failure, "claiming runs");
  }
  co_return pause;
}

Claimed ClaimLoop::claim_now(store::Transaction& tx, std::size_t free) {
  const auto now = std::chrono::steady_clock::now();
  if (now >= catch_up_at_) {
    catch_up(tx, *core_);
    fire_due(tx, *core_);
    catch_up_at_ = now + core_->options.poll;
  }
  std::optional<Timestamp> fire = next_fire(tx, *core_);
  if (fire && *fire <= tx.now()) {
    fire_due(tx, *core_);
    fire = next_fire(tx, *core_);
  }
  std::optional<Timestamp> next = next_wake(tx);
  if (next && *next <= tx.now()) {
    wake_due(tx);
    next = next_wake(tx);
  }
  Claimed claimed;
  if (free > 0) {
    claimed = claim(tx, *core_, share_, free);
  } else {
    claimed.more = true;
  }
  for (const auto& time : {next, fire}) {
    if (time) claimed.look_again = std::min(claimed.look_again.value_or(*time), *time);
  }
  return claimed;
}

}  // namespace tenon::durable
