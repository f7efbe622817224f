#include "durable/schedule_table.h"

#include "core/log.h"
#include "durable/recurrence.h"
#include "store/sql.h"

namespace tenon::durable {

using store::named;

namespace {

struct ScheduleRow {
  TenantId tenant_id;
  std::string name;
  std::string rule;
  std::string zone;
  std::string workflow;
  std::string input;
  Overlap overlap = Overlap::skip;
  Milliseconds catch_up{};
  Timestamp start_at;
  std::optional<Timestamp> next_at;
  std::optional<Timestamp> last_at;
  std::optional<RunId> last_run_id;
  std::optional<Timestamp> buffered_at;
  std::int64_t fired = 0;
  std::int64_t skipped = 0;
};
BOOST_DESCRIBE_STRUCT(ScheduleRow, (),
                      (tenant_id, name, rule, zone, workflow, input, overlap, catch_up, start_at, next_at, last_at,
                       last_run_id, buffered_at, fired, skipped))

Recurrence recurrence_of(const ScheduleRow& row) {
  return Recurrence({.rule = row.rule, .zone = row.zone, .start = row.start_at});
}

std::vector<ScheduleRow> due(store::Transaction& tx) {
  return store::query<ScheduleRow>(tx,
                                   fmt::format(R"(
    SELECT tenant_id, name, rule, zone, workflow, input, overlap, catch_up, start_at, next_at, last_at, last_run_id,
      buffered_at, fired, skipped
    FROM schedules WHERE paused = 0 AND (next_at <= :now OR buffered_at IS NOT NULL)
    ORDER BY tenant_id, name LIMIT 1000{})",
                                               tx.for_update_skip_locked()),
                                   named("now", tx.now()));
}

void store_progress(store::Transaction& tx, const ScheduleRow& row) {
  store::execute(tx, R"(
    UPDATE schedules SET next_at = :next, last_at = :last, last_run_id = :run, buffered_at = :buffered, fired = :fired,
      skipped = :skipped
    WHERE tenant_id = :tenant AND name = :name)",
                 named("next", row.next_at), named("last", row.last_at), named("run", row.last_run_id),
                 named("buffered", row.buffered_at), named("fired", row.fired), named("skipped", row.skipped),
                 named("tenant", row.tenant_id), named("name", row.name));
}

bool is_open(store::Transaction& tx, const std::optional<RunId>& run) {
  if (!run) return false;
  return store::query_one<std::int64_t>(tx, "SELECT 1 FROM runs WHERE run_id = :run AND outcome IS NULL",
                                        named("run", *run))
      .has_value();
}

void start_run(store::Transaction& tx, EngineCore& core, ScheduleRow& row, Timestamp time) {
  const NewRun run{.run_id = RunId::make(),
                   .tenant_id = row.tenant_id,
                   .workflow = row.workflow,
                   .version = core.version_of(row.workflow, std::nullopt),
                   .idempotency_key = fmt::format("schedule {} {}", row.name, to_rfc3339(time)),
                   .input = row.input};
  Creation creation = core.create(tx, run);
  // Somebody started another run under our key; that must not stop all other schedules.
  if (creation.conflict) {
    log::error("a schedule could not start its run",
               {{"tenant", row.tenant_id.text}, {"schedule", row.name}, {"reason", creation.conflict->what()}});
    ++row.skipped;
    return;
  }
  row.last_run_id = std::move(creation.run_id);
  row.last_at = time;
  ++row.fired;
  core.wake_after(tx);
}

void fire(store::Transaction& tx, EngineCore& core, ScheduleRow& row, Timestamp time) {
  const bool still_running = is_open(tx, row.last_run_id);
  if (!still_running || row.overlap == Overlap::allow) return start_run(tx, core, row, time);
  switch (row.overlap) {
    case Overlap::cancel:
      core.cancel(tx, *row.last_run_id);
      return start_run(tx, core, row, time);
    case Overlap::buffer_one:
      if (!row.buffered_at) {
        row.buffered_at = time;
        return;
      }
      break;
    default:
      break;
  }
  ++row.skipped;
}

// A rule that can be read but has no next time for a reason of its own ends the schedule, not the worker.
std::optional<Timestamp> next_after(const ScheduleRow& row, const Recurrence& recurrence, Timestamp time) {
  try {
    return recurrence.next_after(time);
  } catch (const Error& error) {
    log::error("a schedule has ended",
               {{"tenant", row.tenant_id.text}, {"schedule", row.name}, {"reason", error.what()}});
    return std::nullopt;
  }
}

