// Commands that move runs: signal, retry, fork, cancel, pause, resume. Each is answered after its commit, says what the
// run does now and what can be done next, returns the exit code and throws Error.
#pragma once

#include <ostream>

#include "cli/invocation.h"
#include "cli/records.h"

namespace tenon::cli {

// The payload is JSON; `-` has been replaced by standard input before (cli/program.cpp).
int signal_run(Records& records, const Invocation& invocation, std::ostream& out);
int retry_run(Records& records, const Invocation& invocation, std::ostream& out);
int fork_run(Records& records, const Invocation& invocation, std::ostream& out);
int cancel_run(Records& records, const Invocation& invocation, std::ostream& out);
int pause_run(Records& records, const Invocation& invocation, std::ostream& out);

// For the process that owns the data directory and works on runs anyway; build_command.h has the `resume` that works.
int resume_run(Records& records, const Invocation& invocation, std::ostream& out);

// Makes a paused run go on and puts a failed or dead one back; an open one needs nothing. Throws conflict for a run
// that is completed or cancelled.
void let_go_on(Records& records, const durable::RunView& run);

// The run that is named; for an empty text the newest delivery that is not over, else the newest run.
durable::RunView run_to_resume(Records& records, const std::string& text);

}  // namespace tenon::cli
