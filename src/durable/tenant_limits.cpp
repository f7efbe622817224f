#include "durable/tenant_limits.h"

#include <limits>

#include "store/sql.h"

namespace tenon::durable {

using store::named;

namespace {

struct LimitsRow {
  double weight = 1;
  std::optional<std::int64_t> max_running;
  std::optional<std::int64_t> max_starts;
  Milliseconds per{1'000};
  std::int64_t next_start = 0;  // microseconds
};
BOOST_DESCRIBE_STRUCT(LimitsRow, (), (weight, max_running, max_starts, per, next_start))

std::optional<LimitsRow> locked_row(store::Transaction& tx, const TenantId& tenant) {
  return store::query_one<LimitsRow>(tx,
                                     fmt::format(R"(
    SELECT weight, max_running, max_starts, per, next_start FROM tenant_limits WHERE tenant_id = :tenant{})",
                                                 tx.for_update()),
                                     named("tenant", tenant));
}

std::int64_t running(store::Transaction& tx, const TenantId& tenant) {
  return *store::query_one<std::int64_t>(tx, "SELECT count(*) FROM leased_runs WHERE tenant_id = :tenant",
                                         named("tenant", tenant));
}

Moment next_of(const LimitsRow& row) { return Moment(std::chrono::microseconds(row.next_start)); }

Rate rate_of(const LimitsRow& row) { return {.starts = *row.max_starts, .period = row.per}; }

}  // namespace

TenantLimits limits_of(store::Transaction& tx, const TenantId& tenant) {
  const auto row = store::query_one<LimitsRow>(tx, R"(
    SELECT weight, max_running, max_starts, per, next_start FROM tenant_limits WHERE tenant_id = :tenant)",
                                               named("tenant", tenant));
  if (!row) return {};
  return {.weight = row->weight, .max_running = row->max_running, .max_starts = row->max_starts, .per = row->per};
}

void store_limits(store::Transaction& tx, const TenantId& tenant, const TenantLimits& limits) {
  const bool sound = limits.weight > 0 && limits.weight <= 1e6 && limits.max_running.value_or(1) > 0 &&
                     limits.max_starts.value_or(1) > 0 && limits.per > Milliseconds(0);
  if (!sound) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("The limits of tenant {} must be above 0, and the weight at most 1,000,000.", tenant.text),
                "Leave out a limit to have none; pause runs instead of forbidding them all.");
  }
  store::execute(tx, R"(
    INSERT INTO tenant_limits (tenant_id, weight, max_running, max_starts, per)
    VALUES (:tenant, :weight, :max_running, :max_starts, :per)
    ON CONFLICT (tenant_id) DO UPDATE SET weight = :weight, max_running = :max_running, max_starts = :max_starts, per = :per)",
                 named("tenant", tenant), named("weight", limits.weight), named("max_running", limits.max_running),
                 named("max_starts", limits.max_starts), named("per", limits.per));
}

Allowance allowance_of(store::Transaction& tx, const TenantId& tenant) {
  Allowance allowance{.runs = std::numeric_limits<std::size_t>::max()};
  const auto row = locked_row(tx, tenant);
  if (!row) return allowance;
  if (row->max_running) {
    const std::int64_t left = *row->max_running - running(tx, tenant);
    allowance.runs = static_cast<std::size_t>(std::max<std::int64_t>(left, 0));
  }
  if (!row->max_starts || allowance.runs == 0) return allowance;
  const Rate rate = rate_of(*row);
  const std::size_t starts = allowed(rate, next_of(*row), tx.now());
  if (starts < allowance.runs) {
    const Moment full = after(rate, next_of(*row), tx.now(), starts);
    const Moment one_more = full - rate.period + std::chrono::microseconds(rate.period) / rate.starts;
    allowance = {.runs = starts, .more_at = std::chrono::ceil<Milliseconds>(one_more) + Milliseconds(1)};
  }
  return allowance;
}

bool is_limited(store::Transaction& tx, const TenantId& tenant) {
  return store::query_one<std::int64_t>(tx, R"(
    SELECT 1 FROM tenant_limits WHERE tenant_id = :tenant AND (max_running IS NOT NULL OR max_starts IS NOT NULL))",
                                        named("tenant", tenant))
      .has_value();
}

void count_starts(store::Transaction& tx, const TenantId& tenant, std::size_t count) {
  const auto row = locked_row(tx, tenant);
  if (!row || !row->max_starts || count == 0) return;
  const Moment next = after(rate_of(*row), next_of(*row), tx.now(), count);
  store::execute(tx, "UPDATE tenant_limits SET next_start = :next WHERE tenant_id = :tenant",
                 named("next", static_cast<std::int64_t>(next.time_since_epoch().count())), named("tenant", tenant));
}

std::size_t allowed(const Rate& rate, Moment next, Timestamp now) {
  const std::chrono::microseconds period = rate.period;
  const std::int64_t ahead = std::max<std::int64_t>((next - Moment(now)).count(), 0);
  const std::int64_t room = period.count() - ahead;
  return room <= 0 ? 0 : static_cast<std::size_t>(room * rate.starts / period.count());
}

Moment after(const Rate& rate, Moment next, Timestamp now, std::size_t starts) {
  const std::chrono::microseconds cost =
      std::chrono::microseconds(rate.period) * static_cast<std::int64_t>(starts) / rate.starts;
  return std::max(next, Moment(now)) + cost;
}

}  // namespace tenon::durable
