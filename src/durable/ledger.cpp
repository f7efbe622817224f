#include "durable/ledger.h"

#include <algorithm>
#include <map>

#include <boost/asio/post.hpp>

#include "durable/engine_core.h"
#include "durable/tenant_limits.h"
#include "durable/worker_table.h"

namespace tenon::durable {

// ---- gathering

template <class Entry>
struct Ledger::Batch {
  std::vector<Entry> entries;
  std::vector<Started> started;
  std::vector<Written> written;
  Timestamp at;
};

namespace {

void apply(store::Transaction& tx, EngineCore& core, const std::vector<NewRunEntry>& entries,
           std::vector<Started>& started);
void apply(store::Transaction& tx, EngineCore& core, const std::vector<RunEntry>& entries,
           std::vector<Written>& written);

bool fails_for_an_entry(const std::exception_ptr& failure) {
  if (!failure) return false;
  const ErrorCode code = failure_of(failure).code;
  return !concerns_the_store(code) && code != ErrorCode::busy;
}

}  // namespace

void Ledger::submit(NewRunEntry entry) {
  {
    const std::scoped_lock lock(starts_.mutex);
    if (starts_.waiting.size() >= core_.options.max_queued) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("{} new runs are waiting to be stored; no more are taken.", starts_.waiting.size()),
                  "Try again in a moment.");
    }
  }
  push(starts_, std::move(entry));
}

void Ledger::submit(RunEntry entry) { push(writes_, std::move(entry)); }

template <class Entry>
void Ledger::push(Lane<Entry>& lane, Entry entry) {
  {
    const std::scoped_lock lock(lane.mutex);
    lane.waiting.push_back(std::move(entry));
    if (std::exchange(lane.busy, true)) return;
  }
  send(lane);
}

template <class Entry>
void Ledger::take(Lane<Entry>& lane, Batch<Entry>& batch, std::size_t at_most) {
  const std::scoped_lock lock(lane.mutex);
  std::size_t count = std::min(lane.waiting.size(), at_most);
  if (lane.one_by_one > 0) {
    --lane.one_by_one;
    count = 1;
  }
  const auto end = lane.waiting.begin() + static_cast<std::ptrdiff_t>(count);
  batch.entries.assign(std::make_move_iterator(lane.waiting.begin()), std::make_move_iterator(end));
  lane.waiting.erase(lane.waiting.begin(), end);
}

// To the front, in their order.
template <class Entry>
void Ledger::put_back(Lane<Entry>& lane, Batch<Entry>& batch) {
  const std::scoped_lock lock(lane.mutex);
  lane.one_by_one = batch.entries.size();
  lane.waiting.insert(lane.waiting.begin(), std::make_move_iterator(batch.entries.begin()),
                      std::make_move_iterator(batch.entries.end()));
}

// The batch takes its entries when it is its turn in the database, and keeps them should it be run again.
template <class Entry>
void Ledger::send(Lane<Entry>& lane) {
  auto core = core_.shared_from_this();
  auto batch = std::make_shared<Batch<Entry>>();
  auto work = [core, batch, &lane](store::Transaction& tx) {
    if (batch->entries.empty()) take(lane, *batch, core->options.max_batch);
    batch->at = tx.now();
    if constexpr (std::is_same_v<Entry, NewRunEntry>) {
      batch->started.clear();
      apply(tx, *core, batch->entries, batch->started);
    } else {
      batch->written.clear();
      apply(tx, *core, batch->entries, batch->written);
    }
  };
  auto done = [core, batch, &lane](std::exception_ptr failure) { core->ledger.finish(lane, batch, failure); };
  core_.database.submit(store::Access::write, std::move(work), std::move(done));
}

template <class Entry>
void Ledger::finish(Lane<Entry>& lane, std::shared_ptr<Batch<Entry>> batch, std::exception_ptr failure) {
  if (batch->entries.size() > 1 && fails_for_an_entry(failure)) {
    put_back(lane, *batch);
    return send(lane);
  }
  bool more = false;
  {
    const std::scoped_lock lock(lane.mutex);
    // Refused before it began: its entries fail with it.
    if (batch->entries.empty()) {
      batch->entries.assign(std::make_move_iterator(lane.waiting.begin()), std::make_move_iterator(lane.waiting.end()));
      lane.waiting.clear();
      lane.one_by_one = 0;
    }
    more = !lane.waiting.empty();
    lane.busy = more;
  }
  if (more) send(lane);
  boost::asio::post(core_.runtime.executor(), [core = core_.shared_from_this(), batch, failure] {
    // Let go of here, not on the database's thread, which has better things to do.
    const std::vector<Entry> entries = std::move(batch->entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if constexpr (std::is_same_v<Entry, NewRunEntry>) {
        entries[i].answer(failure, failure ? Started{} : std::move(batch->started[i]));
      } else {
        entries[i].answer(failure, failure ? Written::lease_lost : batch->written[i], batch->at);
      }
    }
  });
}

template void Ledger::push(Lane<NewRunEntry>& lane, NewRunEntry entry);
template void Ledger::push(Lane<RunEntry>& lane, RunEntry entry);

// ---- new runs

