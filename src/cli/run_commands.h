// Commands that look at runs: runs, show, tree, journal, schedules. Each returns the exit code and throws Error.
#pragma once

#include <ostream>

#include "cli/invocation.h"
#include "cli/records.h"
#include "cli/terminal.h"

namespace tenon::cli {

int list_runs(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal);
int show_run(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal);
int show_tree(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal);
int show_journal(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal);
int list_schedules(Records& records, const Invocation& invocation, std::ostream& out, const Terminal& terminal);

}  // namespace tenon::cli
