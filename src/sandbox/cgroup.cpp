#include "sandbox/cgroup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "core/error.h"
#include "core/log.h"
#include "sandbox/cgroup_search.h"
#include "sandbox/control_file.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

// bubblewrap's two processes live in the group as well.
constexpr std::uint64_t kOwnProcesses = 2;
constexpr int kRemovalAttempts = 2000;

struct Knob {
  enum class Need { required, where_present };
  const char* file;
  std::string value;
  Need need = Need::where_present;
};

std::vector<Knob> knobs_of(Tier tier, const Limits& limits) {
  const std::string memory = std::to_string(limits.memory_bytes);
  const std::string processes = std::to_string(limits.processes + kOwnProcesses);
  if (tier == Tier::cgroup2) {
    return {{"memory.max", memory, Knob::Need::required},
            {"memory.swap.max", "0"},
            {"memory.oom.group", "1"},
            {"pids.max", processes, Knob::Need::required}};
  }
  return {{"memory.limit_in_bytes", memory, Knob::Need::required},
          {"memory.memsw.limit_in_bytes", memory},
          {"pids.max", processes, Knob::Need::required}};
}

std::optional<fs::path> owner_of(const std::vector<fs::path>& directories, std::string_view name) {
  for (const fs::path& directory : directories) {
    if (::access((directory / name).c_str(), F_OK) == 0) return directory / name;
  }
  return std::nullopt;
}

void set(const std::vector<fs::path>& directories, const Knob& knob) {
  const auto file = owner_of(directories, knob.file);
  if (!file && knob.need == Knob::Need::where_present) return;
  const int error = file ? write_control(*file, knob.value) : ENOENT;
  if (error == 0) return;
  throw Error(
      ErrorCode::sandbox_unavailable,
      fmt::format("the limit {} of a sandbox cannot be set: {}", knob.file, system_error("write", error).what()),
      "Run `tenon doctor`.");
}

// The number may be another process's by the time it is used; the descriptor is checked against the group once more.
void kill_member(const fs::path& members, const std::string& pid) {
  const fsops::FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(pid.c_str()), 0)));
  if (!process) return;
  std::istringstream again(read_control(members).value_or(""));
  for (std::string line; std::getline(again, line);) {
    if (line == pid) ::syscall(SYS_pidfd_send_signal, process.number(), SIGKILL, nullptr, 0);
  }
}

void kill_all(const std::vector<fs::path>& directories) {
  if (const auto kill = owner_of(directories, "cgroup.kill")) {
    write_control(*kill, "1");
    return;
  }
  // No process of the group can fork any more, so that a finite number of kills is enough.
  if (const auto limit = owner_of(directories, "pids.max")) write_control(*limit, "0");
  for (const fs::path& directory : directories) {
    std::istringstream members(read_control(directory / "cgroup.procs").value_or(""));
    for (std::string pid; std::getline(members, pid);) kill_member(directory / "cgroup.procs", pid);
  }
}

// A group cannot be removed while one of its processes dies.
void remove_all(const std::vector<fs::path>& directories) {
  for (int attempt = 0; attempt < kRemovalAttempts; ++attempt) {
    bool gone = true;
    for (const fs::path& directory : directories) gone = (::rmdir(directory.c_str()) == 0 || errno == ENOENT) && gone;
    if (gone) return;
    if (attempt > 0) kill_all(directories);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  log::error("a control group cannot be removed", {{"group", directories.front().string()}});
}

}  // namespace

Cgroup::Cgroup(Tier tier, std::vector<fs::path> directories) : tier_(tier), directories_(std::move(directories)) {
  if (tier_ == Tier::cgroup2) {
    directory_ = fsops::FileDescriptor(::open(directories_.front().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return;
  }
  for (const fs::path& directory : directories_) {
    tasks_.emplace_back(::open((directory / "tasks").c_str(), O_WRONLY | O_CLOEXEC));
    if (!tasks_.back()) throw system_error(fmt::format("cannot open the control group {}", directory.string()), errno);
  }
}

Cgroup::~Cgroup() {
  if (!directories_.empty()) remove_all(directories_);
}

std::vector<int> Cgroup::join_by_write() const {
  std::vector<int> files;
  for (const fsops::FileDescriptor& file : tasks_) files.push_back(file.number());
  return files;
}

fs::path Cgroup::file(std::string_view name) const { return owner_of(directories_, name).value_or(fs::path()); }

CgroupUsage Cgroup::usage() const {
  using std::chrono::microseconds;
  using std::chrono::nanoseconds;
  if (tier_ == Tier::rlimit) return {};
  const auto read = [&](std::string_view name) { return read_control(file(name)).value_or(""); };
  if (tier_ == Tier::cgroup2) {
    const std::string cpu = read("cpu.stat");
    return {.user = microseconds(number_of(cpu, "user_usec")),
            .system = microseconds(number_of(cpu, "system_usec")),
            .peak_memory_bytes = number_of(read("memory.peak"), ""),
            .memory_kills = number_of(read("memory.events"), "oom_kill")};
  }
  const auto time = [&](std::string_view name) {
    return std::chrono::duration_cast<microseconds>(nanoseconds(number_of(read(name), "")));
  };
  return {.user = time("cpuacct.usage_user"),
          .system = time("cpuacct.usage_sys"),
          .peak_memory_bytes = number_of(read("memory.max_usage_in_bytes"), ""),
          .memory_kills = number_of(read("memory.oom_control"), "oom_kill")};
}

CgroupPlace::CgroupPlace(const fs::path& mount_table, const fs::path& membership, const std::string& parent) {
  CgroupDirectories found = find_cgroups(mount_table, membership);
  tier_ = found.tier;
  detail_ = std::move(found.detail);
  for (const fs::path& base : found.bases) parents_.push_back(base / parent);
  make_parents();
}

CgroupPlace::~CgroupPlace() {
  for (const fs::path& parent : parents_) ::rmdir(parent.c_str());
}

void CgroupPlace::make_parents() const {
  for (const fs::path& parent : parents_) {
    if (::mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST) {
      throw system_error(fmt::format("cannot make the control group {}", parent.string()), errno);
    }
    if (tier_ != Tier::cgroup2) continue;
    write_control(parent / "cgroup.subtree_control", "+memory +pids");
  }
}

std::vector<fs::path> CgroupPlace::directories_of(const std::string& name) const {
  std::vector<fs::path> directories;
  for (const fs::path& parent : parents_) directories.push_back(parent / name);
  return directories;
}

Cgroup CgroupPlace::make(const std::string& name, const Limits& limits) const {
  if (tier_ == Tier::rlimit) return {};
  std::vector<fs::path> directories = directories_of(name);
  for (const fs::path& directory : directories) {
    int error = ::mkdir(directory.c_str(), 0755) == 0 ? 0 : errno;
    if (error == ENOENT) {  // another program that ended took the parent with it
      make_parents();
      error = ::mkdir(directory.c_str(), 0755) == 0 ? 0 : errno;
    }
    if (error == 0) continue;
    remove_all(directories);
    throw system_error(fmt::format("cannot make the control group {}", directory.string()), error);
  }
  Cgroup group(tier_, std::move(directories));
  for (const Knob& knob : knobs_of(tier_, limits)) set(directories_of(name), knob);
  return group;
}

void CgroupPlace::remove(const std::string& name) const {
  if (tier_ == Tier::rlimit) return;
  const std::vector<fs::path> directories = directories_of(name);
  kill_all(directories);
  remove_all(directories);
}

}  // namespace tenon::sandbox
