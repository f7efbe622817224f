// Runs as people see them. Each function is part of a transaction.
#pragma once

#include <vector>

#include "durable/run.h"
#include "store/database.h"

namespace tenon::durable {

// Throws not_found.
RunView view(store::Transaction& tx, const RunId& run);
RunTree tree(store::Transaction& tx, const RunId& run);

std::vector<RunView> views(store::Transaction& tx, const RunFilter& filter);
RunCounts counts(store::Transaction& tx, const std::optional<TenantId>& tenant);

}  // namespace tenon::durable
