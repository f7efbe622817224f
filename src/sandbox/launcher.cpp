#include "sandbox/launcher.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"
#include "core/json.h"
#include "core/log.h"
#include "native/fsops/remove_tree.h"
#include "sandbox/bound_path.h"
#include "sandbox/bubblewrap.h"
#include "sandbox/syscall_filter.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStage = "/tmp";
constexpr std::uint64_t kMostOpenFiles = 4096;
constexpr std::uint64_t kMostLockedBytes = 64U << 10U;
constexpr std::uint64_t kMostPendingSignals = 4096;
constexpr std::uint64_t kOwnProcesses = 2;

bool is_root() { return ::geteuid() == 0; }

Tier tier_named(const std::string& name) { return from_json<Tier>(json::value(name), "TENON_SANDBOX_TIER"); }

// A file that lives in memory, can be read from its start by whoever inherits it, and can never be changed again.
fsops::FileDescriptor sealed_file(const char* name, std::string_view text) {
  fsops::FileDescriptor file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) throw system_error("cannot make a file in memory", errno);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t count = ::write(file.number(), rest.data(), rest.size());
    if (count < 0) throw system_error("cannot fill a file in memory", errno);
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  ::fcntl(file.number(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  ::lseek(file.number(), 0, SEEK_SET);
  return file;
}

struct Pipe {
  fsops::FileDescriptor reading;
  fsops::FileDescriptor writing;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("cannot make a pipe", errno);
  return {.reading = fsops::FileDescriptor(ends[0]), .writing = fsops::FileDescriptor(ends[1])};
}

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

std::vector<io::ResourceLimit> resource_limits(const Limits& limits, Tier tier) {
  std::vector<io::ResourceLimit> result = {{RLIMIT_CORE, 0},
                                           {RLIMIT_FSIZE, limits.file_bytes},
                                           {RLIMIT_NOFILE, kMostOpenFiles},
                                           {RLIMIT_MEMLOCK, kMostLockedBytes},
                                           {RLIMIT_SIGPENDING, kMostPendingSignals},
                                           {RLIMIT_MSGQUEUE, 0},
                                           {RLIMIT_RTPRIO, 0},
                                           {RLIMIT_NICE, 0}};
  // Counted per user: of use with a private id only.
  if (is_root()) result.push_back({RLIMIT_NPROC, limits.processes + kOwnProcesses});
  if (tier == Tier::rlimit) {
    result.push_back({RLIMIT_DATA, limits.memory_bytes});
    result.push_back({RLIMIT_CPU, limits.cpu_seconds});
  }
  return result;
}

// A user's own id has other processes, so their number is limited inside the new user namespace, where it begins at 0.
std::vector<std::string> with_process_limit(const Limits& limits, Tier tier) {
  if (is_root() || tier != Tier::rlimit) return {};
  return {"/usr/bin/prlimit", fmt::format("--nproc={}", limits.processes), "--"};
}

std::map<std::string, std::string> with_defaults(std::map<std::string, std::string> environment) {
  environment.emplace("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin");
  environment.emplace("HOME", "/tmp/home");
  environment.emplace("LANG", "C.UTF-8");
  environment.emplace("TMPDIR", "/tmp");
  return environment;
}

// The mounts, and how bubblewrap reaches them: as root it runs as somebody who may not enter our directories, so they
// are put where it can, in a mount namespace of its own.
struct Mounts {
  std::vector<Mount> mounts;
  std::optional<io::Seclusion> seclusion;
  std::vector<fsops::FileDescriptor> detached;
};

void add_mount(Mounts& result, const BoundPath& path) {
  if (!result.seclusion) {
    result.mounts.push_back({.source = path.host, .inside = path.inside, .access = path.access});
    return;
  }
  const std::string target = fmt::format("{}/{}", kStage, result.seclusion->mounts.size());
  result.detached.emplace_back(io::detached_mount(path.descriptor.number()));
  result.seclusion->mounts.push_back(
      {.source = result.detached.back().number(),
       .target = target,
       .kind = path.directory ? io::StagedMount::Kind::directory : io::StagedMount::Kind::file});
  result.mounts.push_back({.source = target, .inside = path.inside, .access = path.access});
}

Mounts plan_mounts(const SystemFiles& system, const std::vector<BoundPath>& paths) {
  Mounts result;
  if (is_root()) result.seclusion = io::Seclusion{.root = kStage, .mounts = {}};
  for (const fs::path& directory : system.directories())
    result.mounts.push_back({.source = directory, .inside = directory});
  add_mount(result, open_bind({.host = system.etc(), .inside = "/etc"}));
  for (const fs::path& directory : system.etc_directories()) {
    result.mounts.push_back({.source = directory, .inside = directory});
  }
  for (const BoundPath& path : paths) add_mount(result, path);
  return result;
}

std::vector<BoundPath> open_paths(const Command& command) {
  std::vector<BoundPath> paths;
  paths.push_back(open_workspace(command.workspace));
  for (const Bind& bind : command.binds) paths.push_back(open_bind(bind));
  return paths;
}

io::Process start_bubblewrap(const io::SpawnRequest& request) {
  try {
    return io::spawn(request);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::sandbox_unavailable, error.what(), "Install bubblewrap: `apt-get install bubblewrap`.");
  }
}

