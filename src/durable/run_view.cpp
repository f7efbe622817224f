#include "durable/run_view.h"

#include "durable/run_table.h"
#include "store/sql.h"

namespace tenon::durable {

using store::named;

namespace {

struct ViewRow {
  RunId run_id;
  TenantId tenant_id;
  std::string workflow;
  std::int32_t version = 0;
  RunState state = RunState::ready;
  std::string idempotency_key;
  std::optional<RunId> parent_run_id;
  std::optional<RunId> forked_from;
  std::int32_t priority = 0;
  std::optional<std::string> limit_key;
  std::int64_t key_limit = 0;
  std::optional<std::string> worker_id;
  std::optional<std::string> reason;
  std::optional<Timestamp> wake_at;
  std::optional<Request> request;
  bool paused = false;
  std::int64_t rescues = 0;
  Timestamp created_at;
  std::optional<Timestamp> finished_at;
  std::optional<json::value> output;
  std::optional<ErrorCode> error_code;
  std::optional<std::string> error_message;
  std::optional<std::string> error_hint;
};
BOOST_DESCRIBE_STRUCT(ViewRow, (),
                      (run_id, tenant_id, workflow, version, state, idempotency_key, parent_run_id, forked_from,
                       priority, limit_key, key_limit, worker_id, reason, wake_at, request, paused, rescues, created_at,
                       finished_at, output, error_code, error_message, error_hint))

constexpr std::string_view kState = R"(COALESCE(r.outcome, CASE w.paused WHEN 1 THEN 'paused' ELSE w.place END,
    CASE WHEN l.run_id IS NULL THEN 'ready' ELSE 'running' END))";

constexpr std::string_view kViews = R"(
  SELECT r.run_id, r.tenant_id, r.workflow, r.version, {} AS state, COALESCE(r.idempotency_key, r.run_id),
    r.parent_run_id, r.forked_from, -r.rank, r.limit_key, r.key_limit, l.worker_id, w.reason, w.wake_at, l.request,
    COALESCE(w.paused, 0), COALESCE(l.rescues, w.rescues, q.rescues, 0), r.created_at, r.finished_at, r.output,
    r.error_code, r.error_message, r.error_hint
  FROM runs r
  LEFT JOIN leased_runs l ON l.run_id = r.run_id
  LEFT JOIN waiting_runs w ON w.run_id = r.run_id
  LEFT JOIN ready_runs q ON q.tenant_id = r.tenant_id AND q.rank = r.rank AND q.run_id = r.run_id)";

struct WaitRow {
  WaitKind kind = WaitKind::signal;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(WaitRow, (), (kind, name))

std::vector<std::string> waits_of(store::Transaction& tx, const ViewRow& row) {
  std::vector<std::string> waits_for;
  if (row.state != RunState::waiting && row.state != RunState::paused) return waits_for;
  for (const WaitRow& wait : store::query<WaitRow>(
           tx, "SELECT kind, name FROM waits WHERE run_id = :run ORDER BY kind, name", named("run", row.run_id))) {
    waits_for.push_back(fmt::format("{} {}", boost::describe::enum_to_string(wait.kind, ""), wait.name));
  }
  if (row.wake_at) waits_for.emplace_back("timer");
  return waits_for;
}

RunView view_of(store::Transaction& tx, ViewRow row) {
  std::vector<std::string> waits_for = waits_of(tx, row);
  RunView view{.run_id = row.run_id,
               .tenant_id = row.tenant_id,
               .workflow = row.workflow,
               .version = row.version,
               .state = row.state,
               .idempotency_key = row.idempotency_key,
               .parent_run_id = row.parent_run_id,
               .forked_from = row.forked_from,
               .priority = row.priority,
               .limit_key = row.limit_key,
               .worker_id = row.worker_id,
               .reason = row.reason,
               .waits_for = std::move(waits_for),
               .wake_at = row.wake_at,
               .cancel_requested = row.request == Request::cancel,
               .pause_requested = row.paused || row.request == Request::pause,
               .rescues = row.rescues,
               .created_at = row.created_at,
               .finished_at = row.finished_at,
               .output = std::move(row.output),
               .error = {}};
  if (row.error_code) {
    view.error = Failure{*row.error_code, row.error_message.value_or(""), row.error_hint.value_or("")};
  }
  if (row.state == RunState::blocked) {
    view.reason = fmt::format("{} of {} runs with the key '{}' are running",
                              leased_with_key(tx, row.tenant_id, *row.limit_key), row.key_limit, *row.limit_key);
  }
  return view;
}

std::vector<RunId> children_of(store::Transaction& tx, const RunId& run) {
  return store::query<RunId>(tx, "SELECT run_id FROM runs WHERE parent_run_id = :run ORDER BY run_id",
                             named("run", run));
}

}  // namespace

