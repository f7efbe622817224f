#include "sandbox/cgroup_search.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "native/fsops/temporary_directory.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

// A machine with other control groups than this one, in plain files.
struct Machine {
  fsops::TemporaryDirectory directory{fs::temp_directory_path(), "tenon-cgroups-"};
  fs::path root = directory.path() / "cgroup";
  std::string mounts;
  std::string membership;

  static void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  static std::string read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }

  void mount_version2() { mounts += fmt::format("40 30 0:40 / {} rw - cgroup2 cgroup2 rw\n", root.string()); }

  void version2_group(const std::string& path, const std::string& controllers, const std::string& processes,
                      const std::string& enabled = "") const {
    const fs::path directory_of_group = root / path;
    write(directory_of_group / "cgroup.controllers", controllers);
    write(directory_of_group / "cgroup.procs", processes);
    write(directory_of_group / "cgroup.subtree_control", enabled);
  }

  void version1(const std::string& name, const std::string& controllers, const std::string& group) {
    mounts += fmt::format("41 30 0:41 / {} rw - cgroup cgroup rw,{}\n", (root / name).string(), controllers);
    membership += fmt::format("7:{}:{}\n", controllers, group);
    write(root / name / fs::path(group).relative_path() / "cgroup.procs", "");
  }

  CgroupDirectories find() const {
    write(directory.path() / "mounts", mounts);
    write(directory.path() / "membership", membership);
    return find_cgroups(directory.path() / "mounts", directory.path() / "membership");
  }
};

TEST(CgroupSearch, MachineWithoutAnyIsOfTheWeakestTier) {
  const Machine machine;
  EXPECT_EQ(machine.find().tier, Tier::rlimit);
  EXPECT_EQ(machine.find().detail, "no control groups are mounted");
}

TEST(CgroupSearch, DelegatedVersion2GroupWithoutOtherProcessesIsUsedFromALeaf) {
  Machine machine;
  machine.mount_version2();
  machine.membership = "0::/user/tenon.scope\n";
  machine.version2_group("user/tenon.scope", "cpu memory pids", fmt::format("{}\n", ::getpid()));
  const CgroupDirectories found = machine.find();
  EXPECT_EQ(found.tier, Tier::cgroup2);
  EXPECT_EQ(found.bases, std::vector{machine.root / "user/tenon.scope"});
  EXPECT_EQ(machine.read(found.bases.front() / "cgroup.subtree_control"), "+memory +pids");
}

TEST(CgroupSearch, SliceAboveTheOwnScopeIsUsedWhenItHandsControllersDown) {
  Machine machine;
  machine.mount_version2();
  machine.membership = "0::/app.slice/terminal.scope\n";
  machine.version2_group("app.slice", "memory pids", "", "memory pids");
  machine.version2_group("app.slice/terminal.scope", "", "1\n2\n");
  const CgroupDirectories found = machine.find();
  EXPECT_EQ(found.tier, Tier::cgroup2);
  EXPECT_EQ(found.bases, std::vector{machine.root / "app.slice"});
}

TEST(CgroupSearch, Version2WithoutControllersIsNoPlace) {
  Machine machine;
  machine.mount_version2();
  machine.membership = "0::/\n";
  machine.version2_group("", "", "1\n");
  EXPECT_EQ(machine.find().tier, Tier::rlimit);
}

TEST(CgroupSearch, Version1NeedsMemoryProcessesAndAccounting) {
  Machine machine;
  machine.version1("memory", "memory", "/a/b");
  machine.version1("pids", "pids", "/");
  EXPECT_EQ(machine.find().tier, Tier::rlimit);
  machine.version1("cpu,cpuacct", "cpu,cpuacct", "/c");
  const CgroupDirectories found = machine.find();
  EXPECT_EQ(found.tier, Tier::cgroup1);
  EXPECT_EQ(found.bases,
            (std::vector{machine.root / "memory/a/b", machine.root / "pids/", machine.root / "cpu,cpuacct/c"}));
}

TEST(CgroupSearch, EmptyVersion2BesideVersion1IsPassedOver) {
  Machine machine;
  machine.mount_version2();
  machine.membership = "0::/\n";
  machine.version2_group("", "", "");
  machine.version1("all", "memory,pids,cpuacct", "/x");
  const CgroupDirectories found = machine.find();
  EXPECT_EQ(found.tier, Tier::cgroup1);
  EXPECT_EQ(found.bases, std::vector{machine.root / "all/x"});
}

}  // namespace
}  // namespace tenon::sandbox
