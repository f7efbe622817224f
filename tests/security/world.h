// A sandbox with small limits, a workspace, and a look at the host before and after: whatever a test does inside, the
// host has the same mounts, no process of a private user id, no control group, no ledger line and no socket more than
// before.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "native/fsops/temporary_directory.h"
#include "sandbox/sandbox.h"

namespace tenon::security {

using sandbox::ExitRecord;
using sandbox::Outcome;
using sandbox::Tier;

// What of the host must not change.
struct HostState {
  std::string mounts;
  std::set<std::string> processes;  // of private user ids: pid and name
  std::set<std::string> cgroups;
  std::set<std::string> listening;  // Unix sockets of this test
  bool operator==(const HostState&) const = default;
};

class Sandbox : public testing::Test {
 protected:
  Sandbox();
  ~Sandbox() override;

  void SetUp() override;
  void TearDown() override;

  // Runs in the workspace; what it printed to both streams is in the record.
  ExitRecord run(std::vector<std::string> argv);
  ExitRecord shell(const std::string& script) { return run({"/bin/sh", "-c", script}); }
  ExitRecord python(const std::string& script) { return run({"/usr/bin/python3", "-c", script}); }

  // One attempt of tests/security/attack.c: "errno name" or what it got hold of, on standard output.
  std::string attack(std::vector<std::string> arguments);

  const std::filesystem::path& workspace() const { return workspace_; }
  const std::filesystem::path& data() const { return directory_.path(); }
  std::filesystem::path write_file(const std::string& name, const std::string& text) const;

  HostState host() const;

  fsops::TemporaryDirectory directory_;
  std::filesystem::path workspace_;
  Settings settings_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  sandbox::Command command_;
  HostState before_;
};

bool is_root();
Settings settings_in(const std::filesystem::path& data);
sandbox::Machine machine_in(const std::filesystem::path& directory);

}  // namespace tenon::security
