#include "native/fsops/remove_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::fsops {
namespace {

struct RemoveTree : testing::Test {
  TemporaryDirectory directory{busy_test_directory(), "tenon-test-"};
  std::filesystem::path tree = directory.path() / "tree";

  void SetUp() override { std::filesystem::create_directory(tree); }
};

TEST_F(RemoveTree, TakesEverythingAndFollowsNoLink) {
  std::ofstream(directory.path() / "kept") << "x";
  std::filesystem::create_directories(tree / "a/b/c");
  std::filesystem::create_directories(tree / "a/removed-0/x");
  std::ofstream(tree / "a/b/c/file") << "x";
  std::ofstream(tree / "removed-1") << "x";
  std::filesystem::create_symlink(directory.path(), tree / "a/up");
  std::filesystem::create_symlink(directory.path() / "kept", tree / "link");
  ASSERT_EQ(::mkfifo((tree / "a/fifo").c_str(), 0600), 0);
  remove_tree(tree);
  EXPECT_FALSE(std::filesystem::exists(tree));
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "kept"));
  remove_tree(tree);
}

TEST_F(RemoveTree, R5_TenThousandLevelsAndLongNames) {
  FileDescriptor deepest(::open(tree.c_str(), O_RDONLY | O_DIRECTORY));
  const std::string name(255, 'n');
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(::mkdirat(deepest.number(), name.c_str(), 0700), 0);
    deepest = FileDescriptor(::openat(deepest.number(), name.c_str(), O_RDONLY | O_DIRECTORY));
    ASSERT_TRUE(deepest);
  }
  remove_tree(tree);
  EXPECT_FALSE(std::filesystem::exists(tree));
}

TEST_F(RemoveTree, ALinkInItsPlaceIsRefused) {
  std::filesystem::create_directory_symlink(tree, directory.path() / "link");
  EXPECT_THROW(remove_tree(directory.path() / "link"), Error);
  EXPECT_TRUE(std::filesystem::exists(tree));
  EXPECT_THROW(remove_tree("/"), Error);
  EXPECT_THROW(remove_tree(tree / ".."), Error);
}

TEST_F(RemoveTree, DirectoriesThatTheirOwnerLockedAreRemovedAnyway) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && (::chown(directory.path().c_str(), kNobody, kNobody) != 0 ||
                             ::chown(tree.c_str(), kNobody, kNobody) != 0 || ::setuid(kNobody) != 0)) {
      ::_exit(2);
    }
    std::filesystem::create_directories(tree / "a/b/c");
    std::ofstream(tree / "a/b/c/file") << "x";
    ::chmod((tree / "a/b/c").c_str(), 0);
    ::chmod((tree / "a/b").c_str(), 0500);
    ::chmod((tree / "a").c_str(), 0);
    remove_tree(tree);
    ::_exit(std::filesystem::exists(tree) ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace tenon::fsops
