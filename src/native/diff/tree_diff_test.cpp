#include "native/diff/tree_diff.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "native/diff/similarity.h"
#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"

namespace tenon::diff {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string numbers(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += fmt::format("this is line number {}\n", i);
  return text;
}

class TreeDiffTest : public ::testing::Test {
 protected:
  void write(const std::string& path, std::string_view bytes) const {
    const std::filesystem::path file = scratch_.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
  }

  TreeDiff compare(TreeDiffOptions options = {}) const {
    options.threads = 2;
    std::filesystem::create_directories(scratch_.path() / "old");
    std::filesystem::create_directories(scratch_.path() / "new");
    const DirectoryTree before(scratch_.path() / "old", 2);
    const DirectoryTree after(scratch_.path() / "new", 2);
    return diff_trees(before, after, options);
  }

  std::vector<std::string> changes(const TreeDiffOptions& options = {}) const {
    std::vector<std::string> lines;
    for (const TreeChange& change : compare(options).changes) {
      const bool two = change.before && change.after && change.before->path != change.after->path;
      lines.push_back(fmt::format("{}{}{}", letter_of(change.status),
                                  two ? fmt::format("{} {} ", change.similarity, change.before->path) : " ",
                                  change.after ? change.after->path : change.before->path));
    }
    return lines;
  }

