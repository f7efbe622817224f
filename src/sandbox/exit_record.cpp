#include "sandbox/exit_record.h"

#include <fmt/format.h>

namespace tenon::sandbox {

std::string describe(const ExitRecord& record) {
  const std::string after = human_duration(Milliseconds(record.wall_ms));
  switch (record.outcome) {
    case Outcome::exited:
      return fmt::format("ended with exit code {}", record.exit_code);
    case Outcome::signalled:
      return fmt::format("ended by signal {}", record.signal);
    case Outcome::wall_limit:
      return fmt::format("was stopped after {}, its limit of time", after);
    case Outcome::cpu_limit:
      return fmt::format("was stopped after {}: it used up its processor time", after);
    case Outcome::memory_limit:
      return fmt::format("was stopped after {}: it needed more memory than its limit", after);
    case Outcome::workspace_limit:
      return fmt::format("was stopped after {}: its workspace grew to {} bytes, more than its limit", after,
                         record.workspace_bytes);
    case Outcome::cancelled:
      return fmt::format("was cancelled after {}", after);
  }
  return "ended";
}

}  // namespace tenon::sandbox
