#include "native/diff/merge/tree_merge.h"

#include <gtest/gtest.h>

#include "native/diff/merge/testing/memory_tree.h"

namespace tenon::diff {
namespace {

using testing::Files;
using testing::MemoryMergeTree;

const std::string kText = "one\ntwo\nthree\nfour\nfive\nsix\n";

FileContent text(std::string bytes) { return {.bytes = std::move(bytes), .type = FileType::regular}; }
FileContent program(std::string bytes) { return {.bytes = std::move(bytes), .type = FileType::executable}; }
FileContent link(std::string target) { return {.bytes = std::move(target), .type = FileType::link}; }

TreeMerge merged(const Files& base, const Files& ours, const Files& theirs, const TreeMergeOptions& options = {}) {
  return merge_trees({.base = MemoryMergeTree(base), .ours = MemoryMergeTree(ours), .theirs = MemoryMergeTree(theirs)},
                     options);
}

Files result_of(const TreeMerge& merge, Files files) {
  for (const FileChange& change : merge.changes.changes) {
    if (change.after) {
      files[change.path] = *change.after;
    } else {
      files.erase(change.path);
    }
  }
  return files;
}

std::vector<ConflictKind> kinds_of(const TreeMerge& merge) {
  std::vector<ConflictKind> kinds;
  for (const TreeConflict& conflict : merge.conflicts) kinds.push_back(conflict.kind);
  return kinds;
}

using Kinds = std::vector<ConflictKind>;

TEST(TreeMerge, FilesOfBothSidesComeTogether) {
  const Files base = {{"a", text("a")}, {"b", text("b")}, {"gone", text("gone")}};
  const Files ours = {{"a", text("A")}, {"b", text("b")}, {"gone", text("gone")}, {"new", text("ours")}};
  const Files theirs = {{"a", text("a")}, {"b", text("B")}, {"d/new", text("theirs")}};
  const TreeMerge merge = merged(base, ours, theirs);
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(result_of(merge, ours),
            (Files{{"a", text("A")}, {"b", text("B")}, {"new", text("ours")}, {"d/new", text("theirs")}}));
  EXPECT_TRUE(merge.merged.empty());
}

TEST(TreeMerge, ChangesAreThoseOfOurs) {
  const Files base = {{"a", text("a")}, {"b", text("b")}};
  const TreeMerge merge = merged(base, {{"a", text("A")}, {"b", text("b")}}, {{"a", text("a")}});
  EXPECT_EQ(merge.changes, (ChangeSet{.changes = {{.path = "b", .before = text("b"), .after = std::nullopt}}}));
}

TEST(TreeMerge, ContentsAreMergedByLines) {
  const Files ours = {{"f", text("ONE\ntwo\nthree\nfour\nfive\nsix\n")}};
  const TreeMerge merge = merged({{"f", text(kText)}}, ours, {{"f", text(kText + "seven\n")}});
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(result_of(merge, ours).at("f").bytes, "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\n");
  EXPECT_EQ(merge.merged, std::vector<MergedFile>{{.path = "f"}});
}

TEST(TreeMerge, AConflictOfContentSaysWhichLines) {
  const Files ours = {{"f", text("ours\n")}};
  const TreeMerge merge = merged({{"f", text("base\n")}}, ours, {{"f", text("theirs\n")}});
  ASSERT_EQ(kinds_of(merge), Kinds{ConflictKind::content});
  EXPECT_EQ(merge.conflicts[0].regions.size(), 1U);
  EXPECT_EQ(result_of(merge, ours).at("f").bytes, "<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n");
}

TEST(TreeMerge, AChangeFollowsARename) {
  const Files base = {{"old/name", text(kText)}};
  const Files ours = {{"new/name", text(kText)}};
  const Files theirs = {{"old/name", text(kText + "seven\n")}};
  const TreeMerge merge = merged(base, ours, theirs);
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(result_of(merge, ours), (Files{{"new/name", text(kText + "seven\n")}}));
  EXPECT_EQ(result_of(merged(base, theirs, ours), theirs), result_of(merge, ours));
}

TEST(TreeMerge, ARenameWithChangesIsFollowedByItsSimilarity) {
  const Files base = {{"old", text(kText)}};
  const Files ours = {{"new", text(kText + "seven\n")}};
  const Files theirs = {{"old", text("zero\n" + kText)}};
  const TreeMerge merge = merged(base, ours, theirs);
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(result_of(merge, ours), (Files{{"new", text("zero\n" + kText + "seven\n")}}));
  EXPECT_EQ(kinds_of(merged(base, ours, theirs, {.renames = RenameSearch::off})), Kinds{ConflictKind::modify_delete});
}

TEST(TreeMerge, BothMayRenameAFileInTheSameWay) {
  const Files base = {{"old", text(kText)}};
  const Files ours = {{"new", text(kText + "seven\n")}};
  const Files theirs = {{"new", text("zero\n" + kText)}};
  const TreeMerge merge = merged(base, ours, theirs);
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(result_of(merge, ours), (Files{{"new", text("zero\n" + kText + "seven\n")}}));
}

TEST(TreeMerge, AFileThatBothRenamedDifferentlyStandsAtBothPaths) {
  const Files base = {{"old", text(kText)}};
  const Files ours = {{"one", text(kText)}};
  const TreeMerge merge = merged(base, ours, {{"two", text(kText)}});
  ASSERT_EQ(kinds_of(merge), Kinds{ConflictKind::rename_rename});
  EXPECT_EQ(merge.conflicts[0].base->path, "old");
  EXPECT_EQ(merge.conflicts[0].ours->path, "one");
  EXPECT_EQ(merge.conflicts[0].theirs->path, "two");
  EXPECT_EQ(result_of(merge, ours), (Files{{"one", text(kText)}, {"two", text(kText)}}));
}

TEST(TreeMerge, ABinaryFileThatBothRenamedAndChangedLosesNothing) {
  const std::string base = std::string(1, '\0') + kText;
  const Files ours = {{"one", text(base + "ours\n")}};
  const Files theirs = {{"two", text(base + "theirs\n")}};
  const TreeMerge merge = merged({{"old", text(base)}}, ours, theirs);
  EXPECT_EQ(kinds_of(merge), Kinds{ConflictKind::rename_rename});
  EXPECT_EQ(result_of(merge, ours), (Files{{"one", text(base + "ours\n")}, {"two", text(base + "theirs\n")}}));
}

TEST(TreeMerge, TwoFilesThatAreRenamedToOnePathAreAConflict) {
  const std::string other = "alpha\nbeta\ngamma\ndelta\n";
  const Files base = {{"a", text(kText)}, {"b", text(other)}};
  const Files ours = {{"c", text(kText)}, {"b", text(other)}};
  const TreeMerge merge = merged(base, ours, {{"a", text(kText)}, {"c", text(other)}});
  EXPECT_EQ(kinds_of(merge), Kinds{ConflictKind::add_add});
  EXPECT_EQ(result_of(merge, ours),
            (Files{{"c", text("<<<<<<< ours\n" + kText + "=======\n" + other + ">>>>>>> theirs\n")}}));
}

TEST(TreeMerge, AFileThatOneRenamedAndTheOtherRemovedStays) {
  const Files ours = {{"new", text(kText)}};
  const TreeMerge merge = merged({{"old", text(kText)}}, ours, {});
  EXPECT_EQ(kinds_of(merge), Kinds{ConflictKind::rename_delete});
  EXPECT_EQ(result_of(merge, ours), ours);
  EXPECT_EQ(result_of(merged({{"old", text(kText)}}, {}, ours), {}), ours);
}

TEST(TreeMerge, AFileThatOneChangedAndTheOtherRemovedStays) {
  const Files base = {{"f", text("base\n")}};
  const Files changed = {{"f", text("something else\n")}};
  EXPECT_EQ(kinds_of(merged(base, changed, {})), Kinds{ConflictKind::modify_delete});
  EXPECT_EQ(result_of(merged(base, changed, {}), changed), changed);
  EXPECT_EQ(result_of(merged(base, {}, changed), {}), changed);
}

TEST(TreeMerge, FilesThatBothAddedAreMergedWithoutABase) {
  const Files ours = {{"f", text("same\nours\n")}};
  EXPECT_TRUE(merged({}, ours, ours).clean());
  const TreeMerge merge = merged({}, ours, {{"f", text("same\ntheirs\n")}});
  EXPECT_EQ(kinds_of(merge), Kinds{ConflictKind::add_add});
  EXPECT_EQ(result_of(merge, ours).at("f").bytes, "same\n<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n");
}

TEST(TreeMerge, TheExecutableBitIsMergedBesideTheContent) {
  const Files ours = {{"f", program(kText)}};
  const TreeMerge merge = merged({{"f", text(kText)}}, ours, {{"f", text(kText + "seven\n")}});
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(result_of(merge, ours), (Files{{"f", program(kText + "seven\n")}}));
  EXPECT_EQ(kinds_of(merged({}, {{"f", program("x")}}, {{"f", text("x")}})), Kinds{ConflictKind::mode});
}

TEST(TreeMerge, LinksAreNeverMergedByTheirBytes) {
  const Files ours = {{"l", link("ours")}};
  const Files theirs = {{"l", link("theirs")}};
  const TreeMerge merge = merged({{"l", link("base")}}, ours, theirs);
  EXPECT_EQ(kinds_of(merge), Kinds{ConflictKind::link});
  EXPECT_EQ(result_of(merge, ours), ours);
  const TreeMerge preferring =
      merged({{"l", link("base")}}, ours, theirs, {.files = {.preference = Preference::theirs}});
  EXPECT_TRUE(preferring.clean());
  EXPECT_EQ(result_of(preferring, ours), theirs);
}

TEST(TreeMerge, AFileThatMeetsALinkStandsBesideIt) {
  const Files ours = {{"f", text("ours\n")}, {"f~ours", text("taken\n")}};
  const Files base = {{"f", text("base\n")}, {"f~ours", text("taken\n")}};
  const Files theirs = {{"f", link("elsewhere")}, {"f~ours", text("taken\n")}, {"g", text("g")}};
  const TreeMerge merge = merged(base, ours, theirs);
  EXPECT_EQ(kinds_of(merge), Kinds{ConflictKind::type});
  EXPECT_EQ(
      result_of(merge, ours),
      (Files{{"f", link("elsewhere")}, {"f~ours_0", text("ours\n")}, {"f~ours", text("taken\n")}, {"g", text("g")}}));
}

TEST(TreeMerge, AFileThatMeetsADirectoryStandsBesideIt) {
  const Files ours = {{"d", text("file\n")}};
  const TreeMerge merge = merged({}, ours, {{"d/in", text("in\n")}});
  ASSERT_EQ(kinds_of(merge), Kinds{ConflictKind::directory_file});
  EXPECT_EQ(merge.conflicts[0].path, "d~ours");
  EXPECT_EQ(result_of(merge, ours), (Files{{"d~ours", text("file\n")}, {"d/in", text("in\n")}}));
}

TEST(TreeMerge, ADirectoryMayBecomeAFileAndAFileADirectory) {
  const Files base = {{"d/in", text("in\n")}, {"f", text("f\n")}};
  const Files ours = {{"d", text("now a file\n")}, {"f", text("f\n")}};
  const Files theirs = {{"d/in", text("in\n")}, {"f/in", text("now a directory\n")}};
  const TreeMerge merge = merged(base, ours, theirs);
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(result_of(merge, ours), (Files{{"d", text("now a file\n")}, {"f/in", text("now a directory\n")}}));
}

TEST(TreeMerge, BinaryFilesThatBothChangedKeepOurs) {
  const std::string zero(1, '\0');
  const Files ours = {{"b", text(zero + "ours")}};
  const TreeMerge merge = merged({{"b", text(zero)}}, ours, {{"b", text(zero + "theirs")}});
  ASSERT_EQ(kinds_of(merge), Kinds{ConflictKind::content});
  EXPECT_EQ(merge.conflicts[0].file_kind, FileKind::binary);
  EXPECT_EQ(result_of(merge, ours), ours);
}

TEST(TreeMerge, NamesThatDifferInCaseOnlyAreReportedWhenTheyMeet) {
  const Files base = {{"src/a", text("a")}};
  const Files ours = {{"src/a", text("a")}, {"Makefile", text("ours")}};
  const Files theirs = {{"src/a", text("a")}, {"makefile", text("theirs")}};
  const TreeMerge merge = merged(base, ours, theirs);
  EXPECT_TRUE(merge.clean());
  EXPECT_EQ(merge.case_collisions, (std::vector<std::vector<std::string>>{{"Makefile", "makefile"}}));
  EXPECT_TRUE(merged(base, theirs, theirs).case_collisions.empty());
  EXPECT_FALSE(merged(base, base, {{"src/a", text("a")}, {"SRC", text("s")}}).changes.empty());
}

// Lists nothing of a directory that cannot be read.
class Unreadable final : public MergeTree {
 public:
  explicit Unreadable(Files files) : files_(std::move(files)) {}
  std::vector<MergeNode> list(const std::string& directory) const override { return files_.list(directory); }
  std::string read(const std::string& path) const override { return files_.read(path); }
  std::vector<fsops::Refusal> left_out() const override { return {{.path = "d", .reason = "it cannot be read"}}; }

 private:
  MemoryMergeTree files_;
};

TEST(TreeMerge, WhatCannotBeReadIsNotTakenForRemoved) {
  const Files ours = {{"a", text("a")}, {"d/b", text("b")}};
  const TreeMerge merge = merge_trees(
      {.base = MemoryMergeTree(ours), .ours = MemoryMergeTree(ours), .theirs = Unreadable({{"a", text("A")}})}, {});
  EXPECT_FALSE(merge.clean());
  EXPECT_EQ(result_of(merge, ours), (Files{{"a", text("A")}, {"d/b", text("b")}}));
  ASSERT_EQ(merge.left_out.size(), 1U);
  EXPECT_EQ(merge.left_out[0].path, "d");
}

}  // namespace
}  // namespace tenon::diff
