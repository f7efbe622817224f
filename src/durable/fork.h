// A new run that goes on from a step of an old one. Part of a transaction.
#pragma once

#include <string>

#include "durable/run_table.h"

namespace tenon::durable {

// What create_run() is to be given, but for its id, key and limits.
NewRun forked_run(store::Transaction& tx, const RunId& origin);

// Gives the new run what the old one had ended before it began this step: results, handled failures, signals it took
// and values it published. Throws not_found.
void copy_journal(store::Transaction& tx, const RunId& origin, const RunId& fork, const std::string& from_step);

}  // namespace tenon::durable
