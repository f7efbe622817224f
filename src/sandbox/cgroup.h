// Control groups: limits that hold for a whole sandbox, and the count of what it used. Version 2 where it is delegated
// to us, else version 1, else none. Groups are named `<place>/<parent>/<name>`.
//
// The cpu controller is left alone: a group of it weighs as much as one process of the host, which starves sandboxes on
// a busy machine. Processor time is counted (cpuacct, cpu.stat) and limited by the supervisor.
//
// Sources: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/*.rst. A process that moves itself by "0" in a v1 `tasks`
// file or is born in a v2 group costs microseconds; moving another one by `cgroup.procs` waits for an RCU grace period
// (20 ms measured).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/file_descriptor.h"
#include "sandbox/limits.h"

namespace tenon::sandbox {

struct CgroupUsage {
  std::chrono::microseconds user{};
  std::chrono::microseconds system{};
  std::uint64_t peak_memory_bytes = 0;
  std::uint64_t memory_kills = 0;  // how often the kernel killed for lack of memory
};

// The group of one sandbox. Its destructor kills what is still in it and removes it. Without a place (tier rlimit) it
// is empty and does nothing.
class Cgroup {
 public:
  Cgroup() = default;
  Cgroup(Tier tier, std::vector<std::filesystem::path> directories);
  Cgroup(Cgroup&& other) noexcept = default;
  Cgroup& operator=(Cgroup&&) = delete;
  ~Cgroup();

  // How a process gets in: see io::SpawnRequest. One of the two is empty.
  std::vector<int> join_by_write() const;
  int directory() const { return directory_.number(); }

  CgroupUsage usage() const;

 private:
  std::filesystem::path file(std::string_view name) const;

  Tier tier_ = Tier::rlimit;
  std::vector<std::filesystem::path> directories_;  // one per mounted hierarchy
  std::vector<fsops::FileDescriptor> tasks_;
  fsops::FileDescriptor directory_;
};

// Where groups can be made.
class CgroupPlace {
 public:
  // Looks for it, and makes the group `parent` there. `mount_table` is /proc/self/mountinfo, `membership`
  // /proc/self/cgroup.
  CgroupPlace(const std::filesystem::path& mount_table, const std::filesystem::path& membership,
              const std::string& parent);
  ~CgroupPlace();  // removes the parent if nobody uses it
  CgroupPlace(const CgroupPlace&) = delete;
  CgroupPlace& operator=(const CgroupPlace&) = delete;

  Tier tier() const { return tier_; }
  const std::string& detail() const { return detail_; }  // the place, or why there is none

  Cgroup make(const std::string& name, const Limits& limits) const;

  // Kills what is in the group and removes it.
  void remove(const std::string& name) const;

 private:
  std::vector<std::filesystem::path> directories_of(const std::string& name) const;
  void make_parents() const;

  Tier tier_ = Tier::rlimit;
  std::string detail_;
  std::vector<std::filesystem::path> parents_;
};

}  // namespace tenon::sandbox
