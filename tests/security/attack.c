/* Attempts to break out, one per name. Prints "ok" or the name of the error for each thing it tries, and whatever it
   got hold of. Plain system calls: no library stands between the attempt and the kernel. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void tell(const char* what, long result) {
  printf("%s %s\n", what, result >= 0 ? "ok" : strerrorname_np(errno));
  fflush(stdout);
}

#define TRY(name, ...) tell(#name, syscall(SYS_##name, __VA_ARGS__))

static void keys(void) {
  TRY(keyctl, 0, -3, 1);
  TRY(add_key, "user", "tenon", "x", 1, -3);
  TRY(request_key, "user", "tenon", NULL, -3);
}

static void kernel_interfaces(void) {
  char buffer[256] = {0};
  TRY(io_uring_setup, 8, buffer);
  TRY(bpf, 0, buffer, sizeof buffer);
  TRY(userfaultfd, 0);
  TRY(perf_event_open, buffer, 0, -1, -1, 0);
  TRY(kexec_load, 0, 0, NULL, 0);
  TRY(init_module, buffer, sizeof buffer, "");
  TRY(finit_module, 0, "", 0);
  TRY(delete_module, "x", 0);
  TRY(swapon, "/workspace/swap", 0);
  TRY(reboot, 0xfee1dead, 672274793, 0, NULL);
  TRY(quotactl, 0, NULL, 0, NULL);
  TRY(acct, "/workspace/acct");
  TRY(syslog, 3, buffer, sizeof buffer);
  TRY(iopl, 3);
  TRY(modify_ldt, 0, buffer, sizeof buffer);
  TRY(fanotify_init, 0, 0);
}

static void io_uring(void) {
  char parameters[256] = {0};
  TRY(io_uring_setup, 8, parameters);
  TRY(io_uring_enter, 0, 0, 0, 0, NULL, 0);
  TRY(io_uring_register, 0, 0, NULL, 0);
}

static void other_processes(void) {
  char byte = 0;
  struct iovec vector = {&byte, 1};
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  TRY(ptrace, 16 /* PTRACE_ATTACH */, child, NULL, NULL);
  TRY(ptrace, 16, 1, NULL, NULL);
  TRY(process_vm_readv, child, &vector, 1, &vector, 1, 0);
  TRY(process_vm_writev, child, &vector, 1, &vector, 1, 0);
  const long pidfd = syscall(SYS_pidfd_open, child, 0);
  TRY(pidfd_getfd, pidfd, 0, 0);
  TRY(kcmp, getpid(), child, 0, 0, 0);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

static void namespaces(void) {
  char* const nested[] = {"bwrap", "--ro-bind", "/", "/", "true", NULL};
  TRY(unshare, CLONE_NEWUSER);
  TRY(unshare, CLONE_NEWNS);
  TRY(setns, 0, 0);
  tell("clone", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0));
  tell("clone-high-bits", syscall(SYS_clone, 0xFFFFFFFF00000000UL | CLONE_NEWNET | SIGCHLD, NULL, NULL, NULL, 0));
  struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
  TRY(clone3, &arguments, sizeof arguments);
  const pid_t child = fork();
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY), 2);
    execvp(nested[0], nested);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf("nested bwrap %s\n", WIFEXITED(status) && WEXITSTATUS(status) != 0 ? "failed" : "ran");
}

static void mounts(void) {
  TRY(mount, "tmpfs", "/tmp", "tmpfs", 0, NULL);
  TRY(mount, NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL);
  TRY(umount2, "/proc", MNT_DETACH);
  TRY(pivot_root, "/workspace", "/workspace");
  TRY(chroot, "/workspace");
  TRY(fsopen, "tmpfs", 0);
  TRY(fsmount, 0, 0, 0);
  TRY(open_tree, AT_FDCWD, "/", 1);
  TRY(move_mount, AT_FDCWD, "/usr", AT_FDCWD, "/tmp", 0);
  TRY(mount_setattr, AT_FDCWD, "/", 0, NULL, 0);
}

static void devices(void) {
  tell("mknod block", mknod("/workspace/disk", S_IFBLK | 0666, makedev(254, 0)));
  tell("mknod char", mknod("/workspace/mem", S_IFCHR | 0666, makedev(1, 1)));
  const char* const names[] = {"/dev/mem",   "/dev/kmsg", "/dev/kvm",     "/dev/fuse",
                               "/dev/loop0", "/dev/vda",  "/dev/net/tun", "/dev/sda"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) tell(names[i], open(names[i], O_RDWR));
}

