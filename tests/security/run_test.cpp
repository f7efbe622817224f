// What a sandbox is for, before anybody attacks it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <stop_token>
#include <thread>

#include "core/error.h"
#include "core/json.h"
#include "world.h"

namespace tenon::security {
namespace {

using testing::HasSubstr;

TEST_F(Sandbox, RecordTellsHowACommandEnded) {
  const ExitRecord record = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(record.outcome, Outcome::exited);
  EXPECT_EQ(record.exit_code, 3);
  EXPECT_EQ(record.standard_output.text, "out\n");
  EXPECT_EQ(record.standard_error.text, "err\n");
  EXPECT_EQ(record.standard_output.digest, sha256("out\n"));
  EXPECT_EQ(record.argv.front(), "/bin/sh");
  EXPECT_FALSE(record.succeeded());
}

TEST_F(Sandbox, RecordSurvivesJson) {
  const ExitRecord record = shell("exit 3");
  EXPECT_EQ(to_json(from_json<ExitRecord>(to_json(record))), to_json(record));
}

TEST_F(Sandbox, ChangesInTheWorkspaceStayAndBelongToTheCaller) {
  write_file("in.txt", "before");
  EXPECT_TRUE(shell("mkdir -p a/b && cat in.txt > a/b/out.txt && ln -s /etc/shadow link").succeeded());
  struct stat status{};
  ASSERT_EQ(::stat((workspace() / "a/b/out.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid());
  ASSERT_EQ(::lstat((workspace() / "link").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, ::geteuid());
}

TEST_F(Sandbox, InputIsReadToItsEnd) {
  command_.input = std::string(3'000'000, 'x');
  EXPECT_EQ(run({"wc", "-c"}).standard_output.text, "3000000\n");
}

TEST_F(Sandbox, WorkingDirectoryIsBelowTheWorkspace) {
  std::filesystem::create_directory(workspace() / "sub");
  command_.working_directory = "sub";
  EXPECT_EQ(run({"pwd"}).standard_output.text, "/workspace/sub\n");
  command_.working_directory = "../outside";
  EXPECT_THROW(run({"pwd"}), Error);
}

TEST_F(Sandbox, BindsAreReadOnlyUnlessAskedFor) {
  const auto shared = data() / "shared";
  std::filesystem::create_directory(shared);
  std::ofstream(shared / "file") << "text";
  command_.binds.push_back({.host = shared, .inside = "/srv/shared", .access = sandbox::Access::read_only});
  EXPECT_EQ(shell("cat /srv/shared/file; touch /srv/shared/new 2>/dev/null || echo refused").standard_output.text,
            "textrefused\n");
  command_.binds.back().access = sandbox::Access::writable;
  EXPECT_TRUE(shell("touch /srv/shared/new").succeeded());
  EXPECT_TRUE(std::filesystem::exists(shared / "new"));
}

TEST_F(Sandbox, WorkspaceBehindAClosedDirectoryIsReached) {
  ASSERT_EQ(::chmod(data().c_str(), 0700), 0);
  EXPECT_TRUE(shell("touch reached").succeeded());
}

TEST_F(Sandbox, SignalOfTheCommandIsTold) {
  const ExitRecord record = shell("kill -SEGV $$");
  EXPECT_EQ(record.outcome, Outcome::signalled);
  EXPECT_EQ(record.signal, SIGSEGV);
  EXPECT_EQ(record.exit_code, 128 + SIGSEGV);
}

TEST_F(Sandbox, CommandThatCannotBeExecutedEndsAsInAShell) {
  write_file("text", "no program");
  EXPECT_EQ(run({"/nowhere/at/all"}).exit_code, 127);
  EXPECT_EQ(run({"/workspace/text"}).exit_code, 126);
}

TEST_F(Sandbox, StopRequestEndsIt) {
  std::stop_source source;
  command_.argv = {"/bin/sh", "-c", "touch started; sleep 100"};
  std::jthread stopper([&] {
    while (!std::filesystem::exists(workspace() / "started")) std::this_thread::yield();
    source.request_stop();
  });
  const ExitRecord record = sandbox_->run(command_, source.get_token());
  EXPECT_EQ(record.outcome, Outcome::cancelled);
}

TEST_F(Sandbox, ManyRunAtOnce) {
  std::vector<std::jthread> threads;
  std::array<std::string, 8> outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto own = data() / ("workspace" + std::to_string(i));
    std::filesystem::create_directory(own);
    threads.emplace_back([this, own, i, &output = outputs[i]] {
      sandbox::Command command = command_;
      command.workspace = own;
      command.argv = {"/bin/sh", "-c", "echo " + std::to_string(i) + "; id -u"};
      output = sandbox_->run(command).standard_output.text;
    });
  }
  threads.clear();
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(outputs[i], std::to_string(i) + "\n1000\n");
}

TEST_F(Sandbox, WrongCommandsAreRefusedBeforeAnythingStarts) {
  const sandbox::Command good = command_;
  const auto refused = [&](const std::function<void(sandbox::Command&)>& spoil) {
    sandbox::Command command = good;
    command.argv = {"true"};
    spoil(command);
    try {
      sandbox_->run(command);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(refused([](auto& command) { command.argv = {}; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](auto& command) { command.argv = {std::string("a\0b", 3)}; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](auto& command) { command.environment = {{"A=B", "c"}}; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](auto& command) { command.limits.memory_bytes = 0; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](auto& command) { command.workspace = "relative"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](auto& command) { command.workspace = "/nowhere/at/all"; }), ErrorCode::not_found);
  EXPECT_EQ(refused([](auto& command) { command.workspace = "/"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](auto& command) { command.binds = {{"/usr", "/proc/x"}}; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](auto& command) { command.binds = {{"/dev/null", "/x"}}; }), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tenon::security
