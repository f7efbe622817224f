#include "sandbox/stray_processes.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "native/fsops/file_descriptor.h"
#include "sandbox/control_file.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;
using Matches = std::function<bool(const fs::path& process)>;

// A zombie stays until somebody reaps it, and does nothing. Its state is the letter behind the name in parentheses.
bool is_dead(const fs::path& process) {
  const std::string line = read_control(process / "stat").value_or("");
  const std::size_t name_end = line.rfind(')');
  return name_end == std::string::npos || line.substr(name_end + 1).starts_with(" Z");
}

bool belongs_to(const fs::path& process, uid_t uid) {
  struct stat status{};
  return ::stat(process.c_str(), &status) == 0 && status.st_uid == uid;
}

bool has_entry(const fs::path& process, const std::string& entry) {
  const std::string environment = std::string(1, '\0') + read_control(process / "environ").value_or("");
  return environment.find(std::string(1, '\0') + entry + '\0') != std::string::npos;
}

// The number may be another process's by now: it is looked at again once a descriptor holds it.
void kill_if(const fs::path& process, int pid, const Matches& matches) {
  const fsops::FileDescriptor descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (descriptor && matches(process)) ::syscall(SYS_pidfd_send_signal, descriptor.number(), SIGKILL, nullptr, 0);
}

bool kill_once(const Matches& matches) {
  bool found = false;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename();
    int pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size()) continue;
    if (!matches(entry.path()) || is_dead(entry.path())) continue;
    found = true;
    kill_if(entry.path(), pid, matches);
  }
  return found;
}

void kill_all(const Matches& matches) {
  while (kill_once(matches)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

void kill_processes_of(const UidLease& lease) {
  kill_all([uid = lease.uid()](const fs::path& process) { return belongs_to(process, uid); });
}

void kill_processes_with(const std::string& environment_entry) {
  kill_all([uid = ::geteuid(), &environment_entry](const fs::path& process) {
    return belongs_to(process, uid) && has_entry(process, environment_entry);
  });
}

}  // namespace tenon::sandbox
