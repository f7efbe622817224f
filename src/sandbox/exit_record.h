// What the supervisor saw of a command that ended: the raw material of evidence. It is written by the supervisor from
// the kernel's answers and from a status channel that the command has no descriptor of, so nothing the command prints
// can imitate or change it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "core/digest.h"
#include "core/ids.h"
#include "core/time.h"
#include "sandbox/limits.h"

namespace tenon::sandbox {

// How it ended. Everything but `exited` and `signalled` means the supervisor killed the whole tree.
enum class Outcome { exited, signalled, wall_limit, cpu_limit, memory_limit, workspace_limit, cancelled };
BOOST_DESCRIBE_ENUM(Outcome, exited, signalled, wall_limit, cpu_limit, memory_limit, workspace_limit, cancelled)

// One output stream. `text` is valid UTF-8 without NUL (other bytes become U+FFFD); beyond the limit its middle is
// replaced by one line "[... N bytes left out ...]". `digest` and `bytes` are of the whole stream as it was written.
struct Output {
  std::string text;
  std::uint64_t bytes = 0;
  Digest digest;
};
BOOST_DESCRIBE_STRUCT(Output, (), (text, bytes, digest))

struct ExitRecord {
  SandboxId id;
  std::vector<std::string> argv;
  std::string working_directory;  // relative to the workspace
  Outcome outcome = Outcome::exited;
  int exit_code = 0;         // of `exited`; otherwise 128 + signal, as a shell says
  int signal = 0;            // 0: none. A command that exits with 129 to 192 itself reads the same
  Tier tier = Tier::rlimit;  // how the limits were enforced
  Timestamp started_at;
  std::int64_t wall_ms = 0;
  std::int64_t user_ms = 0;
  std::int64_t system_ms = 0;
  std::uint64_t peak_memory_bytes = 0;  // 0: not known
  std::uint64_t workspace_bytes = 0;    // used below the workspace at the end
  Output standard_output;
  Output standard_error;

  bool succeeded() const { return outcome == Outcome::exited && exit_code == 0; }
};
BOOST_DESCRIBE_STRUCT(ExitRecord, (),
                      (id, argv, working_directory, outcome, exit_code, signal, tier, started_at, wall_ms, user_ms,
                       system_ms, peak_memory_bytes, workspace_bytes, standard_output, standard_error))

// One sentence for a person: "ended with exit code 1", "was stopped after 300 s, its limit of time".
std::string describe(const ExitRecord& record);

}  // namespace tenon::sandbox
