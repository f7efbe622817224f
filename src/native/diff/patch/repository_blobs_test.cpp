#include "native/diff/patch/repository_blobs.h"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "native/diff/patch/blob_id.h"

namespace tenon::diff::patch {
namespace {

constexpr std::string_view kText = "what a patch was made from\n";
const std::string kId = blob_id(kText, 40);

class RepositoryBlobsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "blobs.XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(root_ / "repository");
    std::ofstream(root_ / "repository/file") << kText;
    git("init -q");
    git("add file");
  }

  void TearDown() override { std::filesystem::remove_all(root_); }

  void git(const std::string& arguments) const {
    const std::string command = fmt::format("git -c user.name=A -c user.email=a@example.org -C '{}' {}",
                                            (root_ / "repository").string(), arguments);
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  std::optional<std::string> found(const std::filesystem::path& directory, std::string_view id) const {
    const std::optional<RepositoryBlobs> blobs = RepositoryBlobs::around(root_ / directory);
    return blobs ? blobs->find(id) : std::nullopt;
  }

  std::filesystem::path root_;
};

TEST_F(RepositoryBlobsTest, AFileIsFoundByItsNameAndByAPrefix) {
  EXPECT_EQ(found("repository", kId), kText);
  EXPECT_EQ(found("repository", kId.substr(0, 7)), kText);
}

TEST_F(RepositoryBlobsTest, WhatIsNotThereOrNoNameIsNotFound) {
  for (const std::string& id :
       {std::string(40, '1'), kId.substr(0, 3), std::string("zzzzzzz"), kId + kId, std::string()}) {
    EXPECT_EQ(found("repository", id), std::nullopt) << id;
  }
}

TEST_F(RepositoryBlobsTest, ADirectoryBelowAndALinkedWorkTreeHaveTheSameObjects) {
  std::filesystem::create_directories(root_ / "repository/below/it");
  git("commit -qm first");
  git("worktree add -q ../linked HEAD");
  EXPECT_EQ(found("repository/below/it", kId), kText);
  EXPECT_EQ(found("linked", kId), kText);
}

TEST_F(RepositoryBlobsTest, ATreeIsNoFile) {
  git("commit -qm first");
  git("rev-parse 'HEAD^{tree}' > '" + (root_ / "tree").string() + "'");
  std::string tree;
  std::getline(std::ifstream(root_ / "tree") >> std::ws, tree);
  ASSERT_EQ(tree.size(), 40U);
  EXPECT_EQ(found("repository", tree), std::nullopt);
}

TEST_F(RepositoryBlobsTest, OutsideOfARepositoryThereIsNone) { EXPECT_FALSE(RepositoryBlobs::around(root_)); }

TEST_F(RepositoryBlobsTest, ConfigurationThatWouldRunSomethingIsNotRead) {
  git("config core.fsmonitor 'touch ../ran'");
  std::ofstream(root_ / "repository/.git/config", std::ios::app) << "[this is no configuration\n";
  EXPECT_EQ(found("repository", kId), kText);
  EXPECT_FALSE(std::filesystem::exists(root_ / "ran"));
}

}  // namespace
}  // namespace tenon::diff::patch