static void sockets(void) {
  const struct {
    const char* name;
    int family;
    int type;
    int protocol;
  } kinds[] = {
      {"AF_VSOCK", 40, SOCK_STREAM, 0}, {"AF_NETLINK", 16, SOCK_RAW, 0},      {"AF_ALG", 38, SOCK_SEQPACKET, 0},
      {"AF_PACKET", 17, SOCK_RAW, 0},   {"AF_BLUETOOTH", 31, SOCK_RAW, 0},    {"AF_TIPC", 30, SOCK_STREAM, 0},
      {"AF_KEY", 15, SOCK_RAW, 2},      {"AF_XDP", 44, SOCK_RAW, 0},          {"AF_RDS", 21, SOCK_SEQPACKET, 0},
      {"AF_CAN", 29, SOCK_RAW, 1},      {"AF_INET raw", AF_INET, SOCK_RAW, 1}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
    tell(kinds[i].name, syscall(SYS_socket, kinds[i].family, kinds[i].type, kinds[i].protocol));
  }
  tell("AF_VSOCK high bits", syscall(SYS_socket, 0x100000000UL | 40, SOCK_STREAM, 0));
  int pair[2];
  tell("socketpair AF_TIPC", syscall(SYS_socketpair, 30, SOCK_STREAM, 0, pair));
}

static void terminal(void) {
  char byte = 'x';
  tell("/dev/tty", open("/dev/tty", O_RDWR));
  const int pty = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  tell("ptmx", pty);
  TRY(ioctl, pty, 0x5412UL /* TIOCSTI */, &byte);
  TRY(ioctl, pty, 0x100005412UL, &byte);
  TRY(ioctl, pty, 0x541CUL /* TIOCLINUX */, &byte);
  TRY(ioctl, pty, 0xFFFFFFFF0000541CUL, &byte);
}

static void execution_domain(void) {
  TRY(personality, 0x0400000 /* READ_IMPLIES_EXEC */);
  TRY(personality, 0x0040000 /* ADDR_NO_RANDOMIZE */);
  TRY(personality, 0xFFFFFFFF);
}

static void handles(void) {
  struct file_handle* handle = calloc(1, sizeof(struct file_handle) + 128);
  int mount_id = 0;
  handle->handle_bytes = 128;
  TRY(name_to_handle_at, AT_FDCWD, "/workspace", handle, &mount_id, 0);
  handle->handle_bytes = 8;
  handle->handle_type = 1;
  const int root = open("/workspace", O_RDONLY);
  TRY(open_by_handle_at, root, handle, O_RDONLY);
}

static void other_architectures_i386(void) {
#ifdef __x86_64__
  long result = 0;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20 /* getpid */) : "memory");
  printf("i386 getpid %ld\n", result);
#endif
}

static void other_architectures_x32(void) { tell("x32 getpid", syscall(0x40000000 + SYS_getpid)); }

static void clocks(void) {
  struct timespec time = {0, 0};
  struct timeval day = {0, 0};
  TRY(clock_settime, CLOCK_REALTIME, &time);
  TRY(settimeofday, &day, NULL);
  TRY(adjtimex, NULL);
}

static void priorities(void) {
  struct sched_param parameter = {.sched_priority = 50};
  TRY(sched_setscheduler, 0, SCHED_FIFO, &parameter);
  TRY(sched_setscheduler, 0, SCHED_RR, &parameter);
  tell("nice", setpriority(PRIO_PROCESS, 0, -10));
}

static void signals(void) {
  tell("kill -1", kill(-1, 0));
  for (int pid = 3; pid < 70000; ++pid) {
    if (pid != getpid() && kill(pid, SIGKILL) == 0) printf("killed %d\n", pid);
  }
}

static void core_dump(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_CORE, &limit);
  printf("core limit %lu\n", (unsigned long)limit.rlim_max);
  limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
  tell("raise", setrlimit(RLIMIT_CORE, &limit));
}

