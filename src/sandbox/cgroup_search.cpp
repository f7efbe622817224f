#include "sandbox/cgroup_search.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "sandbox/control_file.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool has_word(const std::string& text, const std::string& word) {
  std::istringstream stream(text);
  for (std::string part; stream >> part;) {
    if (part == word) return true;
  }
  return false;
}

struct Hierarchy {
  fs::path mount_point;
  std::string root;                      // the group that is mounted there
  std::vector<std::string> controllers;  // version 1
};

struct MountTable {
  std::optional<Hierarchy> version2;
  std::vector<Hierarchy> version1;
};

// proc(5): id parent major:minor root mount-point options [fields] - type source super-options
MountTable read_mounts(const fs::path& file) {
  MountTable table;
  for (const std::string& line : split(read_control(file).value_or(""), '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string::npos) continue;
    const std::vector<std::string> left = split(line.substr(0, dash), ' ');
    const std::vector<std::string> right = split(line.substr(dash + 3), ' ');
    if (left.size() < 5 || right.size() < 3) continue;
    Hierarchy hierarchy{.mount_point = left[4], .root = left[3], .controllers = split(right[2], ',')};
    if (right[0] == "cgroup")
      table.version1.push_back(std::move(hierarchy));
    else if (right[0] == "cgroup2" && !table.version2)
      table.version2 = std::move(hierarchy);
  }
  return table;
}

// Controller (version 2: the empty name) to our group: lines of number:controllers:path.
std::map<std::string, std::string> read_membership(const fs::path& file) {
  std::map<std::string, std::string> membership;
  for (const std::string& line : split(read_control(file).value_or(""), '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = line.substr(first + 1, second - first - 1);
    if (names.empty()) membership[""] = line.substr(second + 1);
    for (const std::string& name : split(names, ',')) membership[name] = line.substr(second + 1);
  }
  return membership;
}

std::optional<fs::path> own_directory(const Hierarchy& hierarchy, const std::string& group) {
  if (hierarchy.root == "/") return hierarchy.mount_point / group.substr(1);
  if (!group.starts_with(hierarchy.root)) return std::nullopt;
  return hierarchy.mount_point / fs::path(group.substr(hierarchy.root.size())).relative_path();
}

bool is_ours(const fs::path& directory) {
  return ::access(directory.c_str(), W_OK) == 0 && ::access((directory / "cgroup.procs").c_str(), W_OK) == 0;
}

bool enable_controllers(const fs::path& directory) {
  const std::string enabled = read_control(directory / "cgroup.subtree_control").value_or("");
  if (has_word(enabled, "memory") && has_word(enabled, "pids")) return true;
  return write_control(directory / "cgroup.subtree_control", "+memory +pids") == 0;
}

// A group with processes of its own cannot hand controllers down ("no internal processes").
bool leave(const fs::path& directory) {
  if (number_of(read_control(directory / "cgroup.procs").value_or(""), "") != static_cast<std::uint64_t>(::getpid()))
    return false;
  const fs::path leaf = directory / "tenon-supervisor";
  std::error_code failed;
  fs::create_directory(leaf, failed);
  return write_control(leaf / "cgroup.procs", std::to_string(::getpid())) == 0;
}

std::optional<fs::path> place_in(const Hierarchy& hierarchy, const fs::path& own) {
  for (fs::path directory = own;; directory = directory.parent_path()) {
    const std::string available = read_control(directory / "cgroup.controllers").value_or("");
    if (has_word(available, "memory") && has_word(available, "pids") && is_ours(directory)) {
      const std::string processes = read_control(directory / "cgroup.procs").value_or("");
      const bool alone = std::ranges::count(processes, '\n') == 1;
      if (enable_controllers(directory)) return directory;
      if (alone && leave(directory) && enable_controllers(directory)) return directory;
    }
    if (directory == hierarchy.mount_point || directory == directory.root_path()) return std::nullopt;
  }
}

std::optional<CgroupDirectories> find_version1(const MountTable& mounts,
                                               const std::map<std::string, std::string>& membership) {
  std::map<std::string, fs::path> found;
  for (const Hierarchy& hierarchy : mounts.version1) {
    for (const std::string& controller : hierarchy.controllers) {
      const auto group = membership.find(controller);
      if (group == membership.end()) continue;
      const auto directory = own_directory(hierarchy, group->second);
      if (directory && is_ours(*directory)) found.emplace(controller, *directory);
    }
  }
  if (!found.contains("memory") || !found.contains("pids") || !found.contains("cpuacct")) return std::nullopt;
  CgroupDirectories result{.tier = Tier::cgroup1, .bases = {}, .detail = found["memory"].string()};
  for (const char* controller : {"memory", "pids", "cpuacct"}) {
    const auto entry = found.find(controller);
    if (entry == found.end() || std::ranges::find(result.bases, entry->second) != result.bases.end()) continue;
    result.bases.push_back(entry->second);
  }
  return result;
}

}  // namespace

CgroupDirectories find_cgroups(const fs::path& mount_table, const fs::path& membership_file) {
  const MountTable mounts = read_mounts(mount_table);
  const auto membership = read_membership(membership_file);
  if (mounts.version2 && membership.contains("")) {
    const auto own = own_directory(*mounts.version2, membership.at(""));
    const auto place = own ? place_in(*mounts.version2, *own) : std::nullopt;
    if (place) return {.tier = Tier::cgroup2, .bases = {*place}, .detail = place->string()};
  }
  if (auto version1 = find_version1(mounts, membership)) return *std::move(version1);
  const bool any = mounts.version2 || !mounts.version1.empty();
  return {.tier = Tier::rlimit,
          .bases = {},
          .detail = any ? "no control group with memory and pids is delegated to this user"
                        : "no control groups are mounted"};
}

}  // namespace tenon::sandbox
