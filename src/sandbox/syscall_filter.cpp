#include "sandbox/syscall_filter.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>

#include <fmt/format.h>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {
namespace {

// Left out on purpose: keyctl add_key request_key · io_uring_* · io_setup (a budget of the whole host) · userfaultfd ·
// process_vm_* process_madvise ptrace kcmp pidfd_getfd · bpf perf_event_open · mount umount2 pivot_root chroot fsopen
// fsmount fsconfig fspick open_tree move_mount mount_setattr · setns unshare · kexec_* *_module · name_to_handle_at
// open_by_handle_at · mq_* · memfd_secret vmsplice · quotactl swapon swapoff acct reboot syslog · settimeofday
// clock_settime adjtimex · sethostname setdomainname · iopl ioperm modify_ldt · fanotify_*.
constexpr const char* kAllowed[] = {
    // files
    "access", "chdir", "chmod", "chown", "close", "close_range", "copy_file_range", "creat", "dup", "dup2", "dup3",
    "faccessat", "faccessat2", "fadvise64", "fallocate", "fchdir", "fchmod", "fchmodat", "fchown", "fchownat", "fcntl",
    "fdatasync", "fgetxattr", "flistxattr", "flock", "fremovexattr", "fsetxattr", "fstat", "fstatfs", "fsync",
    "ftruncate", "futimesat", "getcwd", "getdents", "getdents64", "getxattr", "inotify_add_watch", "inotify_init",
    "inotify_init1", "inotify_rm_watch", "lchown", "lgetxattr", "link", "linkat", "listxattr", "llistxattr",
    "lremovexattr", "lseek", "lsetxattr", "lstat", "mkdir", "mkdirat", "mknod", "mknodat", "newfstatat", "open",
    "openat", "openat2", "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead",
    "readlink", "readlinkat", "readv", "removexattr", "rename", "renameat", "renameat2", "rmdir", "sendfile",
    "setxattr", "splice", "stat", "statfs", "statx", "symlink", "symlinkat", "sync", "sync_file_range", "syncfs", "tee",
    "truncate", "umask", "unlink", "unlinkat", "utime", "utimensat", "utimes", "write", "writev",
    // memory
    "brk", "madvise", "membarrier", "memfd_create", "mincore", "mlock", "mlock2", "mlockall", "mmap", "mprotect",
    "mremap", "msync", "munlock", "munlockall", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect",
    // processes and threads
    "arch_prctl", "capget", "capset", "execve", "execveat", "exit", "exit_group", "fork", "futex", "futex_waitv",
    "get_robust_list", "get_thread_area", "getcpu", "getegid", "geteuid", "getgid", "getgroups", "getpgid", "getpgrp",
    "getpid", "getppid", "getpriority", "getresgid", "getresuid", "getrlimit", "getrusage", "getsid", "gettid",
    "getuid", "kill", "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self", "pidfd_open",
    "pidfd_send_signal", "prctl", "prlimit64", "restart_syscall", "rseq", "seccomp", "set_robust_list",
    "set_thread_area", "set_tid_address", "setfsgid", "setfsuid", "setgid", "setgroups", "setpgid", "setpriority",
    "setregid", "setresgid", "setresuid", "setreuid", "setrlimit", "setsid", "setuid", "sysinfo", "tgkill", "tkill",
    "uname", "vfork", "wait4", "waitid", "waitpid",
    // scheduling (raising a priority needs a capability or a limit that nobody inside has)
    "get_mempolicy", "ioprio_get", "ioprio_set", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_getscheduler", "sched_rr_get_interval",
    "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler", "sched_yield",
    // signals, time, waiting
    "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2", "getitimer", "gettimeofday", "nanosleep",
    "pause", "poll", "ppoll", "pselect6", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_tgsigqueueinfo", "select", "setitimer", "sigaltstack",
    "signalfd", "signalfd4", "time", "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime",
    "timer_settime", "timerfd_create", "timerfd_gettime", "timerfd_settime", "times",
    // pipes, sockets (their families are below), System V IPC of the own namespace
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "msgctl", "msgget",
    "msgrcv", "msgsnd", "pipe", "pipe2", "recvfrom", "recvmmsg", "recvmsg", "semctl", "semget", "semop", "semtimedop",
    "sendmmsg", "sendmsg", "sendto", "setsockopt", "shmat", "shmctl", "shmdt", "shmget", "shutdown",
    // random numbers
    "getrandom"};

constexpr std::uint64_t kLow32 = 0xFFFFFFFF;

// Not TIOCSTI and TIOCLINUX, which type into a terminal (CVE-2017-5226), and nothing of a driver.
constexpr std::uint64_t kTerminalAndFileRequests[] = {
    TCGETS,       TCSETS,        TCSETSW,         TCSETSF,       TCGETA,         TCSBRK,         TCSBRKP,
    TCXONC,       TCFLSH,        TIOCGWINSZ,      TIOCSWINSZ,    TIOCGPGRP,      TIOCSPGRP,      TIOCGSID,
    TIOCSCTTY,    TIOCNOTTY,     TIOCOUTQ,        TIOCEXCL,      TIOCNXCL,       TIOCGPTN,       TIOCSPTLCK,
    TIOCGPTPEER,  TIOCGPTLCK,    FIONREAD,        FIONBIO,       FIOASYNC,       FIOCLEX,        FIONCLEX,
    FIOQSIZE,     FIGETBSZ,      FS_IOC_GETFLAGS, FS_IOC_FIEMAP, FICLONE,        FICLONERANGE,   FIDEDUPERANGE,
    SIOCGIFCONF,  SIOCGIFNAME,   SIOCGIFFLAGS,    SIOCGIFADDR,   SIOCGIFNETMASK, SIOCGIFBRDADDR, SIOCGIFMTU,
    SIOCGIFINDEX, SIOCGIFHWADDR, SIOCATMARK};

constexpr std::uint64_t kNewNamespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release) {
    if (!context_) refuse("seccomp_init", ENOMEM);
    check("the action for other architectures",
          seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    check("the order of the filter", seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));
  }

  // A name that this libseccomp does not know stays refused.
  template <class... Conditions>
  void act(std::uint32_t action, const char* name, Conditions... conditions) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) return;
    check(name, seccomp_rule_add(context_.get(), action, number, sizeof...(conditions), conditions...));
  }

  template <class... Conditions>
  void allow(const char* name, Conditions... conditions) {
    act(SCMP_ACT_ALLOW, name, conditions...);
  }

  std::string program() const {
    const fsops::FileDescriptor file(::memfd_create("filter", MFD_CLOEXEC));
    check("a file for the filter", file ? 0 : -errno);
    check("the filter", seccomp_export_bpf(context_.get(), file.number()));
    std::string bytes(static_cast<std::size_t>(::lseek(file.number(), 0, SEEK_END)), '\0');
    if (::pread(file.number(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
      refuse("the filter", EIO);
    return bytes;
  }

 private:
  static void check(std::string_view what, int result) {
    if (result < 0) refuse(what, -result);
  }
  [[noreturn]] static void refuse(std::string_view what, int error) {
    throw Error(
        ErrorCode::sandbox_unavailable,
        fmt::format("the system call filter cannot be made: {}: {}", what, system_error("seccomp", error).what()),
        "Install libseccomp 2.5 or newer.");
  }

  std::unique_ptr<void, decltype(&seccomp_release)> context_;
};

// Arguments are compared in their low 32 bits where the kernel looks at an int only: upper bits must not hide a value.
scmp_arg_cmp low32(unsigned argument, std::uint64_t value) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = kLow32, .datum_b = value};
}

}  // namespace

std::string syscall_filter() {
  Filter filter;
  for (const char* name : kAllowed) filter.allow(name);
  filter.act(SCMP_ACT_ERRNO(ENOSYS), "clone3");
  filter.allow("clone", scmp_arg_cmp{.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = kNewNamespaces, .datum_b = 0});
  filter.allow("personality", low32(0, 0));
  filter.allow("personality", low32(0, kLow32));  // asks, changes nothing
  for (const int family : {AF_UNIX, AF_INET, AF_INET6}) {
    filter.allow("socket", low32(0, static_cast<std::uint64_t>(family)));
  }
  filter.allow("socketpair", low32(0, AF_UNIX));
  for (const std::uint64_t request : kTerminalAndFileRequests) filter.allow("ioctl", low32(1, request & kLow32));
  return filter.program();
}

}  // namespace tenon::sandbox
