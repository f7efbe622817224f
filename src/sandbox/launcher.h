// Puts a sandbox together: checks the command, leases a user id, lends the workspace, makes the control group, starts
// bubblewrap under watch, and gives everything back. Behind Sandbox and Service.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/config.h"
#include "sandbox/bound_path.h"
#include "sandbox/cgroup.h"
#include "sandbox/exit_record.h"
#include "sandbox/launch.h"
#include "sandbox/ledger.h"
#include "sandbox/sandbox.h"
#include "sandbox/system_files.h"
#include "sandbox/uid_lease.h"

namespace tenon::sandbox {

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
  struct Held;

  Held hold(const Launch& launch, const std::vector<BoundPath>& paths);
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
