// A delivery that was forked from a step of another one (durable::Engine::fork) goes on from a copy of that one's
// journal. What the copied steps wrote into the project store, the fork gets as well: its stage, artifacts and
// evidence. They become rows of its own, so that they stay when the history of the origin is removed, and nothing that
// the origin does later is ever taken for the fork's.
#pragma once

#include "core/ids.h"
#include "store/database.h"

namespace tenon::delivery {

// Part of the transaction in which a worker takes the run up. Does nothing for a run that has a stage already, is no
// fork, or was forked from before its origin had a project.
void inherit(store::Transaction& tx, const TenantId& tenant, const RunId& run);

}  // namespace tenon::delivery