void advance(store::Transaction& tx, EngineCore& core, ScheduleRow& row) {
  if (row.buffered_at && !is_open(tx, row.last_run_id)) {
    start_run(tx, core, row, *row.buffered_at);
    row.buffered_at.reset();
  }
  const Recurrence recurrence = recurrence_of(row);
  const Timestamp too_late = tx.now() - row.catch_up;
  if (row.next_at && *row.next_at < too_late) {
    ++row.skipped;
    row.next_at = next_after(row, recurrence, too_late - Milliseconds(1));
  }
  constexpr int kAtOnce = 100;  // the rest is due still, and follows
  for (int i = 0; i < kAtOnce && row.next_at && *row.next_at <= tx.now(); ++i) {
    fire(tx, core, row, *row.next_at);
    row.next_at = next_after(row, recurrence, *row.next_at);
  }
}

}  // namespace

void put_schedule(store::Transaction& tx, const EngineCore& core, const Schedule& schedule) {
  core.version_of(schedule.workflow, std::nullopt);
  if (schedule.name.empty()) throw Error(ErrorCode::invalid_argument, "A schedule needs a name.");
  require_text("The schedule", schedule.name);
  if (schedule.catch_up < Milliseconds(0)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("The catch-up window of '{}' is below 0.", schedule.name));
  }
  const Recurrence recurrence({.rule = schedule.rule, .zone = schedule.zone, .start = tx.now()});
  const std::optional<Timestamp> next = recurrence.next_after(tx.now());
  const std::string input = core.text_of("The input of the schedule", schedule.input);
  store::execute(tx, R"(
    INSERT INTO schedules (tenant_id, name, rule, zone, workflow, input, overlap, catch_up, paused, start_at, next_at)
    VALUES (:tenant, :name, :rule, :zone, :workflow, :input, :overlap, :catch_up, :paused, :now, :next)
    ON CONFLICT (tenant_id, name) DO UPDATE SET rule = :rule, zone = :zone, workflow = :workflow, input = :input,
      overlap = :overlap, catch_up = :catch_up, paused = :paused, start_at = :now, next_at = :next, buffered_at = NULL)",
                 named("tenant", schedule.tenant_id), named("name", schedule.name), named("rule", schedule.rule),
                 named("zone", schedule.zone), named("workflow", schedule.workflow), named("input", input),
                 named("overlap", schedule.overlap), named("catch_up", schedule.catch_up),
                 named("paused", schedule.paused ? 1 : 0), named("now", tx.now()), named("next", next));
}

void remove_schedule(store::Transaction& tx, const TenantId& tenant, const std::string& name) {
  const auto removed = store::execute(tx, "DELETE FROM schedules WHERE tenant_id = :tenant AND name = :name",
                                      named("tenant", tenant), named("name", name));
  if (removed == 0) throw Error(ErrorCode::not_found, fmt::format("There is no schedule '{}'.", name));
}

std::vector<ScheduleView> schedules_of(store::Transaction& tx, const TenantId& tenant) {
  return store::query<ScheduleView>(tx, R"(
    SELECT name, rule, zone, workflow, overlap, catch_up, paused, next_at, last_at, last_run_id, fired, skipped
    FROM schedules WHERE tenant_id = :tenant ORDER BY name)",
                                    named("tenant", tenant));
}

void fire_due(store::Transaction& tx, EngineCore& core) {
  for (ScheduleRow& row : due(tx)) {
    if (!core.workflows.contains(row.workflow)) continue;
    advance(tx, core, row);
    store_progress(tx, row);
  }
}

namespace {

struct NextFire {
  std::string workflow;
  Timestamp at;
};
BOOST_DESCRIBE_STRUCT(NextFire, (), (workflow, at))

}  // namespace

std::optional<Timestamp> next_fire(store::Transaction& tx, const EngineCore& core) {
  std::optional<Timestamp> next;
  for (const NextFire& one : store::query<NextFire>(tx, R"(
    SELECT workflow, min(next_at) FROM schedules WHERE paused = 0 AND next_at IS NOT NULL GROUP BY workflow)")) {
    if (core.workflows.contains(one.workflow)) next = std::min(next.value_or(one.at), one.at);
  }
  return next;
}

}  // namespace tenon::durable