static void descriptors(void) {
  for (int number = 0; number < 1024; ++number) {
    if (fcntl(number, F_GETFD) >= 0) printf("%d ", number);
  }
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  int count = 0;
  while (open("/dev/null", O_RDONLY) >= 0) ++count;
  printf("\nthen %s below %lu: %s\n", strerrorname_np(errno), (unsigned long)limit.rlim_cur,
         count < 5000 ? "yes" : "no");
}

static void timers(void) {
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  int count = 0;
  while (count < 1000000 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) ++count;
  printf("timers %s: %s\n", count < 10000 ? "bounded" : "unbounded", strerrorname_np(errno));
}

static void locked_memory(void) {
  void* memory = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  tell("mlock", mlock(memory, 64 << 20));
}

/* How far the memory limit lets each kind go; the process is expected to be killed. */
static void fill_memory(void) {
  for (;;) explicit_bzero(malloc(1 << 20), 1 << 20);
}

static void fill_file(int file) {
  static char block[1 << 20];
  memset(block, 1, sizeof block);
  while (write(file, block, sizeof block) > 0) {
  }
}

static void fill_memfd(void) {
  signal(SIGXFSZ, SIG_IGN);
  for (;;) fill_file((int)syscall(SYS_memfd_create, "x", 0));
}

static void fill_shm(void) {
  for (;;) {
    const int id = shmget(IPC_PRIVATE, 8 << 20, IPC_CREAT | 0600);
    if (id < 0) break;
    memset(shmat(id, NULL, 0), 1, 8 << 20);
  }
}

static void fill_pipes(void) {
  static char block[1 << 20];
  for (int count = 0; count < 2000; ++count) {
    int ends[2];
    if (pipe2(ends, O_NONBLOCK) != 0) break;
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    while (write(ends[1], block, sizeof block) > 0) {
    }
  }
}

static void deep_directories(void) {
  static char name[256];
  memset(name, 'd', 255);
  for (int depth = 0; depth < 10000; ++depth) {
    if (mkdir(name, 0700) != 0 || chdir(name) != 0) {
      printf("stopped at %d: %s\n", depth, strerrorname_np(errno));
      return;
    }
  }
  printf("made\n");
}

static void sparse_file(void) {
  signal(SIGXFSZ, SIG_IGN);
  const int file = open("/workspace/sparse", O_CREAT | O_WRONLY, 0600);
  tell("ftruncate", ftruncate(file, 10L << 40));
  tell("pwrite", pwrite(file, "x", 1, 10L << 40));
}

static void many_files(void) {
  char name[32];
  for (int i = 0; i < 10000000; ++i) {
    snprintf(name, sizeof name, "f%d", i);
    if (mknod(name, S_IFREG | 0600, 0) != 0) break;
  }
}

static void setuid_root(void) {
  tell("setuid", setuid(0));
  tell("setresuid", setresuid(0, 0, 0));
  tell("setgroups", syscall(SYS_setgroups, 0, NULL));
  printf("uid %d %d\n", getuid(), geteuid());
}

static const struct {
  const char* name;
  void (*attempt)(void);
} kAttempts[] = {{"keys", keys},
                 {"kernel-interfaces", kernel_interfaces},
                 {"io-uring", io_uring},
                 {"other-processes", other_processes},
                 {"namespaces", namespaces},
                 {"mounts", mounts},
                 {"devices", devices},
                 {"sockets", sockets},
                 {"terminal", terminal},
                 {"execution-domain", execution_domain},
                 {"handles", handles},
                 {"i386", other_architectures_i386},
                 {"x32", other_architectures_x32},
                 {"clocks", clocks},
                 {"priorities", priorities},
                 {"signals", signals},
                 {"core-dump", core_dump},
                 {"descriptors", descriptors},
                 {"timers", timers},
                 {"locked-memory", locked_memory},
                 {"fill-memory", fill_memory},
                 {"fill-memfd", fill_memfd},
                 {"fill-shm", fill_shm},
                 {"fill-pipes", fill_pipes},
                 {"deep-directories", deep_directories},
                 {"sparse-file", sparse_file},
                 {"many-files", many_files},
                 {"setuid-root", setuid_root}};

int main(int count, char** arguments) {
  if (count != 2) return 2;
  for (size_t i = 0; i < sizeof kAttempts / sizeof *kAttempts; ++i) {
    if (strcmp(arguments[1], kAttempts[i].name) != 0) continue;
    kAttempts[i].attempt();
    return 0;
  }
  return 2;
}
