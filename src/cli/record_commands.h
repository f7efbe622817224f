// Commands that only read or change records: answered by the process that owns the data directory, for itself or for
// another `tenon` that asks it.
#pragma once

#include <ostream>

#include "cli/invocation.h"
#include "cli/records.h"
#include "cli/terminal.h"

namespace tenon::cli {

// Returns the exit code; throws Error, `busy` for a command that needs the data directory for itself.
int run_record_command(const Invocation& invocation, Records& records, std::ostream& out, const Terminal& terminal);

// The table requirement → assertion → evidence of a run, or JSON of the same. Returns whether all are met.
struct EvidenceSummary {
  std::size_t met = 0;
  std::size_t total = 0;
  bool complete() const { return total > 0 && met == total; }
};
EvidenceSummary print_evidence(Records& records, const RunId& run, std::ostream& out, const Terminal& terminal);
EvidenceSummary summarise_evidence(Records& records, const RunId& run);

}  // namespace tenon::cli
