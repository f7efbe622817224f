// What a tenant may take of the workers. Each function is part of a transaction.
#pragma once

#include <optional>

#include "durable/engine.h"
#include "store/database.h"

namespace tenon::durable {

TenantLimits limits_of(store::Transaction& tx, const TenantId& tenant);

// Throws invalid_argument for values that mean nothing.
void store_limits(store::Transaction& tx, const TenantId& tenant, const TenantLimits& limits);

struct Allowance {
  std::size_t runs = 0;
  std::optional<Timestamp> more_at = {};  // when the rate is what holds it back
};

// How many more runs of the tenant may be taken up now. Held until the commit, so that workers do not count at the same
// time.
Allowance allowance_of(store::Transaction& tx, const TenantId& tenant);

// Whether it has limits that count runs.
bool is_limited(store::Transaction& tx, const TenantId& tenant);

// So many of them were.
void count_starts(store::Transaction& tx, const TenantId& tenant, std::size_t count);

// The generic cell rate algorithm (ITU-T I.371): `next` is when the next start is due if starts are evenly spread; a
// burst may be ahead of it by one period. In microseconds, so that rates above one a millisecond do not lose by
// rounding when starts come one by one; a start costs a whole number of them, rounded down.
using Moment = std::chrono::sys_time<std::chrono::microseconds>;
struct Rate {
  std::int64_t starts = 1;  // per period, > 0
  Milliseconds period{1'000};
};
std::size_t allowed(const Rate& rate, Moment next, Timestamp now);
Moment after(const Rate& rate, Moment next, Timestamp now, std::size_t starts);

}  // namespace tenon::durable
