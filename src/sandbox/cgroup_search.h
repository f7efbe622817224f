// Where on this machine we may make control groups.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sandbox/limits.h"

namespace tenon::sandbox {

struct CgroupDirectories {
  Tier tier = Tier::rlimit;
  std::vector<std::filesystem::path> bases;  // version 2: one; version 1: one per hierarchy; no tier: none
  std::string detail;
};

// Version 2 wants a directory of ours with memory and pids that has no processes of its own: the nearest of our own
// group and those above it. When our own has no other process, this process moves into a leaf of it (that is what
// delegation is for).
CgroupDirectories find_cgroups(const std::filesystem::path& mount_table, const std::filesystem::path& membership);

}  // namespace tenon::sandbox
