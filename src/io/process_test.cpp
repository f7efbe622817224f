#include "io/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <string>

#include "core/error.h"

namespace tenon::io {
namespace {

using testing::HasSubstr;

struct Ran {
  ExitStatus status;
  std::string output;
};

// Runs a shell line with `request` and returns what it printed.
Ran run(std::string line, SpawnRequest request = {}) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  request.argv = {"/bin/sh", "-c", std::move(line)};
  request.descriptors.emplace_back(1, ends[1]);
  request.descriptors.emplace_back(2, ends[1]);
  Process process = spawn(request);
  ::close(ends[1]);
  Ran ran;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    ran.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  ran.status = process.wait();
  return ran;
}

TEST(Spawn, ReportsTheExitCode) { EXPECT_EQ(run("exit 7").status.code, 7); }

TEST(Spawn, ReportsTheSignal) { EXPECT_EQ(run("kill -TERM $$").status.signal, SIGTERM); }

TEST(Spawn, ChildSeesOnlyTheGivenEnvironment) {
  SpawnRequest request;
  request.environment = {"ONE=1"};
  const std::string output = run("/usr/bin/env", request).output;
  EXPECT_THAT(output, HasSubstr("ONE=1\n"));
  EXPECT_THAT(output, testing::Not(HasSubstr("HOME=")));
}

TEST(Spawn, ChildHasOnlyTheGivenDescriptors) {
  const int leaked = ::open("/dev/null", O_RDONLY);                // without O_CLOEXEC, on purpose
  EXPECT_EQ(run("cd /proc/self/fd && echo *").output, "0 1 2\n");  // 0: the directory that the shell reads
  ::close(leaked);
}

TEST(Spawn, DescriptorsMayTradePlaces) {
  const int first = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int second = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
  SpawnRequest request;
  request.descriptors = {{second, first}, {first, second}};
  const std::string line =
      "readlink /proc/self/fd/" + std::to_string(first) + " /proc/self/fd/" + std::to_string(second);
  EXPECT_EQ(run(line, request).output, "/dev/zero\n/dev/null\n");
  ::close(first);
  ::close(second);
}

TEST(Spawn, IgnoredAndBlockedSignalsAreReset) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const std::string output = run("grep -E 'Sig(Ign|Blk)' /proc/self/status").output;
  ::signal(SIGPIPE, before);
  EXPECT_EQ(output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Spawn, PrivilegesCannotBeGained) { EXPECT_THAT(run("cat /proc/self/status").output, HasSubstr("NoNewPrivs:\t1")); }

TEST(Spawn, LimitsAreSet) {
  SpawnRequest request;
  request.resource_limits = {{RLIMIT_NOFILE, 64}};
  EXPECT_EQ(run("ulimit -n", request).output, "64\n");
}

TEST(Spawn, WorkingDirectoryIsTheGivenOne) {
  const int directory = ::open("/usr/lib", O_PATH | O_DIRECTORY | O_CLOEXEC);
  SpawnRequest request;
  request.working_directory = directory;
  EXPECT_EQ(run("/bin/pwd", request).output, "/usr/lib\n");
  ::close(directory);
}

TEST(Spawn, RootCanHandOverToAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  SpawnRequest request;
  request.credentials = Credentials{.user = 70001, .group = 70001};
  EXPECT_EQ(run("id -u; id -g; id -G", request).output, "70001\n70001\n70001\n");
  EXPECT_EQ(::geteuid(), 0U);
}

TEST(Spawn, StagedMountReachesBehindAClosedDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  std::string closed = "/tmp/tenon-process-test-XXXXXX";
  ASSERT_NE(::mkdtemp(closed.data()), nullptr);
  const std::string inner = closed + "/inner";
  ASSERT_EQ(::mkdir(inner.c_str(), 0755), 0);
  ::close(::open((inner + "/file").c_str(), O_CREAT | O_CLOEXEC | O_WRONLY, 0644));
  const int directory = ::open(inner.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int mount = detached_mount(directory);
  SpawnRequest request;
  request.credentials = Credentials{.user = 70001, .group = 70001};
  request.seclusion = Seclusion{.root = "/tmp", .mounts = {{.source = mount, .target = "/tmp/0"}}};

  EXPECT_EQ(run("ls /tmp /tmp/0", request).output, "/tmp:\n0\n\n/tmp/0:\nfile\n");

  EXPECT_EQ(::access("/tmp/0", F_OK), -1);
  ::close(mount);
  ::close(directory);
  ::unlink((inner + "/file").c_str());
  ::rmdir(inner.c_str());
  ::rmdir(closed.c_str());
}

TEST(Spawn, NothingOutlivesASecludedChild) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  SpawnRequest request;
  request.seclusion = Seclusion{.root = "/tmp", .mounts = {}};
  // The background process holds our pipe: this would not return.
  EXPECT_EQ(run("setsid sleep 1000 & echo $$", request).output, "1\n");
}

TEST(Spawn, ChildIsBornInItsControlGroup) {
  const std::string group = "/sys/fs/cgroup/unified/tenon-process-test";
  if (::mkdir(group.c_str(), 0755) != 0)
    GTEST_SKIP() << "no control groups of version 2 at the usual place of a hybrid system";
  const int directory = ::open(group.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  SpawnRequest request;
  request.cgroup = directory;
  EXPECT_EQ(run("grep ^0: /proc/self/cgroup", request).output, "0::/tenon-process-test\n");
  ::close(directory);
  EXPECT_EQ(::rmdir(group.c_str()), 0);
}

TEST(Spawn, FailureNamesTheStep) {
  SpawnRequest request;
  request.argv = {"/nowhere/at/all"};
  try {
    spawn(request);
    FAIL() << "it was started";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("cannot start /nowhere/at/all: could not execute it"));
  }
}

TEST(Process, ProcessorTimeIsTold) {
  const ExitStatus status = run("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").status;
  EXPECT_GT(status.user + status.system, std::chrono::microseconds(0));
}

TEST(Process, SignalReachesARunningChildOnly) {
  SpawnRequest request;
  request.argv = {"/bin/sleep", "100"};
  Process process = spawn(request);
  EXPECT_TRUE(process.signal(SIGKILL));
  EXPECT_EQ(process.wait().signal, SIGKILL);
  EXPECT_FALSE(process.signal(SIGKILL));
}

}  // namespace
}  // namespace tenon::io
