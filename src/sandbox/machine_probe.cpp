#include "sandbox/machine_probe.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>

#include <fmt/format.h>

#include "core/error.h"
#include "core/json.h"
#include "io/process.h"
#include "native/fsops/temporary_directory.h"
#include "sandbox/control_file.h"

namespace tenon::sandbox {
namespace {

constexpr uid_t kNobody = 65534;

std::string version_of(const std::filesystem::path& program) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const fsops::FileDescriptor reading(ends[0]);
  fsops::FileDescriptor writing(ends[1]);
  io::SpawnRequest request;
  request.argv = {program, "--version"};
  request.descriptors = {{1, writing.number()}};
  if (::geteuid() == 0) request.credentials = io::Credentials{.user = kNobody, .group = kNobody};
  io::Process process = io::spawn(request);
  writing = fsops::FileDescriptor();
  std::array<char, 128> buffer{};
  const ssize_t count = ::read(reading.number(), buffer.data(), buffer.size());
  process.wait();
  const std::string text(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return text.substr(0, text.find('\n'));
}

Feature bubblewrap(const Machine& machine) {
  Feature feature{.name = "bubblewrap",
                  .lost = "No command can be run: Tenon never runs one without isolation.",
                  .remedy = "apt-get install bubblewrap"};
  try {
    feature.detail = version_of(machine.bubblewrap);
    feature.found = !feature.detail.empty();
  } catch (const Error& error) {
    feature.detail = error.what();
  }
  return feature;
}

bool is_set(const char* control, std::string_view value) {
  const auto text = read_control(control);
  return text && text->starts_with(value);
}

// The switches by which distributions forbid them, and the containers that do.
std::string remedy_for_namespaces() {
  if (is_set("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
    return "AppArmor forbids them: give /usr/bin/bwrap a profile with `userns,`, or run "
           "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`.";
  }
  if (is_set("/proc/sys/kernel/unprivileged_userns_clone", "0"))
    return "Run `sysctl kernel.unprivileged_userns_clone=1`.";
  if (is_set("/proc/sys/user/max_user_namespaces", "0\n")) return "Run `sysctl user.max_user_namespaces=15000`.";
  return "In a container, allow them: `docker run --security-opt seccomp=unconfined --security-opt "
         "systempaths=unconfined`.";
}

Feature namespaces(Launcher& launcher) {
  Feature feature{.name = "namespaces",
                  .lost = "No command can be run: Tenon never runs one without isolation.",
                  .remedy = remedy_for_namespaces()};
  try {
    const fsops::TemporaryDirectory workspace(launcher.ledger().own(), "probe_");
    Launch launch{.command = {.argv = {"true"}, .workspace = workspace.path()}, .id = SandboxId::make()};
    launch.command.limits = {.wall_ms = 10'000,
                             .cpu_seconds = 10,
                             .memory_bytes = 64U << 20U,
                             .processes = 8,
                             .file_bytes = 1U << 20U,
                             .workspace_bytes = 1U << 20U,
                             .output_bytes = 4096};
    const ExitRecord record = launcher.run(launch, {});
    feature.found = record.succeeded();
    feature.detail = feature.found ? "user, mount, pid, net, ipc, uts and cgroup" : describe(record);
  } catch (const Error& error) {
    feature.detail = error.what();
  }
  return feature;
}

Feature filter() {
  const bool found = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
  return {.name = "system call filter",
          .found = found,
          .detail = found ? "seccomp" : "this kernel has no seccomp",
          .lost = "No command can be run: Tenon never runs one without isolation.",
          .remedy = "Use a kernel with CONFIG_SECCOMP_FILTER."};
}

Feature control_groups(const CgroupPlace& place, Tier weakest) {
  const std::string tier(to_json(place.tier()).as_string());
  return {.name = "control groups",
          .found = place.tier() != Tier::rlimit,
          .detail = fmt::format("tier {}: {}", tier, place.detail()),
          .lost = weakest > place.tier()
                      ? "No command can be run: TENON_SANDBOX_TIER demands more."
                      : "Memory and processor time are limited per process, not per sandbox, and are not measured.",
          .remedy = "Start Tenon with `systemd-run --user --scope -p Delegate=yes tenon ...`, or as root."};
}

Feature private_ids(const Machine& machine) {
  const bool root = ::geteuid() == 0;
  return {.name = "private user ids",
          .found = root,
          .detail = root ? fmt::format("leased in {}", machine.uid_locks.string()) : "commands run as your own user id",
          .lost = "Per-user budgets of the kernel are shared with your other programs. Isolation is the same.",
          .remedy = "Start Tenon as root: it drops to a private id for each sandbox."};
}

Feature forwarder(const std::filesystem::path& program) {
  const bool found = ::access(program.c_str(), X_OK) == 0;
  return {.name = "forwarder",
          .found = found,
          .detail = program.string(),
          .lost = "Apps cannot be started for checks and previews.",
          .remedy = "Reinstall Tenon: its own program is not where it was started from."};
}

}  // namespace

Probe probe_machine(Launcher& launcher) {
  Probe probe{.tier = launcher.cgroups().tier()};
  probe.features = {bubblewrap(launcher.machine()),
                    namespaces(launcher),
                    filter(),
                    control_groups(launcher.cgroups(), launcher.weakest()),
                    private_ids(launcher.machine()),
                    forwarder(launcher.program())};
  const bool isolated = probe.features[0].found && probe.features[1].found && probe.features[2].found;
  probe.usable = isolated && probe.tier >= launcher.weakest();
  return probe;
}

}  // namespace tenon::sandbox
