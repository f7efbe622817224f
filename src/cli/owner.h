// What the process that owns the data directory answers to another `tenon` (cli/control.h).
#pragma once

#include "cli/control.h"
#include "cli/records.h"

namespace tenon::cli {

// Performs the command as if it had been given here. Never throws: what goes wrong is in the reply.
ControlReply answer_request(Records& records, const ControlRequest& request);

}  // namespace tenon::cli