  fsops::TemporaryDirectory scratch_{fsops::busy_test_directory(), "tenon-tree-diff-"};
};

TEST_F(TreeDiffTest, EqualTreesHaveNoChanges) {
  write("old/a/b", "x");
  write("new/a/b", "x");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(TreeDiffTest, AddedDeletedModified) {
  write("old/gone", "1");
  write("old/same size", "12");
  write("old/.hidden/x", "1");
  write("new/same size", "21");
  write("new/.hidden/x", "123");
  write("new/come", "5");
  EXPECT_THAT(changes(), ElementsAre("M .hidden/x", "A come", "D gone", "M same size"));
}

TEST_F(TreeDiffTest, ModesAndTypesCount) {
  write("old/mode", "x");
  write("new/mode", "x");
  ::chmod((scratch_.path() / "new/mode").c_str(), 0755);
  write("old/type", "x");
  ASSERT_EQ(::symlink("x", (scratch_.path() / "new/type").c_str()), 0);
  ASSERT_EQ(::symlink("one", (scratch_.path() / "old/link").c_str()), 0);
  ASSERT_EQ(::symlink("two", (scratch_.path() / "new/link").c_str()), 0);
  EXPECT_THAT(changes(), ElementsAre("M link", "M mode", "T type"));
}

TEST_F(TreeDiffTest, WhatIsBelowAGitDirectoryIsNoContent) {
  write("old/.git/index", "1");
  write("new/.git/index", "2");
  write("new/sub/.git/HEAD", "2");
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_F(TreeDiffTest, AFileWithEqualContentWasRenamed) {
  write("old/a.txt", numbers(1, 20));
  write("new/dir/b.txt", numbers(1, 20));
  EXPECT_THAT(changes(), ElementsAre("R100 a.txt dir/b.txt"));
  EXPECT_THAT(changes({.detection = RenameDetection::none}), ElementsAre("D a.txt", "A dir/b.txt"));
}

TEST_F(TreeDiffTest, OfEqualContentsTheOneOfTheSameNameWasRenamed) {
  write("old/one/x", numbers(1, 20));
  write("old/one/y", numbers(1, 20));
  write("new/two/y", numbers(1, 20));
  EXPECT_THAT(changes(), ElementsAre("D one/x", "R100 one/y two/y"));
}

TEST_F(TreeDiffTest, EmptyFilesAreNotRenamed) {
  write("old/a", "");
  write("new/b", "");
  EXPECT_THAT(changes(), ElementsAre("D a", "A b"));
}

TEST_F(TreeDiffTest, ASimilarFileWasRenamed) {
  write("old/a", numbers(1, 20));
  write("new/b", numbers(1, 15) + "something else\n");
  EXPECT_THAT(changes(), ElementsAre("R74 a b"));
  EXPECT_THAT(changes({.least_similarity = 80}), ElementsAre("D a", "A b"));
}

TEST_F(TreeDiffTest, TheMostSimilarPairIsTaken) {
  write("old/a", numbers(1, 20));
  write("old/b", numbers(1, 18) + numbers(50, 51));
  write("new/c", numbers(1, 19));
  EXPECT_THAT(changes(), ElementsAre("D b", "R94 a c"));
}

TEST_F(TreeDiffTest, ACopyOfAChangedFileIsFoundWhenAskedFor) {
  write("old/a", numbers(1, 20));
  write("new/a", numbers(1, 21));
  write("new/b", numbers(1, 20));
  EXPECT_THAT(changes(), ElementsAre("M a", "A b"));
  EXPECT_THAT(changes({.detection = RenameDetection::renames_and_copies}), ElementsAre("M a", "C100 a b"));
}

TEST_F(TreeDiffTest, TooManyCandidatesLeaveOnlyEqualContentsAndNames) {
  write("old/a", numbers(1, 20));
  write("old/b", numbers(100, 120));
  write("new/c", numbers(1, 19));
  write("new/d", numbers(100, 120));
  EXPECT_THAT(changes({.most_pairs = 0}), ElementsAre("D a", "A c", "R100 b d"));
}

TEST_F(TreeDiffTest, AFileThatCannotBeReadIsReportedAndTheRestGoesOn) {
  write("old/a", "1");
  write("new/a", "2");
  write("old/b", "1");
  write("new/b", "2");
  std::filesystem::create_directories(scratch_.path() / "old");
  const DirectoryTree before(scratch_.path() / "old", 1);
  const DirectoryTree after(scratch_.path() / "new", 1);
  std::filesystem::remove(scratch_.path() / "new/a");
  const TreeDiff result = diff_trees(before, after);
  ASSERT_EQ(result.failures.size(), 1U);
  EXPECT_EQ(result.failures[0].path, "a");
  EXPECT_EQ(result.failures[0].error_number, ENOENT);
  ASSERT_EQ(result.changes.size(), 1U);
  EXPECT_EQ(result.changes[0].after->path, "b");
}

TEST_F(TreeDiffTest, ALinkPutInPlaceOfADirectoryIsNotFollowed) {
  write("old/d/a", "1");
  write("new/d/a", "2");
  const DirectoryTree before(scratch_.path() / "old", 1);
  const DirectoryTree after(scratch_.path() / "new", 1);
  std::filesystem::rename(scratch_.path() / "new/d", scratch_.path() / "elsewhere");
  ASSERT_EQ(::symlink("../elsewhere", (scratch_.path() / "new/d").c_str()), 0);
  EXPECT_EQ(diff_trees(before, after).failures.size(), 1U);
}

TEST(Similarity, IsTheShareOfCommonBytesInTheLargerFile) {
  const auto percent = [](std::string_view one, std::string_view other) {
    return percent_of(similarity(Fingerprint(one), Fingerprint(other)));
  };
  EXPECT_EQ(percent("a\nb\nc\nd\n", "a\nb\nc\nd\n"), 100U);
  EXPECT_EQ(percent("a\nb\nc\nd\n", "d\nc\nx\ny\n"), 50U);
  EXPECT_EQ(percent("a\n", "a\na\na\na\n"), 25U);
  EXPECT_EQ(percent("", ""), 0U);
  EXPECT_EQ(percent("a\nb\n", "c\nd\n"), 0U);
}

TEST(Similarity, LineEndsOfTextsDoNotCount) {
  EXPECT_EQ(similarity(Fingerprint("one\ntwo\n"), Fingerprint("one\r\ntwo\r\n")) * 10U / kSame, 8U);
}

TEST(Similarity, ALongLineIsComparedInPieces) {
  const std::string common(640, 'x');
  EXPECT_EQ(percent_of(similarity(Fingerprint(common), Fingerprint(common + std::string(640, 'y')))), 50U);
}

TEST(Similarity, SizesLimitIt) {
  EXPECT_EQ(percent_of(highest_similarity(10, 40)), 25U);
  EXPECT_EQ(highest_similarity(0, 0), 0U);
}

}  // namespace
}  // namespace tenon::diff
