// How a command that failed says so.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "core/error.h"

namespace tenon::cli {

// "tenon: what was wrong", and below it the hint. For standard error.
std::string failure_text(const Error& error, const Terminal& terminal);

// One JSON line, for standard output of commands with --json.
std::string failure_json(const Error& error);

}  // namespace tenon::cli