namespace {

Change change_of_run(const NewRun& run, ChangeKind kind) {
  return {.tenant_id = run.tenant_id, .run_id = run.run_id, .kind = kind, .workflow = run.workflow};
}

Lease first_lease(const NewRunEntry& entry, const std::string& worker) {
  Lease lease{.run = open_run_of(entry.run),
              .worker_id = worker,
              .workflow = entry.run.workflow,
              .version = entry.run.version,
              .parent_run_id = entry.run.parent_run_id,
              .read = entry.input};
  lease.run.token = 1;
  return lease;
}

void apply(store::Transaction& tx, EngineCore& core, const std::vector<NewRunEntry>& entries,
           std::vector<Started>& started) {
  const bool here =
      core.working && std::ranges::any_of(entries, &NewRunEntry::begin_here) && has_lease(tx, core.options.worker_id);
  std::map<TenantId, bool> limited;
  const auto waits_its_turn = [&](const TenantId& tenant) {
    const auto known = limited.find(tenant);
    return known != limited.end() ? known->second : limited[tenant] = is_limited(tx, tenant);
  };
  std::vector<const NewRun*> runs;
  runs.reserve(entries.size());
  for (const NewRunEntry& entry : entries) runs.push_back(&entry.run);
  std::vector<Creation> creations = create_runs(tx, runs);
  std::vector<OpenRun> ready;
  std::vector<OpenRun> leased;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const NewRunEntry& entry = entries[i];
    Started& result = started.emplace_back(Started{.creation = std::move(creations[i]), .lease = {}});
    if (result.creation.created == Created::before) continue;
    core.tell(tx, change_of_run(entry.run, ChangeKind::run_created));
    if (postpone(tx, entry.run)) {
      core.wake_after(tx);
    } else if (here && entry.begin_here && !waits_its_turn(entry.run.tenant_id)) {
      result.lease = first_lease(entry, core.options.worker_id);
      leased.push_back(result.lease->run);
      core.tell(tx, change_of_run(entry.run, ChangeKind::run_started));
    } else {
      ready.push_back(open_run_of(entry.run));
    }
  }
  enter_leased(tx, leased, core.options.worker_id);
  enter_ready(tx, ready);
  if (!ready.empty()) core.wake_after(tx);
}

// ---- writes of running runs

void mark_lost(const std::vector<std::size_t>& asked, const std::vector<bool>& held, std::vector<Written>& written) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!held[i]) written[asked[i]] = Written::lease_lost;
  }
}

// Which entries are still held; those that end their run let go of it.
void check_leases(store::Transaction& tx, const std::vector<RunEntry>& entries, std::vector<Written>& written) {
  std::vector<std::size_t> going_on, ending;
  std::vector<Held> held;
  std::vector<const OpenRun*> leaving;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].outcome) {
      ending.push_back(i);
      leaving.push_back(&entries[i].lease->run);
    } else {
      going_on.push_back(i);
      held.push_back({entries[i].lease->run_id(), entries[i].lease->run.token});
    }
  }
  mark_lost(going_on, hold_all(tx, held), written);
  mark_lost(ending, release(tx, leaving), written);
}

Change change_of_step(const Lease& lease, ChangeKind kind, const Position& at, std::int64_t attempt) {
  return {.tenant_id = lease.run.tenant_id,
          .run_id = lease.run_id(),
          .kind = kind,
          .workflow = lease.workflow,
          .step = label(at),
          .attempt = attempt};
}

void tell(store::Transaction& tx, const EngineCore& core, const RunEntry& entry) {
  const Lease& lease = *entry.lease;
  for (const Ending& ending : entry.endings) {
    const ChangeKind kind = ending.state == StepState::completed ? ChangeKind::step_completed
                            : ending.state == StepState::failed  ? ChangeKind::step_failed
                                                                 : ChangeKind::step_retrying;
    Change change = change_of_step(lease, kind, ending.at, ending.attempt);
    if (ending.started_at) change.duration = tx.now() - *ending.started_at;
    change.error = ending.failure;
    core.tell(tx, change);
  }
  for (const NewEntry& intent : entry.first_intents) {
    core.tell(tx, change_of_step(lease, ChangeKind::step_started, intent.at, 1));
  }
  if (!entry.outcome) return;
  core.tell(tx, {.tenant_id = lease.run.tenant_id,
                 .run_id = lease.run_id(),
                 .kind = change_of(entry.outcome->state),
                 .workflow = lease.workflow,
                 .error = entry.outcome->error});
}

void apply(store::Transaction& tx, EngineCore& core, const std::vector<RunEntry>& entries,
           std::vector<Written>& written) {
  written.assign(entries.size(), Written::committed);
  check_leases(tx, entries, written);
  std::vector<FirstIntent> first;
  std::vector<NextIntent> next;
  std::vector<RunEnding> endings;
  std::vector<Closing> closings;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (written[i] == Written::lease_lost) continue;
    const RunEntry& entry = entries[i];
    const Lease* lease = entry.lease.get();
    for (const NewEntry& intent : entry.first_intents) first.push_back({lease, &intent});
    for (const Position& at : entry.next_intents) next.push_back({lease, &at});
    for (const Ending& ending : entry.endings) endings.push_back({lease, &ending});
    if (entry.outcome) closings.push_back({lease->run, lease->parent_run_id, *entry.outcome});
    if (lease->run.rescues > 0 && !entry.endings.empty()) forget_rescues(tx, lease->run_id());
    if (core.options.on_change) tell(tx, core, entry);
  }
  insert_entries(tx, first);
  begin_again(tx, next);
  end_entries(tx, endings);
  close_runs(tx, closings);
  if (std::ranges::any_of(closings, [](const Closing& one) { return one.parent_run_id || one.run.limit_key; })) {
    core.wake_after(tx);
  }
}

}  // namespace

}  // namespace tenon::durable
