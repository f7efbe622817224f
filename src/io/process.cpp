#include "io/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>

#include <fmt/format.h>

#include "core/error.h"

// What runs in the child shares our memory (and, under a sanitizer, its bookkeeping): plain system calls only, nothing
// that allocates, nothing instrumented.
#define TENON_IN_CHILD __attribute__((no_sanitize("address", "undefined", "thread")))

namespace tenon::io {
namespace {

enum class Step : int { cgroup, seclusion, mount, limits, descriptors, directory, credentials, parent, execute };

constexpr std::array<const char*, 9> kStepNames = {
    "join its control group", "make its namespaces", "mount what it needs", "set its limits", "set its descriptors",
    "enter its directory",    "set its user",        "follow its parent",   "execute it"};

struct Failure {
  Step step;
  int error;
};

constexpr std::size_t kStackBytes = 64U << 10U;
constexpr int kKernelSignals = 64;
// Its clone() takes every child for a fork and works on memory that is then ours.
#if __has_feature(thread_sanitizer)
constexpr bool kThreadSanitizer = true;
#else
constexpr bool kThreadSanitizer = false;
#endif

// Everything the child needs, allocated beforehand.
struct Plan {
  const SpawnRequest* request = nullptr;
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::vector<ResourceLimit> limits;
  std::vector<std::pair<int, int>> moved;  // target, and room for the copy that no target overwrites
  int first_free = 0;                      // above every target
  int report = -1;
  int report_reading = -1;  // the parent's end
};

template <class... Arguments>
TENON_IN_CHILD long call(long number, Arguments... arguments) {
  return ::syscall(number, arguments...);
}

[[noreturn]] TENON_IN_CHILD void fail(const Plan& plan, Step step) {
  const Failure failure{step, errno};
  call(SYS_write, plan.report, &failure, sizeof failure);
  for (;;) call(SYS_exit_group, 127);
}

TENON_IN_CHILD void seclude(const Plan& plan) {
  const Seclusion& seclusion = *plan.request->seclusion;
  if (call(SYS_unshare, CLONE_NEWNS) != 0) fail(plan, Step::seclusion);
  if (call(SYS_mount, nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail(plan, Step::seclusion);
  // Not fatal where it cannot be done: fewer mounts only make those faster that look through their list.
  call(SYS_umount2, "/sys", MNT_DETACH);
  if (call(SYS_mount, "proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) fail(plan, Step::mount);
  if (call(SYS_mount, "tmpfs", seclusion.root.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64k") != 0) {
    fail(plan, Step::mount);
  }
  for (const StagedMount& mount : seclusion.mounts) {
    const char* target = mount.target.c_str();
    const long made = mount.kind == StagedMount::Kind::directory
                          ? call(SYS_mkdirat, AT_FDCWD, target, 0755)
                          : call(SYS_mknodat, AT_FDCWD, target, S_IFREG | 0644, 0);
    if (made != 0) fail(plan, Step::mount);
    if (call(SYS_move_mount, mount.source, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) != 0) {
      fail(plan, Step::mount);
    }
  }
}

// First away from all targets, then to them: a source may have the number of another's target.
TENON_IN_CHILD void set_descriptors(Plan& plan) {
  const auto& wanted = plan.request->descriptors;
  plan.report = static_cast<int>(call(SYS_fcntl, plan.report, F_DUPFD_CLOEXEC, plan.first_free));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const long copy = call(SYS_fcntl, wanted[i].second, F_DUPFD_CLOEXEC, plan.first_free);
    if (copy < 0) fail(plan, Step::descriptors);
    plan.moved[i].second = static_cast<int>(copy);
  }
  if (call(SYS_close_range, 0, ~0U, CLOSE_RANGE_CLOEXEC) != 0) fail(plan, Step::descriptors);
  for (const auto& [target, copy] : plan.moved) {
    if (call(SYS_dup3, copy, target, 0) < 0) fail(plan, Step::descriptors);
  }
}

// The raw calls act on this task only; glibc's would change every thread of the supervisor, whose memory we share.
TENON_IN_CHILD void set_credentials(const Plan& plan) {
  const Credentials& credentials = *plan.request->credentials;
  if (call(SYS_setgroups, 0, nullptr) != 0 ||
      call(SYS_setresgid, credentials.group, credentials.group, credentials.group) != 0 ||
      call(SYS_setresuid, credentials.user, credentials.user, credentials.user) != 0) {
    fail(plan, Step::credentials);
  }
}

// After the credentials: changing them forgets the death signal. A parent that died before that has closed its end of
// our report, as we did (its number tells nothing: seen from another pid namespace it is 0).
TENON_IN_CHILD void follow_parent(const Plan& plan) {
  if (call(SYS_prctl, PR_SET_PDEATHSIG, plan.request->death_signal, 0, 0, 0) != 0) fail(plan, Step::parent);
  pollfd orphaned{.fd = plan.report, .events = 0, .revents = 0};
  const timespec at_once{};
  if (call(SYS_ppoll, &orphaned, 1, &at_once, nullptr, 0) != 0) fail(plan, Step::parent);
}

TENON_IN_CHILD void reset_signals() {
  struct {
    void* handler;
    unsigned long flags;
    void* restorer;
    std::uint64_t mask;
  } standard{};
  for (int number = 1; number <= kKernelSignals; ++number) {
    call(SYS_rt_sigaction, number, &standard, nullptr, sizeof standard.mask);
  }
  const std::uint64_t none = 0;
  call(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none);
}

TENON_IN_CHILD int child(void* argument) {
  Plan& plan = *static_cast<Plan*>(argument);
  const SpawnRequest& request = *plan.request;
  call(SYS_close, plan.report_reading);
  for (const int tasks : request.join_by_write) {
    if (call(SYS_write, tasks, "0", 1) != 1) fail(plan, Step::cgroup);
  }
  if (request.seclusion) seclude(plan);
  for (const ResourceLimit& limit : plan.limits) {
    const std::uint64_t pair[2] = {limit.value, limit.value};
    if (call(SYS_prlimit64, 0, limit.resource, pair, nullptr) != 0) fail(plan, Step::limits);
  }
  if (request.working_directory >= 0 && call(SYS_fchdir, request.working_directory) != 0) fail(plan, Step::directory);
  set_descriptors(plan);
  if (request.credentials) set_credentials(plan);
  if (call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail(plan, Step::credentials);
  if (request.death_signal != 0) follow_parent(plan);
  reset_signals();
  call(SYS_execve, plan.argv[0], plan.argv.data(), plan.environment.data());
  fail(plan, Step::execute);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// Without CAP_SYS_RESOURCE a hard limit cannot be raised.
std::vector<ResourceLimit> within_our_own(std::vector<ResourceLimit> limits) {
  for (ResourceLimit& limit : limits) {
    rlimit own{};
    ::getrlimit(static_cast<__rlimit_resource>(limit.resource), &own);
    if (own.rlim_max != RLIM_INFINITY) limit.value = std::min<std::uint64_t>(limit.value, own.rlim_max);
  }
  return limits;
}

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot make a pipe", errno);
  }
  ~Pipe() {
    ::close(ends[0]);
    close_writing();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_writing() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
};

// No handler of ours may run in a child that shares our memory.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

int namespaces_of(const Plan& plan) { return plan.request->seclusion ? CLONE_NEWPID : 0; }

// glibc offers no clone3, and without it no memory can be shared (the child needs its own stack): a copy, like fork().
pid_t clone_copying_memory(Plan& plan, int& pidfd) {
  const int cgroup = plan.request->cgroup;
  clone_args arguments{};
  arguments.flags = CLONE_PIDFD | CLONE_VFORK | static_cast<std::uint64_t>(namespaces_of(plan));
  if (cgroup >= 0) arguments.flags |= CLONE_INTO_CGROUP;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = cgroup >= 0 ? static_cast<std::uint64_t>(cgroup) : 0;
  const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid == 0) child(&plan);
  return static_cast<pid_t>(pid);
}

pid_t clone_sharing_memory(Plan& plan, std::byte* stack, int& pidfd) {
  const int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD | namespaces_of(plan);
  return ::clone(child, stack + kStackBytes, flags, &plan, &pidfd, nullptr, nullptr);
}

std::chrono::microseconds duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

Process::Process(Process&& other) noexcept : pid_(other.pid_), pidfd_(std::exchange(other.pidfd_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  return *this;
}

Process::~Process() {
  if (pidfd_ >= 0) ::close(pidfd_);
}

bool Process::signal(int number) const { return ::syscall(SYS_pidfd_send_signal, pidfd_, number, nullptr, 0) == 0; }

ExitStatus Process::wait() {
  const auto status = reap(pidfd_);
  if (!status) throw system_error(fmt::format("cannot wait for process {}", pid_), errno);
  return *status;
}

std::optional<ExitStatus> reap(int pidfd) {
  siginfo_t ended{};
  rusage used{};
  long result = 0;
  do {
    result = ::syscall(SYS_waitid, P_PIDFD, pidfd, &ended, WEXITED, &used);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return std::nullopt;
  const bool exited = ended.si_code == CLD_EXITED;
  return ExitStatus{.code = exited ? ended.si_status : 0,
                    .signal = exited ? 0 : ended.si_status,
                    .user = duration_of(used.ru_utime),
                    .system = duration_of(used.ru_stime)};
}

int detached_mount(int path) {
  const long mount =
      ::syscall(SYS_open_tree, path, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (mount < 0) throw system_error("cannot copy a mount", errno);
  return static_cast<int>(mount);
}

Process spawn(const SpawnRequest& request) {
  Pipe report;
  Plan plan{.request = &request,
            .argv = pointers(request.argv),
            .environment = pointers(request.environment),
            .limits = within_our_own(request.resource_limits),
            .moved = request.descriptors,
            .first_free = 3,
            .report = report.ends[1],
            .report_reading = report.ends[0]};
  for (const auto& [target, source] : request.descriptors) plan.first_free = std::max(plan.first_free, target + 1);

  const auto stack = std::make_unique_for_overwrite<std::byte[]>(kStackBytes);
  int pidfd = -1;
  pid_t pid = -1;
  int error = 0;
  {
    const SignalsBlocked blocked;
    pid = request.cgroup >= 0 || kThreadSanitizer ? clone_copying_memory(plan, pidfd)
                                                  : clone_sharing_memory(plan, stack.get(), pidfd);
    error = errno;
  }
  if (pid < 0) throw system_error(fmt::format("cannot start {}", request.argv.front()), error);

  Process process(pid, pidfd);
  report.close_writing();
  Failure failure{};
  if (::read(report.ends[0], &failure, sizeof failure) == static_cast<ssize_t>(sizeof failure)) {
    process.wait();
    throw system_error(fmt::format("cannot start {}: could not {}", request.argv.front(),
                                   kStepNames.at(static_cast<std::size_t>(failure.step))),
                       failure.error);
  }
  return process;
}

}  // namespace tenon::io
