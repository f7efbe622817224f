// The rows of schedules, and what is due. Each function is part of a transaction.
#pragma once

#include <optional>
#include <vector>

#include "durable/engine_core.h"
#include "durable/schedule.h"

namespace tenon::durable {

// Creates or replaces. Throws invalid_argument for a rule that cannot be read or never fires, an unknown zone or
// workflow.
void put_schedule(store::Transaction& tx, const EngineCore& core, const Schedule& schedule);
// Throws not_found. Runs it has started go on.
void remove_schedule(store::Transaction& tx, const TenantId& tenant, const std::string& name);
std::vector<ScheduleView> schedules_of(store::Transaction& tx, const TenantId& tenant);

// Starts what is due, each time once however many workers look. Schedules of workflows that this program does not know
// are left to others.
void fire_due(store::Transaction& tx, EngineCore& core);
// Of schedules whose workflow this program knows.
std::optional<Timestamp> next_fire(store::Transaction& tx, const EngineCore& core);

}  // namespace tenon::durable
