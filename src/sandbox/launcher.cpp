#include "sandbox/launcher.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include <fmt/format.h>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include "core/error.h"
#include "core/json.h"
#include "core/log.h"
#include "native/fsops/remove_tree.h"
#include "sandbox/bubblewrap_start.h"
#include "sandbox/lent_tree.h"
#include "sandbox/stray_processes.h"
#include "sandbox/supervision.h"
#include "sandbox/syscall_filter.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

Tier tier_named(const std::string& name) { return from_json<Tier>(json::value(name), "TENON_SANDBOX_TIER"); }

void check(const Command& command) {
  const auto refuse = [](std::string message) { throw Error(ErrorCode::invalid_argument, std::move(message)); };
  if (command.argv.empty() || command.argv.front().empty()) refuse("a sandboxed command has no program to run");
  for (const std::string& argument : command.argv) {
    if (argument.find('\0') != std::string::npos) refuse("an argument of a sandboxed command holds a NUL character");
  }
  for (const auto& [name, value] : command.environment) {
    if (name.empty() || name.find('=') != std::string::npos)
      refuse(fmt::format("\"{}\" is no name of an environment variable", name));
  }
  boost::mp11::mp_for_each<boost::describe::describe_members<Limits, boost::describe::mod_public>>([&](auto member) {
    if (command.limits.*member.pointer == 0)
      refuse(fmt::format("the limit {} of a sandboxed command is 0", member.name));
  });
}

std::vector<BoundPath> open_paths(const Command& command) {
  std::vector<BoundPath> paths;
  paths.push_back(open_workspace(command.workspace));
  for (const Bind& bind : command.binds) paths.push_back(open_bind(bind));
  return paths;
}

}  // namespace

// What one sandbox holds outside of this process's memory. Given back from the last member to the first: no process may
// be left in a tree that is taken back.
struct Launcher::Held {
  std::optional<UidLease> lease;
  std::optional<Ledger::Line> line;
  std::vector<Loan> loans;
  std::optional<Cgroup> cgroup;
};

Launcher::Launcher(const Settings& settings, fs::path program, Machine machine)
    : program_(std::move(program)),
      machine_(std::move(machine)),
      weakest_(tier_named(settings.sandbox_tier)),
      uids_{.base = settings.sandbox_uid_base, .count = settings.sandbox_uid_count},
      ledger_(settings.data / "sandbox"),
      system_(ledger_.own()),
      cgroups_(machine_.mount_table, machine_.cgroup_membership, machine_.cgroup),
      filter_(syscall_filter()) {
  become_subreaper();
}

void Launcher::require_tier() const {
  if (cgroups_.tier() >= weakest_) return;
  throw Error(ErrorCode::sandbox_unavailable,
              fmt::format("limits can be enforced by {} only, and TENON_SANDBOX_TIER demands {}: {}",
                          std::string_view(to_json(cgroups_.tier()).as_string()),
                          std::string_view(to_json(weakest_).as_string()), cgroups_.detail()),
              "Run `tenon doctor`, or start Tenon with `systemd-run --user --scope -p Delegate=yes tenon ...`.");
}

// Written down before it is taken: see Ledger.
Launcher::Held Launcher::hold(const Launch& launch, const std::vector<BoundPath>& paths) {
  Held held;
  Holding holding{.id = launch.id, .cgroup = launch.id.text, .directories = launch.temporary};
  std::vector<const BoundPath*> lent;
  std::vector<Owner> owners;
  if (::geteuid() == 0) {
    held.lease = UidLease::take(machine_.uid_locks, uids_);
    holding.uid = held.lease->uid();
    for (const BoundPath& path : paths) {
      if (path.access != Access::writable) continue;
      lent.push_back(&path);
      owners.push_back(owner_of_tree(path.descriptor.number(), uids_));
      holding.lent.push_back({.path = path.host, .user = owners.back().user, .group = owners.back().group});
    }
  }
  held.line.emplace(ledger_.write(holding));
  for (std::size_t i = 0; i < lent.size(); ++i) {
    fsops::FileDescriptor directory(::fcntl(lent[i]->descriptor.number(), F_DUPFD_CLOEXEC, 0));
    held.loans.emplace_back(std::move(directory), Owner{.user = holding.uid, .group = holding.uid}, owners[i]);
  }
  held.cgroup.emplace(cgroups_.make(launch.id.text, launch.command.limits));
  return held;
}

ExitRecord Launcher::run(const Launch& launch, std::stop_token stop) {
  check(launch.command);
  const std::vector<BoundPath> paths = open_paths(launch.command);
  BubblewrapStart bubblewrap(launch, paths, system_, cgroups_.tier(), filter_);
  Held held = hold(launch, paths);
  if (held.lease)
    bubblewrap.request.credentials = io::Credentials{.user = held.lease->uid(), .group = held.lease->uid()};
  bubblewrap.request.join_by_write = held.cgroup->join_by_write();
  bubblewrap.request.cgroup = held.cgroup->directory();
  io::Process process = bubblewrap.start(machine_.bubblewrap);

  const Watch watch{.launch = launch,
                    .cgroup = *held.cgroup,
                    .workspace = paths.front().descriptor.number(),
                    .tier = cgroups_.tier()};
  ExitRecord record = supervise(std::move(process), bubblewrap.channels(), watch, std::move(stop));
  for (Loan& loan : held.loans) loan.take_back();
  record.id = launch.id;
  record.argv = launch.command.argv;
  record.working_directory = launch.command.working_directory;
  return record;
}

// Processes first: nobody may work in a tree that is taken back.
void Launcher::put_right(const Holding& holding) {
  cgroups_.remove(holding.cgroup);
  if (holding.uid == 0)
    kill_processes_with(marker_of(holding.id));
  else if (const auto lease = UidLease::take_exactly(machine_.uid_locks, holding.uid))
    kill_processes_of(*lease);
  for (const LentPath& lent : holding.lent) {
    const fsops::FileDescriptor directory(::open(lent.path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status{};
    const bool ours = directory && ::fstat(directory.number(), &status) == 0 && status.st_uid == holding.uid;
    if (ours) take_back(directory.number(), {.user = lent.user, .group = lent.group});
  }
  for (const std::string& directory : holding.directories) fsops::remove_tree(directory);
}

std::size_t Launcher::reap_leftovers() {
  return ledger_.settle([this](const Holding& holding) {
    log::info("a sandbox of a killed supervisor is cleaned up", {{"sandbox", holding.id.text}});
    put_right(holding);
  });
}

}  // namespace tenon::sandbox
