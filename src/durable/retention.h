// History that may go. Each function is part of a transaction.
#pragma once

#include <vector>

#include "durable/engine.h"
#include "store/database.h"

namespace tenon::durable {

void store_retention(store::Transaction& tx, const TenantId& tenant, const Retention& retention);
std::vector<TenantId> tenants_with_retention(store::Transaction& tx);

// Ended runs beyond the tenant's retention, oldest first, at most `limit`; for remove_runs().
std::vector<RunId> removable_runs(store::Transaction& tx, const TenantId& tenant, std::size_t limit);

// Removes those that may still go. Returns how many did.
std::int64_t remove_runs(store::Transaction& tx, const std::vector<RunId>& runs);

}  // namespace tenon::durable
