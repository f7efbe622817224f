// K rows: ways out through the kernel, its files and other processes.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stop_token>
#include <thread>

#include "core/error.h"

#include "world.h"

namespace tenon::security {
namespace {

using testing::HasSubstr;
using testing::Not;

// Every line of an attempt must end in one of these.
void expect_each_refused(const std::string& attempts, const std::set<std::string>& refusals) {
  std::istringstream lines(attempts);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(refusals.contains(line.substr(line.rfind(' ') + 1))) << line;
  }
  EXPECT_GT(count, 0);
}

TEST_F(Sandbox, K1_SecretsOfTheHostAreNotThere) {
  std::ofstream(data() / "secret") << "token";
  const ExitRecord record = shell(R"(
for path in /etc/shadow /etc/ssh /root /root/.ssh /home /var /srv /opt /boot /sys /run/tenon /proc/kcore; do
  ls -d "$path" 2>/dev/null && cat "$path" 2>/dev/null
done
cat )" + (data() / "secret").string() +
                                  R"( 2>/dev/null
ls / /run)");
  EXPECT_THAT(record.standard_output.text, Not(HasSubstr("token")));
  for (const char* path : {"shadow", "ssh", "/root", "/home", "/var", "/srv", "/opt", "/boot", "/sys", "/run/tenon"}) {
    EXPECT_THAT(record.standard_output.text, Not(HasSubstr(path))) << path;
  }
  const ExitRecord environment =
      shell("tr '\\0' '\\n' < /proc/1/environ; cat /etc/passwd | wc -l; head -c 1 /proc/kcore");
  // Of bubblewrap's own environment there is the sandbox's name only.
  EXPECT_THAT(environment.standard_output.text, testing::MatchesRegex("TENON_SANDBOX=box_[0-9A-Z]+\n3\n"));
}

TEST_F(Sandbox, K2_KernelSettingsCannotBeWritten) {
  const ExitRecord record = shell(R"(
for path in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/hostname /proc/sys/vm/overcommit_memory \
            /proc/self/oom_score_adj; do
  value=$(cat $path 2>/dev/null); value=${value:-x}
  [ $path = /proc/self/oom_score_adj ] && value=-1000
  (echo "$value" > $path) 2>/dev/null && echo "wrote $path"
done
find / -name release_agent 2>/dev/null)");
  EXPECT_EQ(record.standard_output.text, "");
}

TEST_F(Sandbox, K3_LauncherCannotBeOverwritten) {
  const ExitRecord record = shell(R"(
for path in /proc/1/exe /proc/self/exe /usr/bin/bwrap /run/attack /bin/sh /usr/bin/new /etc/passwd /new; do
  (echo x >> $path) 2>/dev/null && echo "wrote $path"
done
chmod u+w /run/attack /usr/bin/bwrap 2>/dev/null && echo changed; rm -f /run/attack 2>/dev/null && echo removed)");
  EXPECT_EQ(record.standard_output.text, "");
}

TEST_F(Sandbox, K4_OnlyTheStandardDescriptorsAreOpen) {
  const int leaked = ::open("/root", O_RDONLY | O_DIRECTORY);  // without O_CLOEXEC, on purpose
  EXPECT_EQ(shell("cd /proc/self/fd; echo *; cd /proc/1/fd && echo *").standard_output.text.substr(0, 8), "0 1 2 3\n");
  EXPECT_THAT(attack({"descriptors"}), testing::StartsWith("0 1 2 \n"));
  EXPECT_EQ(run({"readlink", "/proc/self/cwd"}).standard_output.text, "/workspace\n");
  ::close(leaked);
}

TEST_F(Sandbox, K5_ProcessesOfTheHostAreNotVisible) {
  const ExitRecord record = shell("echo /proc/[0-9]*; ls -d /proc/" + std::to_string(::getpid()) +
                                  "/cwd 2>&1; ls /proc/1/root/root 2>&1; cat /proc/thread-self/root/etc/shadow 2>&1");
  EXPECT_THAT(record.standard_output.text, testing::StartsWith("/proc/1 /proc/2\n"));
  EXPECT_THAT(record.standard_output.text, HasSubstr("cwd': No such file"));
  EXPECT_THAT(record.standard_output.text, Not(HasSubstr("root:")));
}

TEST_F(Sandbox, K6_LinksInTheWorkspaceDoNotLeadTheSetUpOutside) {
  const auto outside = data() / "outside";
  std::filesystem::create_directory(outside);
  for (const char* name : {"proc", "dev", "etc", "tmp", "usr"})
    std::filesystem::create_directory_symlink(outside, workspace() / name);
  EXPECT_TRUE(shell("test -L proc && echo x > /dev/null && ls /proc/self/status").succeeded());
  EXPECT_TRUE(std::filesystem::is_empty(outside));
  // The workspace itself is not found through a link.
  std::filesystem::create_directory_symlink(workspace(), data() / "link");
  sandbox::Command command = command_;
  command.argv = {"true"};
  command.workspace = data() / "link";
  EXPECT_THROW(sandbox_->run(command), Error);
}

TEST_F(Sandbox, K7_OtherProcessesCannotBeReadOrWritten) { expect_each_refused(attack({"other-processes"}), {"EPERM"}); }

TEST_F(Sandbox, K8_KeyctlIsRefused) { EXPECT_EQ(attack({"keys"}), "keyctl EPERM\nadd_key EPERM\nrequest_key EPERM\n"); }

TEST_F(Sandbox, K9_NewNamespacesAreRefused) {
  EXPECT_EQ(attack({"namespaces"}),
            "unshare EPERM\nunshare EPERM\nsetns EPERM\nclone EPERM\nclone-high-bits EPERM\nclone3 ENOSYS\nnested "
            "bwrap failed\n");
}

