// How a command that failed says so.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "core/error.h"

namespace tenon::cli {

// "tenon: what was wrong", and below it the hint. For standard error.
std::string failure_text(const Error& error, const Terminal& terminal);

// The same failure of a command that works on a run: what the run has stored by then is gone on with.
Error failure_of_run(const Error& error);

// One JSON line, for standard output of commands with --json.
std::string failure_json(const Error& error);

}  // namespace tenon::cli
