#include "native/fsops/workspace.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "core/error.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::fsops {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

WorkspacePath path(std::string_view text) { return WorkspacePath::parse(text); }

struct WorkspaceTest : testing::Test {
  TemporaryDirectory directory{std::filesystem::temp_directory_path(), "tenon-test-"};
  Workspace workspace = Workspace::open(directory.path());

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const Entry& entry : workspace.walk().entries) result.push_back(entry.path.text());
    return result;
  }

  ErrorCode code_of(const std::function<void()>& act) const {
    try {
      act();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::cancelled;
  }
};

TEST_F(WorkspaceTest, WhatWasWrittenIsReadWithItsMode) {
  const std::string bytes("a\0\xff\r\n", 5);
  workspace.write(path("bin/run"), bytes, FileMode::executable, Durability::synced);
  EXPECT_EQ(workspace.read(path("bin/run")), bytes);
  EXPECT_EQ(workspace.find(path("bin/run"))->mode, FileMode::executable);
  struct stat status{};
  ASSERT_EQ(::stat((directory.path() / "bin/run").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0755U);
}

TEST_F(WorkspaceTest, UmaskDoesNotDecideAboutModes) {
  const mode_t before = ::umask(077);
  workspace.write(path("d/f"), "x");
  ::umask(before);
  struct stat status{};
  ASSERT_EQ(::stat((directory.path() / "d").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0755U);
  ASSERT_EQ(::stat((directory.path() / "d/f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST_F(WorkspaceTest, ListingIsOrderedByPathAndLeavesOutUnfinishedWrites) {
  for (const char* name : {"b", "a/z", "a.b", "a/b/c"}) workspace.write(path(name), "");
  std::ofstream(directory.path() / "a" / (std::string(kUnfinishedPrefix) + "1")) << "half";
  std::ofstream(directory.path() / ".tenon-changes-journal") << "decided";
  EXPECT_THAT(names(), ElementsAre("a", "a.b", "a/b", "a/b/c", "a/z", "b"));
  workspace.remove_unfinished();
  EXPECT_TRUE(std::filesystem::exists(directory.path() / ".tenon-changes-journal"));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "a" / (std::string(kUnfinishedPrefix) + "1")));
}

TEST_F(WorkspaceTest, RemoveTakesEmptyDirectoriesAlong) {
  workspace.write(path("a/b/c"), "");
  workspace.write(path("a/d"), "");
  EXPECT_TRUE(workspace.remove(path("a/b/c")));
  EXPECT_THAT(names(), ElementsAre("a", "a/d"));
  EXPECT_FALSE(workspace.remove(path("a/b/c")));
  EXPECT_FALSE(workspace.remove(path("a/d/e")));
  EXPECT_EQ(code_of([&] { workspace.remove(path("a")); }), ErrorCode::conflict);
}

TEST_F(WorkspaceTest, WhatIsNotThereIsToldApartFromWhatIsRefused) {
  EXPECT_EQ(workspace.read_if_present(path("x")), std::nullopt);
  EXPECT_EQ(workspace.find(path("x/y")), std::nullopt);
  EXPECT_EQ(code_of([&] { workspace.read(path("x")); }), ErrorCode::not_found);
  workspace.write(path("file"), "");
  EXPECT_EQ(workspace.read_if_present(path("file/below")), std::nullopt);
  EXPECT_EQ(code_of([&] { workspace.write(path("file/below"), ""); }), ErrorCode::conflict);
  workspace.make_directories(path("d/e"));
  EXPECT_EQ(code_of([&] { workspace.write(path("d/e"), ""); }), ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { workspace.read(path("d")); }), ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { Workspace::open(directory.path() / "none"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { Workspace::open(directory.path() / "file"); }), ErrorCode::conflict);
}

TEST_F(WorkspaceTest, LimitsAreKept) {
  workspace.write(path("big"), std::string(1000, 'x'));
  EXPECT_EQ(workspace.read(path("big"), 1000).size(), 1000U);
  EXPECT_EQ(code_of([&] { workspace.read(path("big"), 999); }), ErrorCode::quota_exceeded);
  workspace.write(path("small"), "");
  EXPECT_EQ(code_of([&] { workspace.walk({.depth = 3, .entries = 1}); }), ErrorCode::quota_exceeded);
  workspace.write(path("a/b/c/d"), "");
  const Listing listing = workspace.walk({.depth = 2, .entries = 10});
  ASSERT_EQ(listing.refusals.size(), 1U);
  EXPECT_EQ(listing.refusals.front().path, "a/b");
}

TEST_F(WorkspaceTest, AFailedWriteLeavesNothingBehind) {
  // A limit on the size of files stands in for a full disk.
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 4096, .rlim_max = 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      workspace.write(path("f"), std::string(10'000, 'x'));
    } catch (const Error&) {
      ::_exit(0);
    }
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST_F(WorkspaceTest, WalkBelowADirectoryNamesWholePaths) {
  workspace.write(path("a/b/c"), "");
  const Listing listing = workspace.walk(path("a"));
  ASSERT_EQ(listing.entries.size(), 2U);
  EXPECT_EQ(listing.entries.back().path.text(), "a/b/c");
}

TEST(TemporaryDirectory, GoesWithItsOwnerUnlessReleased) {
  std::filesystem::path gone;
  std::filesystem::path kept;
  {
    const TemporaryDirectory first(std::filesystem::temp_directory_path(), "tenon-test-");
    TemporaryDirectory second(std::filesystem::temp_directory_path(), "tenon-test-");
    gone = first.path();
    Workspace::open(gone).write(WorkspacePath::parse("a/b"), "");
    kept = second.release();
  }
  EXPECT_FALSE(std::filesystem::exists(gone));
  EXPECT_TRUE(std::filesystem::remove(kept));
}

}  // namespace
}  // namespace tenon::fsops
