// Starts a child process with exactly what is described and nothing else: no inherited descriptor, environment, signal
// mask or handler. The child is made with CLONE_VM | CLONE_VFORK (or CLONE_INTO_CGROUP), so the cost does not grow with
// our memory.
//
// The death signal is sent when the *thread* that called spawn() ends (prctl(2), PR_SET_PDEATHSIG): call it on a thread
// that outlives the child. Needs Linux 5.9 (close_range). Thread safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tenon::io {

struct Credentials {
  uid_t user = 0;
  gid_t group = 0;
};

struct ResourceLimit {
  int resource = 0;  // RLIMIT_...
  std::uint64_t value = 0;
};

// A mount of the child's own mount namespace, put in place before it gives up its privileges.
struct StagedMount {
  enum class Kind { directory, file };
  int source = -1;     // detached mount, from detached_mount()
  std::string target;  // directly below Seclusion::root
  Kind kind = Kind::directory;
};

// A mount and a pid namespace of the child's own; needs root. `root` is an empty tmpfs with the mounts in it: an
// unprivileged child can reach what lies behind directories it may not enter. The child is the first process of its pid
// namespace: the kernel kills whatever it started when it ends, and reports its end when all of that is dead
// (pid_namespaces(7)).
struct Seclusion {
  std::string root;
  std::vector<StagedMount> mounts;
};

struct SpawnRequest {
  std::vector<std::string> argv;         // argv[0] is a path; PATH is not searched
  std::vector<std::string> environment;  // NAME=value
  // The child's descriptors: target number, our descriptor. Everything else is closed.
  std::vector<std::pair<int, int>> descriptors;
  int working_directory = -1;  // directory descriptor; -1: keep ours
  std::optional<Credentials> credentials;
  std::vector<ResourceLimit> resource_limits;  // values above our own hard limit are lowered to it
  std::optional<Seclusion> seclusion;
  std::vector<int> join_by_write;  // descriptors of cgroup v1 `tasks` files: "0" is written to each
  int cgroup = -1;                 // descriptor of a cgroup v2 directory the child is born in
  int death_signal = 0;            // sent when the spawning thread ends; 0: none
};

struct ExitStatus {
  int code = 0;                      // of exit()
  int signal = 0;                    // 0: exited
  std::chrono::microseconds user{};  // processor time, with that of the children it waited for
  std::chrono::microseconds system{};
};

// A child that was started. Not waited for by its destructor: whoever starts it waits for it.
class Process {
 public:
  Process(pid_t pid, int pidfd) : pid_(pid), pidfd_(pidfd) {}
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_; }  // readable once the process has ended

  // To this very process, never to another that got its number later. False when it has ended already.
  bool signal(int number) const;

  // Blocks until it ended, and reaps it. To be called once.
  ExitStatus wait();

 private:
  pid_t pid_;
  int pidfd_;
};

// Reaps a process that was not started by us but became our child (PR_SET_CHILD_SUBREAPER), or nothing if it is not.
std::optional<ExitStatus> reap(int pidfd);

// A copy of the mount at `path` (a descriptor of a file or directory) that is attached nowhere yet; its descriptor.
// Needs root.
int detached_mount(int path);

// Throws system_error naming the step that failed ("cannot start /usr/bin/bwrap: execve: ...").
Process spawn(const SpawnRequest& request);

}  // namespace tenon::io
