// The path boundary under attack: each test is named after its row of the threat list (P1 to P16). P1, P8, P9 and P10
// are also in workspace_path_test.cpp, P5 and P14 in clone_test.cpp, P5 in snapshot_store_test.cpp, P11 in
// archive_test.cpp; P12 and P13 are about patches, which this room does not read.
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/error.h"
#include "native/fsops/remove_tree.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"
#include "native/fsops/workspace.h"

namespace tenon::fsops {
namespace {

WorkspacePath path(std::string_view text) { return WorkspacePath::parse(text); }

std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// A workspace, and beside it what must stay as it is.
struct Guard : testing::Test {
  TemporaryDirectory directory{busy_test_directory(), "tenon-test-"};
  std::filesystem::path inside = directory.path() / "workspace";
  std::filesystem::path outside = directory.path() / "outside";
  std::optional<Workspace> workspace;

  void SetUp() override {
    std::filesystem::create_directories(inside);
    std::filesystem::create_directories(outside);
    std::ofstream(outside / "secret") << "untouched";
    workspace = Workspace::open(inside);
  }

  void TearDown() override {
    EXPECT_EQ(content(outside / "secret"), "untouched");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(outside), {}), 1);
  }

  ErrorCode code_of(const std::function<void()>& act) const {
    try {
      act();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::cancelled;
  }
  ErrorCode read(std::string_view name) const {
    return code_of([&] { workspace->read(path(name)); });
  }
  ErrorCode write(std::string_view name) const {
    return code_of([&] { workspace->write(path(name), "changed"); });
  }
};

TEST_F(Guard, P2_LinkInPlaceOfAFileIsNeitherReadNorWrittenThrough) {
  std::filesystem::create_symlink(outside / "secret", inside / "absolute");
  std::filesystem::create_symlink("../outside/secret", inside / "relative");
  std::filesystem::create_symlink("/etc/shadow", inside / "shadow");
  for (const char* name : {"absolute", "relative", "shadow"}) {
    EXPECT_EQ(read(name), ErrorCode::permission_denied) << name;
    EXPECT_EQ(write(name), ErrorCode::permission_denied) << name;
  }
  EXPECT_TRUE(workspace->remove(path("relative")));
  EXPECT_EQ(workspace->find(path("absolute"))->kind, EntryKind::link);
}

TEST_F(Guard, P3_LinkInPlaceOfADirectoryLeadsNowhere) {
  std::filesystem::create_directory_symlink(outside, inside / "link");
  std::filesystem::create_directory(inside / "real");
  std::filesystem::create_directory_symlink("real", inside / "harmless");
  for (const char* name : {"link/new", "link/secret", "link/a/b", "harmless/new"}) {
    EXPECT_EQ(write(name), ErrorCode::permission_denied) << name;
    EXPECT_EQ(code_of([&] { workspace->make_directories(path(name)); }), ErrorCode::permission_denied) << name;
    EXPECT_EQ(code_of([&] { workspace->remove(path(name)); }), ErrorCode::permission_denied) << name;
  }
  EXPECT_EQ(read("link/secret"), ErrorCode::permission_denied);
  const Listing listing = workspace->walk();
  EXPECT_EQ(listing.entries.size(), 3U);
  EXPECT_EQ(code_of([&] { Workspace::open(inside / "link"); }), ErrorCode::conflict);
}

TEST_F(Guard, P4_SwapRaceNeverLandsOutside) {
  constexpr int kTries = 100'000;
  std::filesystem::create_directory(inside / "real");
  std::filesystem::create_directory_symlink(outside, inside / "swap");
  std::filesystem::create_directory(inside / "held");
  const std::string one = inside / "swap";
  const std::string other = inside / "held";
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> swaps = 0;
  std::jthread attacker([&] {
    while (!stop) {
      ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
      ++swaps;
    }
  });
  while (swaps == 0) std::this_thread::yield();
  int written = 0;
  const WorkspacePath target = path("swap/file");
  for (int i = 0; i < kTries; ++i) {
    try {
      workspace->write(target, "x");
      ++written;
    } catch (const Error& error) {
      ASSERT_THAT(error.code(), testing::AnyOf(ErrorCode::permission_denied, ErrorCode::busy)) << error.what();
    }
    ASSERT_NE(read("swap/secret"), ErrorCode::cancelled) << "the outside was read";
    code_of([&] { workspace->remove(path("swap/secret")); });
    code_of([&] { workspace->make_directories(path("swap/new")); });
  }
  stop = true;
  attacker.join();
  // Both ways of the race were taken, and the outside is checked when the test ends.
  EXPECT_GT(written, 0);
  EXPECT_LT(written, kTries);
}

TEST_F(Guard, P5_HardLinkToAFileOutsideIsReplacedNotWrittenThrough) {
  ASSERT_EQ(::link((outside / "secret").c_str(), (inside / "shared").c_str()), 0);
  EXPECT_EQ(write("shared"), ErrorCode::cancelled);
  EXPECT_EQ(content(inside / "shared"), "changed");
}

TEST_F(Guard, P6_MagicLinksOfProcLeadNowhere) {
  std::filesystem::create_directory_symlink("/proc/self/root", inside / "root");
  std::filesystem::create_directory_symlink("/proc/self/fd", inside / "fd");
  std::filesystem::create_symlink("/dev/fd/0", inside / "stdin");
  for (const char* name : {"root/etc/passwd", "fd/0", "stdin"})
    EXPECT_EQ(read(name), ErrorCode::permission_denied) << name;
}

TEST_F(Guard, P7_SpecialFilesAreRefusedAndNothingWaits) {
  ASSERT_EQ(::mkfifo((inside / "fifo").c_str(), 0600), 0);
  const FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string name = inside / "socket";
  ASSERT_LT(name.size(), sizeof address.sun_path);
  name.copy(address.sun_path, name.size());
  ASSERT_EQ(::bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  for (const char* special : {"fifo", "socket"}) {
    EXPECT_EQ(read(special), ErrorCode::permission_denied) << special;
    EXPECT_EQ(write(special), ErrorCode::permission_denied) << special;
    EXPECT_EQ(workspace->find(path(special))->kind, EntryKind::other);
  }
  if (::mknod((inside / "zero").c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0) {
    EXPECT_EQ(read("zero"), ErrorCode::permission_denied);
    EXPECT_EQ(write("zero"), ErrorCode::permission_denied);
  }
}

TEST_F(Guard, P8_NamesThatAreNoTextAreListedAsRefusedAndEscaped) {
  for (const std::string& name : {"new\nline", "esc\x1b[2J", "bad\xff", "-rf", "dot.", " ", ".g\u200cit"}) {
    std::ofstream(inside / name) << "";
  }
  std::filesystem::create_directory(inside / ".git");
  std::ofstream(inside / ".git" / "config") << "";
  const Listing listing = workspace->walk();
  std::vector<std::string> refused;
  for (const Refusal& refusal : listing.refusals) refused.push_back(refusal.path);
  EXPECT_THAT(refused, testing::UnorderedElementsAre("new\\x0aline", "esc\\x1b[2J", "bad\\xff", ".g\\u200cit", ".git"));
  std::vector<std::string> listed;
  for (const Entry& entry : listing.entries) listed.push_back(entry.path.text());
  EXPECT_THAT(listed, testing::ElementsAre(" ", "-rf", "dot."));
}

TEST_F(Guard, P14_MountBelowTheWorkspaceIsNotEntered) {
  std::filesystem::create_directory(inside / "mounted");
  // In a mount namespace of its own, so that nothing outlives the child.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount(outside.c_str(), (inside / "mounted").c_str(), nullptr, MS_BIND, nullptr) != 0) {
      ::_exit(77);
    }
    const Workspace fresh = Workspace::open(inside);
    const bool refused =
        code_of([&] { fresh.read(path("mounted/secret")); }) == ErrorCode::permission_denied &&
        code_of([&] { fresh.write(path("mounted/secret"), "changed"); }) == ErrorCode::permission_denied &&
        fresh.walk().refusals.size() == 1 && code_of([&] { remove_tree(inside); }) == ErrorCode::conflict;
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(status, 0);
}

TEST_F(Guard, P15_ChainsAndLoopsOfLinksEndAtOnce) {
  std::filesystem::create_symlink("loop", inside / "loop");
  std::filesystem::create_symlink("link-1", inside / "link-0");
  for (int i = 1; i < 50; ++i) {
    std::filesystem::create_symlink("link-" + std::to_string(i + 1), inside / ("link-" + std::to_string(i)));
  }
  for (const char* name : {"loop", "loop/x", "link-0"}) EXPECT_EQ(read(name), ErrorCode::permission_denied) << name;
  EXPECT_EQ(workspace->walk().entries.size(), 51U);
}

TEST_F(Guard, P16_ARemovedWorkspaceTakesNothingMore) {
  std::filesystem::create_directory(inside / "d");
  const FileDescriptor held = workspace->open_directory(path("d"));
  std::filesystem::remove_all(inside);
  std::filesystem::create_directory_symlink(outside, inside);
  EXPECT_EQ(write("file"), ErrorCode::not_found);
  EXPECT_EQ(write("d/file"), ErrorCode::not_found);
  EXPECT_EQ(read("secret"), ErrorCode::not_found);
  EXPECT_EQ(::openat(held.number(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600), -1);
}

TEST_F(Guard, P16_TheRootIsNotMovedOrRemovedThroughTheGuard) {
  // Its descriptor is a path without rights: the kernel does not move what it names out of it.
  EXPECT_NE(::renameat(workspace->descriptor(), ".", AT_FDCWD, (outside / "taken").c_str()), 0);
  EXPECT_EQ(errno, EBUSY);
  EXPECT_NE(::renameat(workspace->descriptor(), "..", AT_FDCWD, (outside / "taken").c_str()), 0);
  for (const char* name : {".", "..", "", "a/.."}) {
    EXPECT_EQ(code_of([&] { workspace->remove(path(name)); }), ErrorCode::invalid_argument) << name;
  }
  EXPECT_TRUE(std::filesystem::is_directory(inside));
}

TEST_F(Guard, P16_MovingTheWorkspaceAwayDoesNotMoveTheGuard) {
  std::filesystem::rename(inside, directory.path() / "moved");
  std::filesystem::create_directory_symlink(outside, inside);
  workspace->write(path("file"), "x");
  EXPECT_EQ(content(directory.path() / "moved" / "file"), "x");
  EXPECT_EQ(code_of([&] { WorkspacePath::parse("."); }), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tenon::fsops
