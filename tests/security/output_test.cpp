// O rows: what a command prints, a machine without isolation, and a supervisor that is killed.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <random>
#include <thread>

#include "core/error.h"
#include "core/json.h"
#include "io/process.h"
#include "native/fsops/file_descriptor.h"
#include "world.h"

namespace tenon::security {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Sandbox, O2_OutputCannotImitateARecord) {
  const ExitRecord record = run({"/bin/bash", "-c", R"(
for fd in 1 2 3 4 5 6 7 8 9 10; do
  echo '{ "child-pid": 1 }' >&$fd; echo '{ "exit-code": 0 }' >&$fd; echo 'bwrap: exit 0' >&$fd
done 2>/dev/null
exit 7)"});
  EXPECT_EQ(record.outcome, Outcome::exited);
  EXPECT_EQ(record.exit_code, 7);
  EXPECT_THAT(record.standard_output.text, HasSubstr("\"exit-code\": 0"));
}

TEST_F(Sandbox, O7_WithoutUserNamespacesNothingRuns) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  io::SpawnRequest request;
  request.argv = {TENON_SUPERVISOR_PROGRAM, "forbidden", data() / "forbidden-data", data() / "forbidden",
                  TENON_FORWARDER_PROGRAM};
  request.descriptors = {{1, ends[1]}, {2, ends[1]}};
  io::Process process = io::spawn(request);
  ::close(ends[1]);
  std::string said;
  std::array<char, 4096> buffer;
  for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    said.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  EXPECT_EQ(process.wait().code, 0) << said;
  EXPECT_THAT(said, testing::StartsWith("sandbox_unavailable: the sandbox could not be set up: bwrap: "));
  EXPECT_THAT(said, HasSubstr("tenon doctor"));
  EXPECT_THAT(said, HasSubstr("namespaces false: "));
  EXPECT_THAT(said, Not(HasSubstr("it ran")));
  EXPECT_FALSE(std::filesystem::exists(data() / "forbidden/command/ran"));
}

TEST_F(Sandbox, O7_WithoutBubblewrapNothingRuns) {
  sandbox::Sandbox without(settings_, TENON_FORWARDER_PROGRAM,
                           {.bubblewrap = "/nowhere/bwrap", .cgroup = "tenon-security"});
  EXPECT_FALSE(without.probe().usable);
  command_.argv = {"touch", "ran"};
  try {
    without.run(command_);
    FAIL() << "it ran";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::sandbox_unavailable);
    EXPECT_THAT(error.hint(), HasSubstr("bubblewrap"));
  }
  EXPECT_FALSE(std::filesystem::exists(workspace() / "ran"));
}

TEST_F(Sandbox, O7_BelowTheDemandedTierNothingRuns) {
  settings_.sandbox_tier = "cgroup1";
  sandbox::Sandbox weak(settings_, TENON_FORWARDER_PROGRAM, {.mount_table = "/dev/null"});
  EXPECT_EQ(weak.probe().tier, Tier::rlimit);
  EXPECT_FALSE(weak.probe().usable);
  command_.argv = {"touch", "ran"};
  try {
    weak.run(command_);
    FAIL() << "it ran";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::sandbox_unavailable);
    EXPECT_THAT(error.what(), HasSubstr("TENON_SANDBOX_TIER"));
  }
  EXPECT_FALSE(std::filesystem::exists(workspace() / "ran"));
}

// A supervisor of its own data, in another process.
class KilledSupervisor : public Sandbox {
 protected:
  io::Process start(const char* mode) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const fsops::FileDescriptor reading(ends[0]);
    io::SpawnRequest request;
    request.argv = {TENON_SUPERVISOR_PROGRAM, mode, other_data(), workspaces(), TENON_FORWARDER_PROGRAM};
    request.descriptors = {{1, ends[1]}, {2, 2}};
    io::Process process = io::spawn(request);
    ::close(ends[1]);
    std::array<char, 64> buffer{};
    EXPECT_GT(::read(reading.number(), buffer.data(), buffer.size()), 0);
    EXPECT_STREQ(buffer.data(), "started\n");
    return process;
  }

  std::filesystem::path other_data() const { return data() / "other-data"; }
  std::filesystem::path workspaces() const { return data() / "workspaces"; }

  // Nobody tells us when the last one is gone: they are not our children, and one that was about to be started may take
  // its id after we looked.
  void expect_all_processes_to_die() {
    int clean = 0;
    const int most = is_root() ? 2000 : 200;
    for (int attempt = 0; attempt < most && clean < 20; ++attempt) {
      clean = host().processes == before_.processes ? clean + 1 : 0;
      ::usleep(1000);
    }
    // An unprivileged bubblewrap that is killed at its very start may leave a process that waits for it (bubblewrap 0.8
    // ties it to its parent only later): the next supervisor ends that one.
    if (is_root()) EXPECT_EQ(host().processes, before_.processes);
  }

  void expect_everything_put_right() {
    Settings other = settings_;
    other.data = other_data();
    {
      const sandbox::Sandbox next(other, TENON_FORWARDER_PROGRAM, machine_in(data()));
    }
    EXPECT_TRUE(std::filesystem::is_empty(other_data() / "sandbox"));
    EXPECT_EQ(host(), before_);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(workspaces())) {
      struct stat status{};
      ASSERT_EQ(::lstat(entry.path().c_str(), &status), 0);
      EXPECT_EQ(status.st_uid, ::geteuid()) << entry.path();
    }
  }
};

TEST_F(KilledSupervisor, O8_EverythingDiesWithItAndTheNextPutsTheRestRight) {
  io::Process supervisor = start("hold");
  EXPECT_NE(host(), before_);
  supervisor.signal(SIGKILL);
  supervisor.wait();
  expect_all_processes_to_die();
  expect_everything_put_right();
}

TEST_F(KilledSupervisor, O8_AtAnyMoment) {
  std::mt19937 random(20260731);
  for (int round = 0; round < 20; ++round) {
    io::Process supervisor = start("churn");
    ::usleep(std::uniform_int_distribution<useconds_t>(0, 30'000)(random));
    supervisor.signal(SIGKILL);
    supervisor.wait();
    expect_all_processes_to_die();
  }
  expect_everything_put_right();
}

TEST_F(KilledSupervisor, O8_LivingSupervisorsAreLeftAlone) {
  io::Process supervisor = start("hold");
  const HostState during = host();
  Settings other = settings_;
  other.data = other_data();
  {
    sandbox::Sandbox next(other, TENON_FORWARDER_PROGRAM, machine_in(data()));
    EXPECT_EQ(next.reap_leftovers(), 0U);
  }
  EXPECT_EQ(host().processes.size(), during.processes.size());
  supervisor.signal(SIGKILL);
  supervisor.wait();
  expect_all_processes_to_die();
  expect_everything_put_right();
}

TEST_F(Sandbox, ServiceOutlivesTheThreadThatStartedIt) {
  sandbox::ServiceCommand service{.command = command_, .port = 8000};
  service.command.argv = {"/bin/sh", "-c", "echo up; sleep 1000"};
  std::optional<sandbox::Service> app;
  std::jthread([&] { app.emplace(sandbox_->start(service)); }).join();
  // Had its parent thread's end killed it, it would be gone by the time that another sandbox came and went.
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(shell("true").succeeded());
  EXPECT_TRUE(app->running());
  EXPECT_EQ(app->stop().outcome, Outcome::cancelled);
}

}  // namespace
}  // namespace tenon::security
