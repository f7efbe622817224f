// Commands that need no data directory: exec, doctor and config.
#pragma once

#include <filesystem>
#include <ostream>

#include "cli/interruption.h"
#include "cli/invocation.h"
#include "cli/terminal.h"
#include "core/config.h"
#include "io/runtime.h"
#include "sandbox/probe.h"

namespace tenon::cli {

// Throws sandbox_unavailable with what is missing and how to get it.
void require_sandbox(const sandbox::Probe& probe);

// Prints the exit record as JSON; returns the command's own exit code (128 + signal when it was stopped).
int exec(const Invocation& invocation, const Settings& settings, const std::filesystem::path& program,
         const Interruption& interruption, std::ostream& out);

// Returns 0 when deliveries can run on this machine.
int doctor(const Invocation& invocation, const Settings& settings, io::Runtime& runtime,
           const std::filesystem::path& program, std::ostream& out, const Terminal& terminal);

int config(const Invocation& invocation, const Settings& settings, std::ostream& out, const Terminal& terminal);

}  // namespace tenon::cli
