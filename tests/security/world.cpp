#include "world.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace tenon::security {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

// User ids apart from those of a Tenon that runs on this machine at the same time.
Settings settings_in(const fs::path& data) {
  return read_settings({{"TENON_DATA", data.string()}, {"HOME", "/"}, {"TENON_SANDBOX_UID_BASE", "3000000"}},
                       "/nowhere/tenon");
}

sandbox::Machine machine_in(const fs::path& directory) {
  fs::create_directories(directory / "sockets");
  return {.cgroup = "tenon-security", .sockets = directory / "sockets"};
}

bool is_root() { return ::geteuid() == 0; }

Sandbox::Sandbox()
    : directory_(fs::temp_directory_path(), "tenon-security-"), workspace_(directory_.path() / "workspace") {
  settings_ = settings_in(directory_.path() / "data");
  command_.workspace = workspace_;
  command_.limits = {.wall_ms = 20'000,
                     .cpu_seconds = 10,
                     .memory_bytes = 128U << 20U,
                     .processes = 64,
                     .file_bytes = 32U << 20U,
                     .workspace_bytes = 64U << 20U,
                     .output_bytes = 64U << 10U};
  command_.binds = {{.host = TENON_ATTACK_PROGRAM, .inside = "/run/attack", .access = sandbox::Access::read_only}};
}

Sandbox::~Sandbox() = default;

void Sandbox::SetUp() {
  fs::create_directory(workspace_);
  before_ = host();
  sandbox_ = std::make_unique<sandbox::Sandbox>(settings_, TENON_FORWARDER_PROGRAM, machine_in(directory_.path()));
  if (!sandbox_->probe().usable) FAIL() << json::serialize(to_json(sandbox_->probe()));
}

void Sandbox::TearDown() {
  // The supervisor is alive and well: it can still run a command.
  sandbox::Command command{.argv = {"true"}, .workspace = workspace_, .limits = sandbox::limits_from(settings_)};
  EXPECT_TRUE(sandbox_->run(command).succeeded());
  sandbox_.reset();
  EXPECT_TRUE(fs::is_empty(settings_.data / "sandbox"));
  const HostState after = host();
  EXPECT_EQ(after.mounts, before_.mounts);
  EXPECT_EQ(after.processes, before_.processes);
  EXPECT_EQ(after.cgroups, before_.cgroups);
  EXPECT_EQ(after.listening, before_.listening);
}

ExitRecord Sandbox::run(std::vector<std::string> argv) {
  command_.argv = std::move(argv);
  return sandbox_->run(command_);
}

std::string Sandbox::attack(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "/run/attack");
  const ExitRecord record = run(std::move(arguments));
  if (record.outcome == Outcome::signalled) return "killed by signal " + std::to_string(record.signal);
  return record.standard_output.text + record.standard_error.text;
}

fs::path Sandbox::write_file(const std::string& name, const std::string& text) const {
  std::ofstream(workspace_ / name) << text;
  return workspace_ / name;
}

HostState Sandbox::host() const {
  HostState state;
  state.mounts = text_of("/proc/self/mountinfo");
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    struct stat status{};
    const std::string pid = entry.path().filename();
    const bool process = !pid.empty() && std::isdigit(static_cast<unsigned char>(pid.front())) != 0;
    if (!process || ::stat(entry.path().c_str(), &status) != 0) continue;
    const std::string name = text_of(entry.path() / "comm");
    const bool private_id = status.st_uid >= settings_.sandbox_uid_base &&
                            status.st_uid - settings_.sandbox_uid_base < settings_.sandbox_uid_count;
    const bool of_a_sandbox = is_root() ? private_id : status.st_uid == ::geteuid() && name == "bwrap\n";
    // A dead process that the machine's init has not reaped yet does nothing any more.
    const std::string line = text_of(entry.path() / "stat");
    const std::size_t name_end = line.rfind(')');
    const bool dead = name_end == std::string::npos || line.substr(name_end + 2, 1) == "Z";
    if (of_a_sandbox && !dead) state.processes.insert(pid + " " + name);
  }
  for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
    for (fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, failed), end;
         at != end; at.increment(failed)) {
      const bool ours = at->path().parent_path().filename() == "tenon-security";
      if (ours) state.cgroups.insert(at->path().string());
    }
  }
  std::istringstream lines(text_of("/proc/net/unix"));
  for (std::string line; std::getline(lines, line);) {
    const bool listening = line.find(" 00010000 ") != std::string::npos;
    if (listening && line.find(directory_.path().string()) != std::string::npos) state.listening.insert(line);
  }
  return state;
}

}  // namespace tenon::security
