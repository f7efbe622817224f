#include "durable/worker.h"

#include "core/log.h"

namespace tenon::durable {
namespace {

std::vector<std::shared_ptr<Execution>> held_executions(const EngineCore& core) {
  return core.executions.with([](const auto& all) {
    std::vector<std::shared_ptr<Execution>> held;
    for (const auto& [run, weak] : all) {
      if (auto execution = weak.lock()) held.push_back(std::move(execution));
    }
    return held;
  });
}

void begin(const std::shared_ptr<EngineCore>& core, Lease lease) {
  auto execution = std::make_shared<Execution>(core, std::move(lease));
  core->executions.with([&](auto& all) { all[execution->lease().run_id] = execution; });
  execution->begin();
  if (core->stopping) execution->halt(Halt::draining);
}

struct Claimed {
  std::vector<Lease> leases;
  std::optional<Milliseconds> until_next_timer;
};

// One transaction: what is overdue becomes ready, what is ready is claimed, what nobody here can run is parked.
Claimed claim_ready(store::Transaction& tx, const EngineCore& core, std::size_t free) {
  rescue_expired(tx);
  wake_due(tx);
  Claimed claimed;
  for (Lease& lease : claim(tx, core.options.worker_id, free, core.options.lease)) {
    Change change{.tenant_id = lease.tenant_id,
                  .run_id = lease.run_id,
                  .kind = ChangeKind::run_started,
                  .workflow = lease.workflow,
                  .step = {},
                  .detail = {},
                  .error = {}};
    if (core.find(lease.workflow, lease.version) != nullptr) {
      core.tell(tx, change);
      claimed.leases.push_back(std::move(lease));
      continue;
    }
    change.kind = ChangeKind::run_parked;
    change.detail =
        fmt::format("This program does not know version {} of the workflow '{}'.", lease.version, lease.workflow);
    park_unknown(tx, lease, change.detail);
    core.tell(tx, change);
  }
  const auto next = next_wake(tx);
  if (next) claimed.until_next_timer = std::max(Milliseconds(1), *next - tx.now());
  return claimed;
}

}  // namespace

void Worker::start() {
  std::scoped_lock lock(mutex_);
  if (started_ || stopped_) return;
  core_->database.write_blocking([&](store::Transaction& tx) {
    if (core_->options.sole_owner) rescue_all(tx);
    for (const auto& [workflow, versions] : core_->workflows) {
      for (const auto& [version, code] : versions) unpark(tx, workflow, version);
    }
  });
  started_ = true;
  renewed_at_ = std::chrono::steady_clock::now();
  heartbeat_ = std::thread([this] { heartbeat_loop(); });
  ++core_->running;
  core_->runtime.spawn(claim_loop(core_), "claiming runs");
}

void Worker::stop() {
  {
    std::scoped_lock lock(mutex_);
    core_->stopping = true;
    if (std::exchange(stopped_, true) || !started_) return;
  }
  core_->work.notify();
  core_->finished.notify();
  for (const auto& execution : held_executions(*core_)) execution->halt(Halt::draining);
  for (std::size_t left = core_->running; left > 0; left = core_->running) core_->running.wait(left);
  {
    std::scoped_lock lock(mutex_);
    drained_ = true;
  }
  changed_.notify_all();
  heartbeat_.join();
}

Task<void> Worker::claim_loop(std::shared_ptr<EngineCore> core) {
  while (!core->stopping) {
    const std::uint64_t seen = core->work.count();
    const std::size_t busy = core->running - 1;
    Milliseconds pause = core->options.poll;
    if (busy < core->options.max_running) {
      std::exception_ptr failure;
      try {
        const std::size_t free = core->options.max_running - busy;
        auto claiming = [core, free](store::Transaction& tx) { return claim_ready(tx, *core, free); };
        Claimed claimed = co_await core->database.write(std::move(claiming));
        core->fault.with([](std::exception_ptr& fault) { fault = nullptr; });
        for (Lease& lease : claimed.leases) begin(core, std::move(lease));
        pause = std::min(pause, claimed.until_next_timer.value_or(pause));
      } catch (...) {
        failure = std::current_exception();
      }
      if (failure) core->report(failure, "claiming runs");
    }
    if (!core->stopping) co_await core->work.wait(seen, pause);
  }
  --core->running;
  core->running.notify_all();
}

void Worker::heartbeat_loop() {
  std::unique_lock lock(mutex_);
  while (!drained_) {
    changed_.wait_for(lock, core_->options.lease / 3, [this] { return drained_; });
    if (drained_) return;
    lock.unlock();
    renew_leases();
    lock.lock();
  }
}

void Worker::renew_leases() {
  std::map<Held, std::shared_ptr<Execution>> held;
  for (auto& execution : held_executions(*core_)) {
    held.emplace(Held(execution->lease().run_id, execution->lease().token), execution);
  }
  std::vector<Renewed> renewed;
  try {
    renewed = core_->database.write_blocking(
        [&](store::Transaction& tx) { return renew(tx, core_->options.worker_id, core_->options.lease); });
    renewed_at_ = std::chrono::steady_clock::now();
  } catch (const std::exception& error) {
    log::warning("leases not renewed", {{"worker", core_->options.worker_id}, {"reason", error.what()}});
    // Somebody else may take these runs from now on.
    if (std::chrono::steady_clock::now() - renewed_at_ < core_->options.lease) return;
    for (const auto& [key, execution] : held) execution->halt(Halt::lost);
    return;
  }
  // A lease that nobody here works under at two heartbeats in a row was left by a write that failed: it is given back.
  std::set<Held> orphans;
  for (const Renewed& lease : renewed) {
    const auto found = held.find({lease.run_id, lease.token});
    if (found == held.end()) {
      orphans.emplace(lease.run_id, lease.token);
      continue;
    }
    if (lease.cancel_requested) found->second->halt(Halt::cancelled);
    held.erase(found);
  }
  for (const auto& [key, execution] : held) execution->halt(Halt::lost);
  for (const Held& orphan : orphans) {
    if (!orphans_.contains(orphan)) continue;
    try {
      core_->database.write_blocking([&](store::Transaction& tx) {
        Lease lease;
        lease.run_id = orphan.first;
        lease.token = orphan.second;
        hold(tx, lease);
        hand_back(tx, lease);
        core_->wake_after(tx);
      });
    } catch (const std::exception& error) {
      log::warning("lease not given back", {{"run", orphan.first.text}, {"reason", error.what()}});
    }
  }
  orphans_ = std::move(orphans);
}

}  // namespace tenon::durable
