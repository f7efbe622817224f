#include "durable/claim.h"

#include <algorithm>
#include <map>

#include "durable/run_view.h"
#include "durable/tenant_limits.h"
#include "durable/worker_table.h"
#include "store/batch.h"

namespace tenon::durable {

using store::named;

namespace {

struct ReadyTenant {
  TenantId tenant_id;
  double weight = 1;
  bool limited = false;
};
BOOST_DESCRIBE_STRUCT(ReadyTenant, (), (tenant_id, weight, limited))

// One step of the index for each tenant, however many runs it has.
std::vector<ReadyTenant> ready_tenants(store::Transaction& tx) {
  return store::query<ReadyTenant>(tx, R"(
    WITH RECURSIVE t (tenant_id) AS (
      SELECT min(tenant_id) FROM ready_runs
      UNION ALL
      SELECT (SELECT min(q.tenant_id) FROM ready_runs q WHERE q.tenant_id > t.tenant_id) FROM t
      WHERE t.tenant_id IS NOT NULL)
    SELECT t.tenant_id, COALESCE(l.weight, 1.0),
      CASE WHEN l.max_running IS NULL AND l.max_starts IS NULL THEN 0 ELSE 1 END
    FROM t LEFT JOIN tenant_limits l ON l.tenant_id = t.tenant_id
    WHERE t.tenant_id IS NOT NULL)");
}

struct RunInput {
  RunId run_id;
  std::string workflow;
  std::int32_t version = 0;
  std::optional<RunId> parent_run_id;
  std::string input;
};
BOOST_DESCRIBE_STRUCT(RunInput, (), (run_id, workflow, version, parent_run_id, input))

// In the order of the runs.
std::vector<RunInput> inputs_of(store::Transaction& tx, const std::vector<OpenRun>& runs) {
  return store::batch_query<RunInput>(tx,
                                      {.sqlite = R"(
    SELECT run_id, workflow, version, parent_run_id, input FROM runs WHERE run_id = :run_id)",
                                       .postgresql = R"(
    SELECT r.run_id, r.workflow, r.version, r.parent_run_id, r.input
    FROM runs r JOIN unnest(CAST(:run_id AS TEXT[])) WITH ORDINALITY AS q (run_id, number) ON q.run_id = r.run_id
    ORDER BY q.number)"},
                                      runs);
}

// Those with a key whose limit is reached go and wait for it; the others are returned.
std::vector<OpenRun> admitted_by_key(store::Transaction& tx, std::vector<OpenRun> runs) {
  std::map<std::pair<TenantId, std::string>, std::int64_t> counted;
  for (const OpenRun& run : runs) {
    if (run.limit_key) counted[{run.tenant_id, *run.limit_key}] = 0;
  }
  if (counted.empty()) return runs;
  for (auto& [key, count] : counted) {
    lock_key(tx, key.first, key.second);
    count = leased_with_key(tx, key.first, key.second);
  }
  std::vector<OpenRun> admitted;
  for (OpenRun& run : runs) {
    if (run.limit_key && ++counted[{run.tenant_id, *run.limit_key}] > run.key_limit) {
      enter_waiting(tx, run, {.place = WaitingPlace::blocked});
    } else {
      admitted.push_back(std::move(run));
    }
  }
  return admitted;
}

void park_unknown(store::Transaction& tx, const EngineCore& core, const OpenRun& run, const RunInput& what) {
  const std::string reason =
      fmt::format("This program does not know version {} of the workflow '{}'.", what.version, what.workflow);
  enter_waiting(tx, run, {.place = WaitingPlace::parked, .reason = reason});
  pass_key_on(tx, run);
  core.tell(tx, {.tenant_id = run.tenant_id,
                 .run_id = run.run_id,
                 .kind = ChangeKind::run_parked,
                 .workflow = what.workflow,
                 .detail = reason});
}

// Takes the first ready runs of a tenant into leases. Returns how many left the ready ones.
std::size_t claim_of(store::Transaction& tx, const EngineCore& core, const TenantId& tenant, std::size_t limit,
                     std::vector<Lease>& leases) {
  std::vector<OpenRun> runs = take_ready(tx, tenant, limit);
  const std::size_t taken = runs.size();
  runs = admitted_by_key(tx, std::move(runs));
  std::vector<RunInput> inputs = inputs_of(tx, runs);
  std::vector<OpenRun> leased;
  leased.reserve(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    OpenRun& run = runs[i];
    RunInput& what = inputs[i];
    if (core.find(what.workflow, what.version) == nullptr) {
      park_unknown(tx, core, run, what);
      continue;
    }
    ++run.token;
    core.tell(
        tx,
        {.tenant_id = run.tenant_id, .run_id = run.run_id, .kind = ChangeKind::run_started, .workflow = what.workflow});
    leased.push_back(run);
    leases.push_back({.run = std::move(run),
                      .worker_id = core.options.worker_id,
                      .workflow = std::move(what.workflow),
                      .version = what.version,
                      .parent_run_id = std::move(what.parent_run_id),
                      .input = std::move(what.input)});
  }
  enter_leased(tx, leased, core.options.worker_id);
  return taken;
}

}  // namespace