// What one sandbox holds outside of this process's memory. Given back from the last member to the first.
struct Held {
  std::optional<UidLease> lease;
  std::optional<Ledger::Line> line;
  std::vector<Loan> loans;
  std::optional<Cgroup> cgroup;
};

}  // namespace

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

ExitRecord Launcher::run(const Launch& launch, std::stop_token stop) {
  const Command& command = launch.command;
  check(command);
  const std::string directory = directory_inside(command.working_directory);
  const std::vector<BoundPath> paths = open_paths(command);

  Held held;
  Holding holding{.id = launch.id, .cgroup = launch.id.text, .directories = launch.temporary};
  if (is_root()) {
    held.lease = UidLease::take(machine_.uid_locks, uids_);
    holding.uid = held.lease->uid();
  }
  std::vector<Owner> owners;
  for (const BoundPath& path : paths) {
    owners.push_back(owner_of_tree(path.descriptor.number(), uids_));
    if (!held.lease || path.access != Access::writable) continue;
    holding.lent.push_back({.path = path.host, .user = owners.back().user, .group = owners.back().group});
  }
  held.line.emplace(ledger_.write(holding));
  for (std::size_t i = 0; held.lease && i < paths.size(); ++i) {
    if (paths[i].access != Access::writable) continue;
    const uid_t uid = held.lease->uid();
    fsops::FileDescriptor copy(::fcntl(paths[i].descriptor.number(), F_DUPFD_CLOEXEC, 0));
    held.loans.emplace_back(std::move(copy), Owner{.user = uid, .group = uid}, owners[i]);
  }
  held.cgroup.emplace(cgroups_.make(launch.id.text, command.limits));

  const Mounts mounts = plan_mounts(system_, paths);
  const fsops::FileDescriptor options =
      sealed_file("options", bubblewrap_options({.mounts = mounts.mounts,
                                                 .links = system_.links(),
                                                 .environment = with_defaults(command.environment),
                                                 .directory = directory,
                                                 .temporary_bytes = command.limits.memory_bytes / 4}));
  const fsops::FileDescriptor filter = sealed_file("filter", filter_);
  const fsops::FileDescriptor input = sealed_file("input", command.input);
  Pipe output = make_pipe();
  Pipe error = make_pipe();
  Pipe status = make_pipe();
  Pipe release = make_pipe();

  io::SpawnRequest request;
  request.argv = {machine_.bubblewrap, "--args", std::to_string(BubblewrapDescriptors::arguments), "--"};
  for (const auto& part : {with_process_limit(command.limits, cgroups_.tier()), command.argv}) {
    request.argv.insert(request.argv.end(), part.begin(), part.end());
  }
  request.descriptors = {{0, launch.standard_input >= 0 ? launch.standard_input : input.number()},
                         {1, output.writing.number()},
                         {2, error.writing.number()},
                         {BubblewrapDescriptors::arguments, options.number()},
                         {BubblewrapDescriptors::filter, filter.number()},
                         {BubblewrapDescriptors::status, status.writing.number()},
                         {BubblewrapDescriptors::block, release.reading.number()}};
  if (held.lease) request.credentials = io::Credentials{.user = held.lease->uid(), .group = held.lease->uid()};
  request.resource_limits = resource_limits(command.limits, cgroups_.tier());
  request.seclusion = mounts.seclusion;
  request.join_by_write = held.cgroup->join_by_write();
  request.cgroup = held.cgroup->directory();
  request.death_signal = SIGKILL;
  io::Process process = start_bubblewrap(request);
  for (Pipe* pipe : {&output, &error, &status}) pipe->writing = fsops::FileDescriptor();
  release.reading = fsops::FileDescriptor();

  const Watch watch{.cgroup = *held.cgroup,
                    .workspace = paths.front().descriptor.number(),
                    .tier = cgroups_.tier(),
                    .limits = command.limits,
                    .time_limits = launch.time_limits,
                    .on_start = launch.on_start,
                    .on_output = launch.on_output};
  Channels channels{.output = std::move(output.reading),
                    .error = std::move(error.reading),
                    .status = std::move(status.reading),
                    .release = std::move(release.writing)};
  ExitRecord record = supervise(std::move(process), std::move(channels), watch, std::move(stop));
  for (Loan& loan : held.loans) loan.take_back();
  record.id = launch.id;
  record.argv = command.argv;
  record.working_directory = command.working_directory;
  return record;
}

// Processes first: nobody may work in a tree that is taken back.
void Launcher::put_right(const Holding& holding) {
  cgroups_.remove(holding.cgroup);
  if (const auto lease = holding.uid == 0 ? std::nullopt : UidLease::take_exactly(machine_.uid_locks, holding.uid)) {
    kill_processes_of(*lease);
  }
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
