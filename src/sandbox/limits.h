// What one sandboxed command may use, and how strongly that is enforced on this machine.
#pragma once

#include <cstdint>

#include <boost/describe.hpp>

#include "core/config.h"

namespace tenon::sandbox {

// How limits are enforced, weakest first, so that tiers compare. Namespaces, the system call filter and the private
// user id are the same in every tier. rlimit: memory is limited per process, processes per user; cgroup1 and cgroup2:
// per sandbox.
enum class Tier { rlimit, cgroup1, cgroup2 };
BOOST_DESCRIBE_ENUM(Tier, rlimit, cgroup1, cgroup2)

// Every limit is for the whole sandbox, counted over all its processes, and must be greater than 0.
struct Limits {
  std::uint64_t wall_ms = 0;       // monotonic time
  std::uint64_t cpu_seconds = 0;   // user and system time together (tier rlimit: per process)
  std::uint64_t memory_bytes = 0;  // includes /tmp, /dev/shm, pipes and other kernel memory (tier rlimit: per process)
  std::uint64_t processes = 0;     // threads count
  std::uint64_t file_bytes = 0;    // one file
  std::uint64_t workspace_bytes = 0;  // blocks used below the workspace; an empty file counts 1 KiB
  std::uint64_t output_bytes = 0;     // how much output text is kept; more is digested and counted, not kept
  bool operator==(const Limits&) const = default;
};
BOOST_DESCRIBE_STRUCT(Limits, (),
                      (wall_ms, cpu_seconds, memory_bytes, processes, file_bytes, workspace_bytes, output_bytes))

Limits limits_from(const Settings& settings);

}  // namespace tenon::sandbox