Claimed claim(store::Transaction& tx, const EngineCore& core, const FairShare& share, std::size_t free) {
  Claimed claimed;
  if (!has_lease(tx, core.options.worker_id)) return claimed;
  std::vector<bool> waits_for_room;  // the tenant's own runs have to end first
  for (const ReadyTenant& tenant : ready_tenants(tx)) {
    Candidate candidate{.tenant_id = tenant.tenant_id, .weight = tenant.weight};
    waits_for_room.push_back(tenant.limited);
    if (tenant.limited) {
      const Allowance allowance = allowance_of(tx, tenant.tenant_id);
      candidate.at_most = allowance.runs;
      if (allowance.more_at) {
        claimed.look_again = std::min(claimed.look_again.value_or(*allowance.more_at), *allowance.more_at);
        waits_for_room.back() = false;
      }
    }
    claimed.candidates.push_back(std::move(candidate));
  }
  claimed.taken.assign(claimed.candidates.size(), 0);
  // What a tenant has too few runs for goes to the others in the next round. Runs that are not begun but blocked or
  // parked are many at most once: they do not make one claim long.
  std::vector<Candidate> left = claimed.candidates;
  std::size_t looked_at = 0;
  while (claimed.leases.size() < free) {
    if (looked_at > 4 * free) {
      claimed.look_again = tx.now();
      break;
    }
    const std::size_t before = claimed.leases.size();
    const std::vector<std::size_t> shares = share.divide(left, free - before);
    std::size_t taken_in_all = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (shares[i] == 0) continue;
      const std::size_t leases_before = claimed.leases.size();
      const std::size_t taken = claim_of(tx, core, left[i].tenant_id, shares[i], claimed.leases);
      const std::size_t begun = claimed.leases.size() - leases_before;
      claimed.taken[i] += begun;
      taken_in_all += taken;
      left[i].at_most = taken < shares[i] ? 0 : left[i].at_most - begun;
      if (taken < shares[i]) waits_for_room[i] = false;
      if (claimed.candidates[i].at_most != Candidate{}.at_most) count_starts(tx, left[i].tenant_id, begun);
    }
    if (taken_in_all == 0) break;
    looked_at += taken_in_all;
  }
  claimed.more = std::ranges::any_of(left, [](const Candidate& one) { return one.at_most > 0; }) ||
                 std::ranges::find(waits_for_room, true) != waits_for_room.end();
  return claimed;
}

namespace {

Error given_up(std::int64_t rescues) {
  return Error(
      ErrorCode::internal,
      fmt::format("The run was given up: {} workers were lost while they had it, without progress between.", rescues),
      "Look at its last step and at the workers' logs, then `tenon retry`.");
}

void close_lost(store::Transaction& tx, EngineCore& core, const OpenRun& run, Outcome outcome) {
  const RunView now = view(tx, run.run_id);
  core.close(tx, {.run = run, .parent_run_id = now.parent_run_id, .outcome = std::move(outcome)}, now.workflow);
}

// Runs whose worker has let go of them: what was asked of it happens now, the others go to another worker, but not for
// ever.
void pass_on(store::Transaction& tx, EngineCore& core, const std::vector<LostRun>& lost) {
  std::vector<OpenRun> ready;
  for (const auto& [run, request] : lost) {
    if (request == Request::cancel) {
      close_lost(tx, core, run, {.state = RunState::cancelled, .output = {}, .error = {}});
    } else if (request == Request::pause) {
      enter_waiting(tx, run, {.place = WaitingPlace::paused});
      core.tell(tx, {.tenant_id = run.tenant_id,
                     .run_id = run.run_id,
                     .kind = ChangeKind::run_paused,
                     .workflow = view(tx, run.run_id).workflow});
    } else if (run.rescues > core.options.max_rescues) {
      const Error error = given_up(run.rescues);
      close_lost(tx, core, run,
                 {.state = RunState::dead, .output = {}, .error = Failure{error.code(), error.what(), error.hint()}});
    } else {
      ready.push_back(run);
    }
  }
  enter_ready(tx, ready);
  if (!ready.empty()) core.wake_after(tx);
}

void rescue(store::Transaction& tx, EngineCore& core, std::vector<LostRun> lost) {
  for (LostRun& one : lost) ++one.run.rescues;
  pass_on(tx, core, lost);
}

struct ParkedWorkflow {
  std::string workflow;
  std::int32_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ParkedWorkflow, (), (workflow, version))

void unpark_known(store::Transaction& tx, EngineCore& core) {
  const auto parked = store::query<ParkedWorkflow>(tx, R"(
    SELECT DISTINCT r.workflow, r.version
    FROM waiting_runs w JOIN runs r ON r.run_id = w.run_id
    WHERE w.place = 'parked')");
  const std::string runs_of = fmt::format(R"(
    SELECT w.run_id
    FROM waiting_runs w JOIN runs r ON r.run_id = w.run_id
    WHERE w.place = 'parked' AND r.workflow = :workflow AND r.version = :version LIMIT 1000{})",
                                          tx.dialect() == store::Dialect::sqlite ? "" : " FOR UPDATE OF w SKIP LOCKED");
  for (const auto& [workflow, version] : parked) {
    if (core.find(workflow, version) == nullptr) continue;
    for (const RunId& run : store::query<RunId>(tx, runs_of, named("workflow", workflow), named("version", version))) {
      wake(tx, run);
    }
  }
}

}  // namespace

void catch_up(store::Transaction& tx, EngineCore& core) {
  rescue(tx, core, take_lost(tx));
  unpark_known(tx, core);
}

void take_over(store::Transaction& tx, EngineCore& core) { rescue(tx, core, take_all(tx)); }

void give_away(store::Transaction& tx, EngineCore& core) { pass_on(tx, core, take_from(tx, core.options.worker_id)); }

void give_back(store::Transaction& tx, EngineCore& core, const Held& run) { pass_on(tx, core, take_one(tx, run)); }

}  // namespace tenon::durable
