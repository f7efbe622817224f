#include "sandbox/bubblewrap_start.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStage = "/tmp";
constexpr std::uint64_t kMostOpenFiles = 4096;
constexpr std::uint64_t kMostLockedBytes = 64U << 10U;
constexpr std::uint64_t kMostPendingSignals = 4096;
constexpr std::uint64_t kOwnProcesses = 2;

bool is_root() { return ::geteuid() == 0; }

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

}  // namespace

std::string marker_of(const SandboxId& id) { return "TENON_SANDBOX=" + id.text; }

BubblewrapStart::BubblewrapStart(const Launch& launch, const std::vector<BoundPath>& paths, const SystemFiles& system,
                                 Tier tier, std::string_view filter) {
  const Command& command = launch.command;
  if (is_root()) request.seclusion = io::Seclusion{.root = kStage, .mounts = {}};
  for (const fs::path& directory : system.directories()) mounts_.push_back({.source = directory, .inside = directory});
  add_mount(open_bind({.host = system.etc(), .inside = "/etc"}));
  for (const fs::path& directory : system.etc_directories())
    mounts_.push_back({.source = directory, .inside = directory});
  for (const BoundPath& path : paths) add_mount(path);

  const auto keep = [this](fsops::FileDescriptor descriptor) {
    return ours_.emplace_back(std::move(descriptor)).number();
  };
  const int options =
      keep(sealed_file("options", bubblewrap_options({.mounts = mounts_,
                                                      .links = system.links(),
                                                      .environment = with_defaults(command.environment),
                                                      .directory = directory_inside(command.working_directory),
                                                      .temporary_bytes = command.limits.memory_bytes / 4})));
  const int input = launch.standard_input >= 0 ? launch.standard_input : keep(sealed_file("input", command.input));
  Pipe output = make_pipe();
  Pipe error = make_pipe();
  Pipe status = make_pipe();
  Pipe release = make_pipe();
  request.descriptors = {{0, input},
                         {1, keep(std::move(output.writing))},
                         {2, keep(std::move(error.writing))},
                         {BubblewrapDescriptors::arguments, options},
                         {BubblewrapDescriptors::filter, keep(sealed_file("filter", filter))},
                         {BubblewrapDescriptors::status, keep(std::move(status.writing))},
                         {BubblewrapDescriptors::block, keep(std::move(release.reading))}};
  channels_ = {.output = std::move(output.reading),
               .error = std::move(error.reading),
               .status = std::move(status.reading),
               .release = std::move(release.writing)};
  request.argv = {"bwrap", "--args", std::to_string(BubblewrapDescriptors::arguments), "--"};
  for (const auto& part : {with_process_limit(command.limits, tier), command.argv}) {
    request.argv.insert(request.argv.end(), part.begin(), part.end());
  }
  // Bubblewrap's own: by it, what a killed supervisor left is known. The command's is on the list of options.
  request.environment = {marker_of(launch.id)};
  request.resource_limits = resource_limits(command.limits, tier);
  request.death_signal = SIGKILL;
}

// As root, bubblewrap runs as somebody who may not enter our directories: they are put where it can reach them.
void BubblewrapStart::add_mount(const BoundPath& path) {
  if (!request.seclusion) {
    mounts_.push_back({.source = path.host, .inside = path.inside, .access = path.access});
    return;
  }
  std::vector<io::StagedMount>& staged = request.seclusion->mounts;
  const std::string target = fmt::format("{}/{}", kStage, staged.size());
  const int source = ours_.emplace_back(io::detached_mount(path.descriptor.number())).number();
  const auto kind = path.directory ? io::StagedMount::Kind::directory : io::StagedMount::Kind::file;
  staged.push_back({.source = source, .target = target, .kind = kind});
  mounts_.push_back({.source = target, .inside = path.inside, .access = path.access});
}

io::Process BubblewrapStart::start(const std::string& bubblewrap) {
  request.argv.front() = bubblewrap;
  try {
    io::Process process = io::spawn(request);
    // Our copies of its ends: the end of a stream must be seen.
    ours_.clear();
    return process;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::sandbox_unavailable, error.what(), "Install bubblewrap: `apt-get install bubblewrap`.");
  }
}

}  // namespace tenon::sandbox
