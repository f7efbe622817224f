// Puts a sandbox together: checks the command, leases a user id, lends the workspace, makes the control group, starts
// bubblewrap under watch, and gives everything back. Behind Sandbox and Service.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "sandbox/cgroup.h"
#include "sandbox/command.h"
#include "sandbox/exit_record.h"
#include "sandbox/ledger.h"
#include "sandbox/lent_tree.h"
#include "sandbox/probe.h"
#include "sandbox/sandbox.h"
#include "sandbox/supervision.h"
#include "sandbox/system_files.h"
#include "sandbox/uid_lease.h"

namespace tenon::sandbox {

struct Launch {
  Command command;
  SandboxId id;
  int standard_input = -1;             // -1: command.input
  std::vector<std::string> temporary;  // directories that go with the sandbox
  TimeLimits time_limits = TimeLimits::apply;
  std::function<void()> on_start;
  std::function<void(std::string_view)> on_output;
};

class Launcher {
 public:
  Launcher(const Settings& settings, std::filesystem::path program, Machine machine);

  // Throws sandbox_unavailable when the machine's tier is below the one demanded.
  void require_tier() const;

  ExitRecord run(const Launch& launch, std::stop_token stop);

  const std::filesystem::path& program() const { return program_; }
  const Machine& machine() const { return machine_; }
  const CgroupPlace& cgroups() const { return cgroups_; }
  const Ledger& ledger() const { return ledger_; }
  Tier weakest() const { return weakest_; }

  std::size_t reap_leftovers();

 private:
  void put_right(const Holding& holding);

  std::filesystem::path program_;
  Machine machine_;
  Tier weakest_;
  UidRange uids_;
  Ledger ledger_;
  SystemFiles system_;
  CgroupPlace cgroups_;
  std::string filter_;
};

}  // namespace tenon::sandbox
