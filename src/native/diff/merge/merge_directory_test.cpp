#include "native/diff/merge/merge_directory.h"

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "core/error.h"
#include "native/diff/merge/tree_merge.h"
#include "native/diff/patch/change_writer.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::diff {
namespace {

constexpr KeySeed kSeed{.value = 42};

class MergeDirectoryTest : public ::testing::Test {
 protected:
  std::filesystem::path at(const std::string& path) const { return root_.path() / path; }

  void write(const std::string& path, const std::string& bytes) const {
    std::filesystem::create_directories(at(path).parent_path());
    std::ofstream(at(path), std::ios::binary) << bytes;
  }

  std::string read(const std::string& path) const {
    std::ifstream in(at(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  MergeDirectory tree(const std::string& name) const { return {at(name), kSeed, 2}; }

 private:
  fsops::TemporaryDirectory root_{fsops::busy_test_directory(), "merge-directory-"};
};

TEST_F(MergeDirectoryTest, ListsFilesLinksAndDirectoriesWithKeysOfTheirContents) {
  write("t/a", "same");
  write("t/d/b", "same");
  write("t/d/c", "other");
  std::filesystem::create_symlink("same", at("t/l"));
  ::chmod(at("t/a").c_str(), 0755);
  const std::vector<MergeNode> nodes = tree("t").list("");
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_EQ(nodes[0].type, FileType::executable);
  EXPECT_EQ(nodes[1].name, "d");
  EXPECT_FALSE(nodes[1].type);
  EXPECT_EQ(nodes[2].type, FileType::link);
  const std::vector<MergeNode> below = tree("t").list("d");
  ASSERT_EQ(below.size(), 2U);
  EXPECT_EQ(below[0].key, nodes[0].key);
  EXPECT_NE(below[1].key, nodes[0].key);
}

TEST_F(MergeDirectoryTest, EqualDirectoriesHaveEqualKeysAndOthersNot) {
  for (const std::string name : {"one", "two"}) {
    write(name + "/d/e/f", "text");
    write(name + "/d/g", "more");
  }
  EXPECT_EQ(tree("one").list("")[0].key, tree("two").list("")[0].key);
  ::chmod(at("two/d/e/f").c_str(), 0755);
  EXPECT_NE(tree("one").list("")[0].key, tree("two").list("")[0].key);
}

TEST_F(MergeDirectoryTest, ReadsFilesAndLinks) {
  write("t/d/f", std::string("a\0b", 3));
  std::filesystem::create_symlink("../elsewhere", at("t/d/l"));
  std::filesystem::create_symlink("top", at("t/l"));
  EXPECT_EQ(tree("t").read("d/f"), std::string("a\0b", 3));
  EXPECT_EQ(tree("t").read("d/l"), "../elsewhere");
  EXPECT_EQ(tree("t").read("l"), "top");
  EXPECT_THROW(tree("t").read("../t/d/f"), Error);
}

TEST_F(MergeDirectoryTest, RepositoriesAndUnfinishedWritesAreNoPartOfTheTree) {
  write("t/.git/config", "x");
  write("t/sub/.git", "gitdir: elsewhere");
  write("t/.tenon-changes-1/file", "x");
  write("t/.tenon-unfinished-1", "x");
  write("t/.hidden", "x");
  const std::vector<MergeNode> nodes = tree("t").list("");
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0].name, ".hidden");
  EXPECT_TRUE(tree("t").left_out().empty());
}

TEST_F(MergeDirectoryTest, WhatNoWorkspaceMayHoldIsLeftOutAndReported) {
  write("t/good", "x");
  write("t/bad\nname", "x");
  ASSERT_EQ(::mkfifo(at("t/fifo").c_str(), 0644), 0);
  const MergeDirectory directory = tree("t");
  EXPECT_EQ(directory.list("").size(), 1U);
  EXPECT_EQ(directory.left_out().size(), 2U);
}

// Files are opened as somebody who is not root, by this thread and those it starts (setfsuid(2)).
class AsNobody {
 public:
  AsNobody() : before_(static_cast<uid_t>(::setfsuid(kNobody))) {}
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() { ::setfsuid(before_); }

 private:
  static constexpr uid_t kNobody = 65534;
  uid_t before_;
};

TEST_F(MergeDirectoryTest, UnreadableFilesAndDirectoriesAreLeftOutAndReported) {
  write("t/secret", "x");
  write("t/open", "x");
  write("t/closed/file", "x");
  ::chmod(at("").c_str(), 0755);
  ::chmod(at("t/secret").c_str(), 0);
  ::chmod(at("t/closed").c_str(), 0);
  std::vector<fsops::Refusal> left_out;
  {
    const AsNobody nobody;
    const MergeDirectory directory = tree("t");
    EXPECT_EQ(directory.list("").size(), 1U);
    left_out = directory.left_out();
  }
  std::ranges::sort(left_out, {}, &fsops::Refusal::path);
  ASSERT_EQ(left_out.size(), 2U);
  EXPECT_EQ(left_out[0].path, "closed");
  EXPECT_EQ(left_out[1].path, "secret");
  ::chmod(at("t/closed").c_str(), 0755);
}

TEST_F(MergeDirectoryTest, AMergeIsWrittenIntoOurs) {
  const std::string text = "one\ntwo\nthree\nfour\nfive\n";
  for (const std::string name : {"base", "ours", "theirs"}) {
    write(name + "/kept", "kept");
    write(name + "/old", text);
    write(name + "/gone", "gone");
  }
  std::filesystem::create_directory(at("ours/d"));
  std::filesystem::rename(at("ours/old"), at("ours/d/new"));
  write("theirs/old", text + "six\n");
  std::filesystem::remove(at("theirs/gone"));
  std::filesystem::create_symlink("kept", at("theirs/link"));
  const MergeDirectory base = tree("base");
  const MergeDirectory ours = tree("ours");
  const MergeDirectory theirs = tree("theirs");
  const TreeMerge merge = merge_trees({.base = base, .ours = ours, .theirs = theirs}, {});
  EXPECT_TRUE(merge.clean());
  patch::write_changes(ours.workspace(), merge.changes);
  EXPECT_EQ(read("ours/d/new"), text + "six\n");
  EXPECT_FALSE(std::filesystem::exists(at("ours/gone")));
  EXPECT_EQ(std::filesystem::read_symlink(at("ours/link")), "kept");
}

}  // namespace
}  // namespace tenon::diff
