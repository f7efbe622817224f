// Runs untrusted commands: bubblewrap with its own user, mount, pid, net, ipc, uts and cgroup namespaces, a system call
// filter, no network, an empty environment, a read-only system, one writable workspace, and limits on everything.
//
//   Sandbox sandbox(settings, program);
//   Command command{.argv = {"python3", "-m", "pytest"}, .workspace = checkout, .limits = limits_from(settings)};
//   ExitRecord record = co_await io::blocking(runtime, std::move(run_it));      // run() blocks
//
// Rules:
// - run() and start() may be called from many threads at once. Two sandboxes must not use the same workspace, or a
// writable bind,
//   at the same time.
// - Started as root, bubblewrap runs as a private user id that no other sandbox of the machine has meanwhile; the
// workspace and
//   the writable binds belong to that id while the command runs and to their former owner afterwards. A file with other
//   hard links is replaced by a copy first, so that nothing outside changes owner.
// - When run() returns, every process of the sandbox is dead, also daemons it left behind, and its control group is
// gone.
// - It never runs a command with less: without namespaces, or below the tier that the settings demand, every call
// throws
//   sandbox_unavailable with what to do. What the command does is told in the record and is never an exception.
//   invalid_argument is thrown for a command that cannot be started as described.
// - kill -9 of this process ends all its sandboxes. What it leaves on disk (control groups, ownership, sockets) is put
// right
//   by reap_leftovers(), which the constructor calls.
//
// docs/sandbox.md tells what stops which attack.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "core/config.h"
#include "sandbox/command.h"
#include "sandbox/exit_record.h"
#include "sandbox/probe.h"
#include "sandbox/service.h"

namespace tenon::sandbox {

// Where the parts of the system are found; tests put their own there.
struct Machine {
  std::filesystem::path bubblewrap = "/usr/bin/bwrap";
  std::filesystem::path mount_table = "/proc/self/mountinfo";
  std::filesystem::path cgroup_membership = "/proc/self/cgroup";
  std::filesystem::path uid_locks = "/run/tenon/uids";  // one file per leased id, for all programs of the machine
  std::string cgroup = "tenon";                         // name of the group that those of sandboxes are made in
  std::filesystem::path sockets = "/tmp";               // where services without a directory of their own get one
};

class Launcher;

class Sandbox final {
 public:
  // `program` is the running `tenon` executable: its forwarder mode is bound into services.
  Sandbox(const Settings& settings, std::filesystem::path program, Machine machine = {});
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Blocks until the command ended or was stopped. A stop request ends it within 50 ms with outcome `cancelled`.
  ExitRecord run(const Command& command, std::stop_token stop = {});

  // Starts a server. Returns when its socket accepts connections (the app behind it may need longer).
  Service start(const ServiceCommand& command);

  // Tries out what this machine offers, once. Never throws.
  const Probe& probe();

  // Ends and removes what killed supervisors left: processes, control groups, ownership of workspaces, sockets.
  // Returns how many sandboxes were reaped.
  std::size_t reap_leftovers();

 private:
  std::shared_ptr<Launcher> launcher_;
  std::once_flag probed_;
  Probe probe_;
};

}  // namespace tenon::sandbox
