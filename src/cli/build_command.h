// `tenon build`, `tenon resume` and `tenon preview`: the commands that own the data directory for as long as they run.
#pragma once

#include <filesystem>
#include <ostream>

#include "cli/interruption.h"
#include "cli/invocation.h"
#include "cli/records.h"
#include "cli/terminal.h"

namespace tenon::cli {

struct Process {
  const Settings& settings;
  io::Runtime& runtime;
  std::filesystem::path program;
  std::ostream& out;
  Terminal terminal;
  Interruption& interruption;
};

int build(const Invocation& invocation, const Process& process);
int resume(const Invocation& invocation, const Process& process);
int preview(const Invocation& invocation, const Process& process);

}  // namespace tenon::cli
