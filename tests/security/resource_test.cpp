// R rows: what a command may use up.
#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stop_token>
#include <thread>

#include "native/fsops/remove_tree.h"
#include "world.h"

namespace tenon::security {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(Sandbox, R1_ForkBombEndsAtItsLimitAndDisturbsNobody) {
  command_.limits.wall_ms = 2'000;
  sandbox::Command other = command_;
  other.workspace = workspace().parent_path() / "other";
  std::filesystem::create_directory(other.workspace);
  other.argv = {"/bin/sh", "-c", "for i in 1 2 3 4 5; do /bin/true || exit 1; done"};
  ExitRecord bomb;
  std::jthread thrower([&] { bomb = shell("touch lit; bomb() { bomb | bomb & }; bomb; sleep 100"); });
  while (!std::filesystem::exists(workspace() / "lit")) std::this_thread::yield();
  other.limits.wall_ms = 20'000;
  EXPECT_TRUE(sandbox_->run(other).succeeded());
  thrower.join();
  EXPECT_THAT(bomb.outcome, AnyOf(Outcome::wall_limit, Outcome::cpu_limit));
  EXPECT_THAT(bomb.standard_error.text, HasSubstr("fork"));
}

TEST_F(Sandbox, R2_MemoryBeyondTheLimitEndsTheWholeSandbox) {
  if (sandbox_->probe().tier == Tier::rlimit) GTEST_SKIP() << "needs a control group";
  const ExitRecord record = run({"/bin/sh", "-c", "/run/attack fill-memory; sleep 100"});
  EXPECT_EQ(record.outcome, Outcome::memory_limit);
  EXPECT_LE(record.peak_memory_bytes, command_.limits.memory_bytes);
  EXPECT_LT(record.wall_ms, 20'000);
}

TEST_F(Sandbox, R3_EveryKindOfMemoryCountsToTheSameLimit) {
  if (sandbox_->probe().tier == Tier::rlimit) GTEST_SKIP() << "needs a control group";
  for (const char* kind : {"fill-memfd", "fill-shm"}) {
    EXPECT_EQ(run({"/run/attack", kind}).outcome, Outcome::memory_limit) << kind;
  }
  // The kernel's budget of pipe pages per user may end first.
  const ExitRecord pipes = run({"/run/attack", "fill-pipes"});
  EXPECT_THAT(pipes.outcome, AnyOf(Outcome::memory_limit, Outcome::exited));
  EXPECT_LE(pipes.peak_memory_bytes, command_.limits.memory_bytes);
  // Both have sizes of their own, below the limit.
  for (const char* place : {"/tmp", "/dev/shm"}) {
    const ExitRecord record = shell(std::string("for i in 1 2 3 4; do head -c 16M /dev/zero > ") + place + "/$i; done");
    EXPECT_THAT(record.standard_error.text, HasSubstr("No space left on device")) << place;
  }
  EXPECT_EQ(attack({"locked-memory"}), "mlock ENOMEM\n");
}

TEST_F(Sandbox, R4_EndlessWritesAreStoppedAtTheWorkspaceLimit) {
  const ExitRecord record = shell("i=0; while head -c 16M /dev/zero > file$i; do i=$((i+1)); done");
  EXPECT_EQ(record.outcome, Outcome::workspace_limit);
  EXPECT_GT(record.workspace_bytes, command_.limits.workspace_bytes);
}

TEST_F(Sandbox, R4_EndlessEmptyFilesAreStoppedAtTheWorkspaceLimit) {
  command_.limits.workspace_bytes = 8U << 20U;
  const ExitRecord record = run({"/run/attack", "many-files"});
  EXPECT_EQ(record.outcome, Outcome::workspace_limit);
  fsops::remove_tree(workspace());
  std::filesystem::create_directory(workspace());
}

TEST_F(Sandbox, R4_WhatIsThereAtTheEndCountsAsWell) {
  command_.limits.workspace_bytes = 1U << 20U;
  EXPECT_EQ(shell("head -c 4M /dev/zero > file").outcome, Outcome::workspace_limit);
}

TEST_F(Sandbox, R5_SparseFileBeyondTheFileLimitIsRefused) {
  EXPECT_EQ(attack({"sparse-file"}), "ftruncate EFBIG\npwrite EFBIG\n");
}

TEST_F(Sandbox, R5_DeepTreesOfLongNamesOverflowNothing) {
  command_.limits.workspace_bytes = 1U << 30U;
  const ExitRecord record = run({"/run/attack", "deep-directories"});
  EXPECT_EQ(record.standard_output.text, "made\n");
  EXPECT_EQ(record.outcome, Outcome::exited);
  EXPECT_GE(record.workspace_bytes, 10'000U * 4096U);
  fsops::remove_tree(workspace());
  std::filesystem::create_directory(workspace());
}

TEST_F(Sandbox, R6_BusyLoopsOnAllCoresEndAtTheProcessorLimit) {
  command_.limits.cpu_seconds = 1;
  const ExitRecord record = shell("for i in 1 2 3 4; do (while :; do :; done) & done; wait");
  // Without a control group the limit is that of each process.
  const int loops = record.tier == Tier::rlimit ? 4 : 1;
  if (loops == 1) EXPECT_EQ(record.outcome, Outcome::cpu_limit);
  EXPECT_LT(record.user_ms + record.system_ms, 1'500 * loops);
}

TEST_F(Sandbox, R6_PriorityCannotBeRaised) {
  EXPECT_EQ(attack({"priorities"}), "sched_setscheduler EPERM\nsched_setscheduler EPERM\nnice EACCES\n");
}

TEST_F(Sandbox, R7_EndlessOutputIsKeptInPartAndCountedWhole) {
  command_.limits.wall_ms = 1'000;
  const ExitRecord record = shell("yes & yes >&2");
  EXPECT_THAT(record.outcome, AnyOf(Outcome::wall_limit, Outcome::cpu_limit));
  EXPECT_GT(record.standard_output.bytes, command_.limits.output_bytes);
  EXPECT_LE(record.standard_output.text.size() + record.standard_error.text.size(), command_.limits.output_bytes + 200);
  EXPECT_THAT(record.standard_output.text, HasSubstr("bytes left out ...]"));
  EXPECT_THAT(record.standard_error.text, HasSubstr("bytes left out ...]"));
}

TEST_F(Sandbox, R7_LineWithoutEndIsNoLine) {
  const ExitRecord record = shell("head -c 200M /dev/zero");
  EXPECT_EQ(record.outcome, Outcome::exited);
  EXPECT_EQ(record.standard_output.bytes, 200U << 20U);
}

TEST_F(Sandbox, R7_InputThatNobodyReadsBlocksNobody) {
  command_.input = std::string(10U << 20U, 'x');
  EXPECT_TRUE(run({"true"}).succeeded());
}

TEST_F(Sandbox, R8_CommandThatIgnoresSignalsOrStopsItselfDies) {
  command_.limits.wall_ms = 300;
  EXPECT_EQ(shell("trap '' TERM INT HUP QUIT; while :; do sleep 1; done").outcome, Outcome::wall_limit);
  EXPECT_EQ(shell("kill -STOP $$").outcome, Outcome::wall_limit);
  EXPECT_EQ(
      python("import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); time.sleep(100)").outcome,
      Outcome::wall_limit);
}

TEST_F(Sandbox, R9_DaemonDiesWithItsSandboxAndDelaysNothing) {
  const ExitRecord held = python(R"(
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)   # holds standard output
    os._exit(0)
print("parent done", flush=True)
os._exit(0))");
  EXPECT_EQ(held.outcome, Outcome::exited);
  EXPECT_EQ(held.standard_output.text, "parent done\n");
  EXPECT_LT(held.wall_ms, 10'000);
  const ExitRecord closed = python(R"(
import os, time
if os.fork() == 0:
    os.setsid()
    os.closerange(0, 1024)
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0))");
  EXPECT_EQ(closed.outcome, Outcome::exited);
  EXPECT_LT(closed.wall_ms, 10'000);
}

TEST_F(Sandbox, R10_DescriptorsAndTimersRunOutInside) {
  EXPECT_EQ(attack({"descriptors"}), "0 1 2 \nthen EMFILE below 4096: yes\n");
  EXPECT_EQ(attack({"timers"}), "timers bounded: EAGAIN\n");
}

TEST_F(Sandbox, R10_BudgetsPerUserAreThoseOfAPrivateId) {
  if (!is_root()) GTEST_SKIP() << "only root can drop to a private id";
  command_.argv = {"/bin/sh", "-c", "touch started; sleep 100"};
  std::stop_source source;
  std::set<std::string> during;
  std::jthread looker([&] {
    while (!std::filesystem::exists(workspace() / "started")) std::this_thread::yield();
    during = host().processes;
    source.request_stop();
  });
  sandbox_->run(command_, source.get_token());
  looker.join();
  EXPECT_GE(during.size(), 3U);  // bubblewrap's two and the command, all of the private id
}

TEST_F(Sandbox, R13_WallLimitIsMonotonicAndTheClockCannotBeSet) {
  EXPECT_EQ(attack({"clocks"}), "clock_settime EPERM\nsettimeofday EPERM\nadjtimex EPERM\n");
  command_.limits.wall_ms = 200;
  const ExitRecord record = shell("date -s '2000-01-01' 2>/dev/null; sleep 100");
  EXPECT_EQ(record.outcome, Outcome::wall_limit);
  EXPECT_LT(record.wall_ms, 5'000);
}

}  // namespace
}  // namespace tenon::security