TEST_F(Sandbox, K10_MountsAreRefused) { expect_each_refused(attack({"mounts"}), {"EPERM"}); }

TEST_F(Sandbox, K11_DevicesCannotBeMadeOrOpened) {
  expect_each_refused(attack({"devices"}), {"EPERM", "ENOENT"});
  // One that somebody else put there does not act as a device.
  if (!is_root()) return;
  ASSERT_EQ(::mknod((workspace() / "zero").c_str(), S_IFCHR | 0666, makedev(1, 5)), 0);
  EXPECT_THAT(shell("head -c 1 zero").standard_error.text, HasSubstr("Permission denied"));
}

TEST_F(Sandbox, K12_NoProgramGivesMoreRights) {
  const ExitRecord record =
      shell("grep -E 'NoNewPrivs|Cap(Eff|Prm|Inh|Bnd|Amb)' /proc/self/status; id -u; su -c id 2>/dev/null");
  EXPECT_EQ(
      record.standard_output.text,
      "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n"
      "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\n1000\n");
  EXPECT_THAT(attack({"setuid-root"}), HasSubstr("uid 1000 1000"));
}

TEST_F(Sandbox, K12_SetUserIdBitsDoNotSurvive) {
  EXPECT_TRUE(shell("cp /bin/sh shell; chmod 6755 shell; mkdir d; cp shell d/shell; chmod 4755 d/shell").succeeded());
  for (const char* name : {"shell", "d/shell"}) {
    struct stat status{};
    ASSERT_EQ(::stat((workspace() / name).c_str(), &status), 0);
    if (is_root()) EXPECT_EQ(status.st_mode & 06000U, 0U) << name;
    EXPECT_EQ(status.st_uid, ::geteuid());
  }
}

TEST_F(Sandbox, K13_IoUringIsRefused) { expect_each_refused(attack({"io-uring"}), {"EPERM"}); }

TEST_F(Sandbox, K14_InterfacesOfTheKernelAreRefused) { expect_each_refused(attack({"kernel-interfaces"}), {"EPERM"}); }

TEST_F(Sandbox, K15_CallsOfOtherArchitecturesKill) {
#ifdef __x86_64__
  EXPECT_EQ(attack({"i386"}), "killed by signal 31");
  EXPECT_EQ(attack({"x32"}), "killed by signal 31");
#else
  GTEST_SKIP() << "x86-64 only";
#endif
}

TEST_F(Sandbox, K16_NothingCanBeTypedIntoATerminal) {
  EXPECT_EQ(attack({"terminal"}), "/dev/tty ENXIO\nptmx ok\nioctl EPERM\nioctl EPERM\nioctl EPERM\nioctl EPERM\n");
}

TEST_F(Sandbox, K17_ExecutionDomainCannotBeChanged) {
  EXPECT_EQ(attack({"execution-domain"}), "personality EPERM\npersonality EPERM\npersonality ok\n");
}

TEST_F(Sandbox, K18_FilesCannotBeOpenedByHandle) { expect_each_refused(attack({"handles"}), {"EPERM"}); }

TEST_F(Sandbox, K19_SignalsReachTheOwnSandboxOnly) {
  EXPECT_THAT(attack({"signals"}), Not(HasSubstr("killed")));
  // Its own first process is as far as it gets.
  EXPECT_EQ(shell("kill -9 1; kill -9 -1; echo alive").standard_output.text, "alive\n");
}

TEST_F(Sandbox, K20_ControlGroupsAreNotMounted) {
  const ExitRecord record =
      shell("ls -d /sys 2>/dev/null; grep -c cgroup /proc/mounts; grep -v ':/$' /proc/self/cgroup");
  EXPECT_EQ(record.standard_output.text, "0\n");
}

TEST_F(Sandbox, K21_NoCoreIsDumped) {
  EXPECT_EQ(attack({"core-dump"}), "core limit 0\nraise EPERM\n");
  shell("kill -SEGV $$");
  EXPECT_TRUE(std::filesystem::is_empty(workspace()));
}

TEST_F(Sandbox, K22_EnvironmentIsWhatTheCommandNames) {
  ::setenv("LD_PRELOAD_CANARY", "host", 1);
  ::setenv("GIT_DIR", "/host", 1);
  command_.environment = {{"APP_MODE", "test"}, {"LANG", "de_DE.UTF-8"}};
  EXPECT_EQ(run({"env"}).standard_output.text,
            "APP_MODE=test\nHOME=/tmp/home\nLANG=de_DE.UTF-8\n"
            "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin\nTMPDIR=/tmp\nPWD=/workspace\n");
  // A variable for the command does not act on bubblewrap, which is outside.
  command_.environment = {{"LD_PRELOAD", "/workspace/evil.so"}};
  write_file("evil.so", "no library");
  EXPECT_TRUE(run({"true"}).succeeded());
}

TEST_F(Sandbox, K22_ValuesOfTheEnvironmentStandInNoProcessList) {
  command_.environment = {{"SECRET_KEY", "correct-horse"}};
  command_.argv = {"/bin/sh", "-c", "touch started; sleep 100"};
  std::string commands;
  std::stop_source source;
  std::jthread looker([&] {
    while (!std::filesystem::exists(workspace() / "started")) std::this_thread::yield();
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream stream(entry.path() / "cmdline");
      commands += std::string(std::istreambuf_iterator<char>(stream), {});
    }
    source.request_stop();
  });
  sandbox_->run(command_, source.get_token());
  looker.join();
  EXPECT_THAT(commands, HasSubstr("bwrap"));
  EXPECT_THAT(commands, Not(HasSubstr("correct-horse")));
}

}  // namespace
}  // namespace tenon::security
