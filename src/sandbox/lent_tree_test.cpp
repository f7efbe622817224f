#include "sandbox/lent_tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "native/fsops/temporary_directory.h"

namespace tenon::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr Owner kBorrower{.user = 70001, .group = 70001};
constexpr UidRange kRange{.base = 70000, .count = 100};

class LentTree : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    fs::create_directory(tree_);
    descriptor_ = fsops::FileDescriptor(::open(tree_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }

  Loan lend() const {
    return {fsops::FileDescriptor(::dup(descriptor_.number())), kBorrower, owner_of_tree(descriptor_.number(), kRange)};
  }

  static struct stat status_of(const fs::path& path) {
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status;
  }

  static std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  fsops::TemporaryDirectory directory_{fs::temp_directory_path(), "tenon-lent-"};
  fs::path tree_ = directory_.path() / "tree";
  fs::path outside_ = directory_.path() / "outside";
  fsops::FileDescriptor descriptor_;
};

TEST_F(LentTree, BelongsToTheBorrowerUntilItIsTakenBack) {
  fs::create_directories(tree_ / "a");
  std::ofstream(tree_ / "a/file") << "x";
  {
    const Loan loan = lend();
    EXPECT_EQ(status_of(tree_).st_uid, kBorrower.user);
    EXPECT_EQ(status_of(tree_ / "a/file").st_gid, kBorrower.group);
  }
  EXPECT_EQ(status_of(tree_).st_uid, 0U);
  EXPECT_EQ(status_of(tree_ / "a/file").st_uid, 0U);
}

TEST_F(LentTree, GoesBackToTheUserItCameFrom) {
  ASSERT_EQ(::chown(tree_.c_str(), 1234, 1234), 0);
  {
    const Loan loan = lend();
  }
  EXPECT_EQ(status_of(tree_).st_uid, 1234U);
}

TEST_F(LentTree, TreeLostInACrashBelongsToUsAgain) {
  ASSERT_EQ(::chown(tree_.c_str(), 70005, 70005), 0);
  {
    const Loan loan = lend();
  }
  EXPECT_EQ(status_of(tree_).st_uid, ::geteuid());
}

// P5: the file outside must neither change owner nor be writable through the workspace.
TEST_F(LentTree, FileWithAnotherNameOutsideIsCopiedFirst) {
  std::ofstream(outside_) << "outside";
  fs::create_hard_link(outside_, tree_ / "inside");
  const Loan loan = lend();
  EXPECT_EQ(status_of(outside_).st_uid, 0U);
  EXPECT_EQ(status_of(tree_ / "inside").st_uid, kBorrower.user);
  EXPECT_NE(status_of(tree_ / "inside").st_ino, status_of(outside_).st_ino);
  EXPECT_EQ(text_of(tree_ / "inside"), "outside");
  EXPECT_EQ(status_of(tree_ / "inside").st_mode, status_of(outside_).st_mode);
}

TEST_F(LentTree, LinksAreNotFollowed) {
  std::ofstream(outside_) << "outside";
  fs::create_symlink(outside_, tree_ / "link");
  const Loan loan = lend();
  EXPECT_EQ(status_of(outside_).st_uid, 0U);
  EXPECT_EQ(status_of(tree_ / "link").st_uid, kBorrower.user);
}

TEST_F(LentTree, SetUserIdBitsAreGoneBeforeRootOwnsTheFile) {
  Loan loan = lend();
  std::ofstream(tree_ / "shell") << "x";
  ASSERT_EQ(::chown((tree_ / "shell").c_str(), kBorrower.user, kBorrower.group), 0);
  ASSERT_EQ(::chmod((tree_ / "shell").c_str(), 06755), 0);
  loan.take_back();
  EXPECT_EQ(status_of(tree_ / "shell").st_mode & 07777U, 0755U);
  EXPECT_EQ(status_of(tree_ / "shell").st_uid, 0U);
}

TEST_F(LentTree, PipesBlockNobody) {
  ASSERT_EQ(::mkfifo((tree_ / "pipe").c_str(), 0666), 0);
  {
    const Loan loan = lend();
  }
  EXPECT_EQ(status_of(tree_ / "pipe").st_uid, 0U);
}

TEST_F(LentTree, UsedBytesCountBlocksAndEveryEntry) {
  EXPECT_EQ(used_bytes(descriptor_.number()), 0U);
  for (int i = 0; i < 10; ++i) std::ofstream file(tree_ / std::to_string(i));
  EXPECT_EQ(used_bytes(descriptor_.number()), 10U * 1024U);
  std::ofstream(tree_ / "big") << std::string(1U << 20U, 'x');
  const std::uint64_t used = used_bytes(descriptor_.number());
  EXPECT_GE(used, 1U << 20U);
  fs::create_hard_link(tree_ / "big", tree_ / "again");
  EXPECT_LE(used_bytes(descriptor_.number()), used + 4096U);
}

}  // namespace
}  // namespace tenon::sandbox
