#include "durable/worker.h"

#include "core/log.h"

namespace tenon::durable {

void Worker::start() {
  const std::scoped_lock lock(mutex_);
  if (started_ || stopped_) return;
  core_->database.write_blocking([&](store::Transaction& tx) {
    if (core_->options.sole_owner) take_over(tx, *core_);
    core_->renewed_at = std::chrono::steady_clock::now();
    register_worker(tx, core_->options.worker_id, core_->options.lease);
  });
  started_ = true;
  core_->working = true;
  heartbeat_ = std::thread([this] { heartbeat_loop(); });
  claiming_->start();
  cleaning_.start();
}

void Worker::stop() {
  {
    const std::scoped_lock lock(mutex_);
    core_->stopping = true;
    core_->working = false;
    if (std::exchange(stopped_, true) || !started_) return;
  }
  core_->stop_asked.notify();
  core_->work.notify();
  core_->everybody_looks();
  claiming_->join();
  cleaning_.join();
  for (const auto& [held, execution] : executions()) execution->halt(Halt::draining);
  const bool drained = core_->slots.wait_until_free(core_->options.drain);
  if (!drained) {
    log::warning("not all runs ended in time; they are handed back as they are",
                 {{"worker", core_->options.worker_id}, {"runs", std::to_string(core_->slots.taken())}});
    for (const auto& [held, execution] : executions()) execution->halt(Halt::lost);
  }
  leave();
  {
    const std::scoped_lock lock(mutex_);
    drained_ = true;
  }
  changed_.notify_all();
  heartbeat_.join();
}

// What is still held goes to others now, not when the lease ends.
void Worker::leave() {
  try {
    core_->database.write_blocking([&](store::Transaction& tx) {
      give_away(tx, *core_);
      remove_worker(tx, core_->options.worker_id);
    });
  } catch (const std::exception& error) {
    log::warning("the worker's lease is left to end by itself",
                 {{"worker", core_->options.worker_id}, {"reason", error.what()}});
  }
}

Worker::Executions Worker::executions() const {
  return core_->executions.with([](const auto& all) {
    Executions held;
    for (const auto& [run, weak] : all) {
      if (auto execution = weak.lock()) held.emplace(Held{run, execution->lease().run.token}, execution);
    }
    return held;
  });
}

void Worker::heartbeat_loop() {
  std::unique_lock lock(mutex_);
  while (!drained_) {
    changed_.wait_for(lock, core_->options.lease / 3, [this] { return drained_; });
    if (drained_) return;
    lock.unlock();
    renew();
    lock.lock();
  }
}

void Worker::renew() {
  std::vector<HeldRun> leased;
  bool renewed = false;
  try {
    const auto now = std::chrono::steady_clock::now();
    core_->database.upkeep_blocking([&](store::Transaction& tx) {
      renewed = renew_lease(tx, core_->options.worker_id, core_->options.lease);
      leased = runs_of(tx, core_->options.worker_id);
    });
    if (renewed) core_->renewed_at = now;
  } catch (const std::exception& error) {
    log::warning("lease not renewed", {{"worker", core_->options.worker_id}, {"reason", error.what()}});
    // Somebody else may take these runs from now on.
    if (!core_->lease_may_be_over()) return;
    for (const auto& [held, execution] : executions()) execution->halt(Halt::lost);
    return;
  }
  if (renewed) return compare(leased);
  // We were thought dead, and our runs went to others.
  log::warning("lease lost", {{"worker", core_->options.worker_id}});
  for (const auto& [held, execution] : executions()) execution->halt(Halt::lost);
  register_again();
}

void Worker::register_again() {
  try {
    const auto now = std::chrono::steady_clock::now();
    core_->database.upkeep_blocking(
        [&](store::Transaction& tx) { register_worker(tx, core_->options.worker_id, core_->options.lease); });
    core_->renewed_at = now;
  } catch (const std::exception& error) {
    log::warning("lease not renewed", {{"worker", core_->options.worker_id}, {"reason", error.what()}});
  }
}

// What the store says we hold, against what runs here. A run that is only in the store at two heartbeats in a row was
// left by a write that failed: it is given back.
void Worker::compare(const std::vector<HeldRun>& leased) {
  Executions held = executions();
  std::set<Held> orphans;
  for (const HeldRun& run : leased) {
    const auto found = held.find({run.run_id, run.token});
    if (found == held.end()) {
      orphans.insert({run.run_id, run.token});
      continue;
    }
    if (run.request == Request::cancel) found->second->halt(Halt::cancelled);
    if (run.request == Request::pause) found->second->halt(Halt::paused);
    held.erase(found);
  }
  // Those that began after the store was read are not in its answer either: they are lost only if they are not there at
  // the next heartbeat.
  for (const auto& [key, execution] : held) {
    if (!execution->doubted()) continue;
    execution->halt(Halt::lost);
  }
  for (const Held& orphan : orphans) {
    if (orphans_.contains(orphan)) give_back(orphan);
  }
  orphans_ = std::move(orphans);
}

void Worker::give_back(const Held& orphan) {
  try {
    core_->database.upkeep_blocking([&](store::Transaction& tx) { durable::give_back(tx, *core_, orphan); });
  } catch (const std::exception& error) {
    log::warning("lease not given back", {{"run", orphan.run_id.text}, {"reason", error.what()}});
  }
}

}  // namespace tenon::durable