RunView view(store::Transaction& tx, const RunId& run) {
  static const std::string kOne = fmt::format(kViews, kState) + " WHERE r.run_id = :run";
  auto row = store::query_one<ViewRow>(tx, kOne, named("run", run));
  if (row) return view_of(tx, std::move(*row));
  outcome_of(tx, run);  // says that there is none
  throw Error(ErrorCode::busy, fmt::format("The run {} was changing.", run.text), "Try again.");
}

RunTree tree(store::Transaction& tx, const RunId& run) {
  RunTree result{.run = view(tx, run), .children = {}};
  for (const RunId& child : children_of(tx, run)) result.children.push_back(tree(tx, child));
  return result;
}

std::vector<RunView> views(store::Transaction& tx, const RunFilter& filter) {
  static const std::string kFiltered = fmt::format(kViews, kState) + fmt::format(R"(
    WHERE (CAST(:tenant AS TEXT) IS NULL OR r.tenant_id = :tenant)
      AND (CAST(:workflow AS TEXT) IS NULL OR r.workflow = :workflow)
      AND (CAST(:parent AS TEXT) IS NULL OR r.parent_run_id = :parent)
      AND (CAST(:after AS BIGINT) IS NULL OR r.created_at > :after)
      AND (CAST(:state AS TEXT) IS NULL OR {} = :state)
    ORDER BY r.created_at DESC, r.run_id DESC LIMIT :limit)",
                                                                                 kState);
  auto rows =
      store::query<ViewRow>(tx, kFiltered, named("tenant", filter.tenant), named("workflow", filter.workflow),
                            named("parent", filter.parent), named("after", filter.created_after),
                            named("state", filter.state), named("limit", static_cast<std::int64_t>(filter.limit)));
  std::vector<RunView> result;
  for (ViewRow& row : rows) result.push_back(view_of(tx, std::move(row)));
  return result;
}

RunCounts counts(store::Transaction& tx, const std::optional<TenantId>& tenant) {
  return *store::query_one<RunCounts>(tx, R"(
    SELECT
      (SELECT count(*) FROM ready_runs WHERE CAST(:tenant AS TEXT) IS NULL OR tenant_id = :tenant),
      (SELECT count(*) FROM leased_runs WHERE CAST(:tenant AS TEXT) IS NULL OR tenant_id = :tenant),
      COALESCE(sum(CASE WHEN place = 'waiting' AND paused = 0 THEN 1 ELSE 0 END), 0),
      COALESCE(sum(CASE place WHEN 'blocked' THEN 1 ELSE 0 END), 0),
      COALESCE(sum(CASE place WHEN 'parked' THEN 1 ELSE 0 END), 0),
      COALESCE(sum(CASE WHEN place = 'paused' OR paused = 1 THEN 1 ELSE 0 END), 0)
    FROM waiting_runs WHERE CAST(:tenant AS TEXT) IS NULL OR tenant_id = :tenant)",
                                      named("tenant", tenant));
}

}  // namespace tenon::durable
