#include "sandbox/limits.h"

namespace tenon::sandbox {

Limits limits_from(const Settings& settings) {
  return {.wall_ms = settings.sandbox_wall_seconds * std::uint64_t{1000},
          .cpu_seconds = settings.sandbox_cpu_seconds,
          .memory_bytes = settings.sandbox_memory_bytes,
          .processes = settings.sandbox_processes,
          .file_bytes = settings.sandbox_file_bytes,
          .workspace_bytes = settings.sandbox_workspace_bytes,
          .output_bytes = settings.sandbox_output_bytes};
}

}  // namespace tenon::sandbox
