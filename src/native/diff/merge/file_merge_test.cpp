#include "native/diff/merge/file_merge.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace tenon::diff {
namespace {

const std::string kBase = "one\ntwo\nthree\nfour\nfive\n";

FileMerge merged(std::string_view base, std::string_view ours, std::string_view theirs,
                 const FileMergeOptions& options = {}) {
  return merge_file({.base = base, .ours = ours, .theirs = theirs}, options);
}

TEST(FileMerge, ChangesOfBothSidesInDifferentPlacesAreJoined) {
  const FileMerge merge = merged(kBase, "ONE\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nFIVE\n");
  EXPECT_TRUE(merge.clean);
  EXPECT_EQ(merge.text, "ONE\ntwo\nthree\nfour\nFIVE\n");
  EXPECT_TRUE(merge.conflicts.empty());
}

TEST(FileMerge, TheSameChangeOfBothSidesIsMadeOnce) {
  EXPECT_EQ(merged(kBase, "one\n2\nthree\nfour\n", "one\n2\nthree\nfour\nfive\n").text, "one\n2\nthree\nfour\n");
}

TEST(FileMerge, ConflictsStandBetweenMarkersWithTheirLabels) {
  const FileMerge merge = merged(kBase, "one\nours\nthree\nfour\nfive\n", "one\ntheirs\nthree\nfour\nfive\n",
                                 {.labels = {.base = "B", .ours = "O", .theirs = "T"}});
  EXPECT_FALSE(merge.clean);
  EXPECT_EQ(merge.text, "one\n<<<<<<< O\nours\n=======\ntheirs\n>>>>>>> T\nthree\nfour\nfive\n");
}

TEST(FileMerge, Diff3ShowsTheBaseToo) {
  const FileMerge merge = merged(kBase, "one\nours\nthree\nfour\nfive\n", "one\ntheirs\nthree\nfour\nfive\n",
                                 {.style = ConflictStyle::diff3, .marker_size = 3});
  EXPECT_EQ(merge.text, "one\n<<< ours\nours\n||| base\ntwo\n===\ntheirs\n>>> theirs\nthree\nfour\nfive\n");
}

TEST(FileMerge, Zdiff3LeavesCommonLinesOutsideTheConflict) {
  const FileMerge merge =
      merged("a\nz\n", "a\nnew\nours\nz\n", "a\nnew\ntheirs\nz\n", {.style = ConflictStyle::zdiff3});
  EXPECT_EQ(merge.text, "a\nnew\n<<<<<<< ours\nours\n||||||| base\n=======\ntheirs\n>>>>>>> theirs\nz\n");
}

TEST(FileMerge, PreferenceDecidesConflictsAndNothingElse) {
  const std::string ours = "one\nours\nthree\nfour\nfive\n";
  const std::string theirs = "one\ntheirs\nthree\nfour\nFIVE\n";
  EXPECT_EQ(merged(kBase, ours, theirs, {.preference = Preference::ours}).text, "one\nours\nthree\nfour\nFIVE\n");
  EXPECT_EQ(merged(kBase, ours, theirs, {.preference = Preference::theirs}).text, "one\ntheirs\nthree\nfour\nFIVE\n");
  EXPECT_EQ(merged(kBase, ours, theirs, {.preference = Preference::both_sides}).text,
            "one\nours\ntheirs\nthree\nfour\nFIVE\n");
  EXPECT_TRUE(merged(kBase, ours, theirs, {.preference = Preference::both_sides}).clean);
}

TEST(FileMerge, ConflictsAreDataWithTheLinesOfEachVersion) {
  const FileMerge merge = merged("a\nb\nc\nd\ne\n", "new\na\nB1\nB2\nc\nd\ne\n", "a\nB3\nc\nd\ne\nmore\n");
  ASSERT_EQ(merge.conflicts.size(), 1U);
  EXPECT_EQ(merge.conflicts[0], (FileConflict{.marked = {2, 8}, .base = {1, 2}, .ours = {2, 4}, .theirs = {1, 2}}));
}

TEST(FileMerge, RangesWithoutLinesStandWhereTheLinesWouldBe) {
  const FileMerge added = merged("a\nb\n", "first\na\nours\nb\n", "a\ntheirs\nb\n");
  ASSERT_EQ(added.conflicts.size(), 1U);
  EXPECT_EQ(added.conflicts[0].base, (LineRange{1, 1}));
  const FileMerge removed = merged("x\na\nb\nc\n", "x\na\nB\nc\n", "1\n2\nx\na\nc\n");
  ASSERT_EQ(removed.conflicts.size(), 1U);
  EXPECT_EQ(removed.conflicts[0], (FileConflict{.marked = {4, 8}, .base = {2, 3}, .ours = {2, 3}, .theirs = {4, 4}}));
}

TEST(FileMerge, LinesThatLookLikeMarkersAreNone) {
  const std::string base = "<<<<<<< x\n=======\n>>>>>>> y\nmiddle\n";
  const FileMerge merge = merged(base, base + "ours\n", base + "theirs\n");
  ASSERT_EQ(merge.conflicts.size(), 1U);
  EXPECT_EQ(merge.conflicts[0].marked, (LineRange{4, 9}));
}

TEST(FileMerge, MarkersFollowTheLineEndsAroundThem) {
  const FileMerge merge = merged("a\r\nb\r\n", "a\r\nours\r\n", "a\r\ntheirs\r\n");
  EXPECT_EQ(merge.text, "a\r\n<<<<<<< ours\r\nours\r\n=======\r\ntheirs\r\n>>>>>>> theirs\r\n");
}

TEST(FileMerge, AMissingEndOfLineStaysMissing) {
  EXPECT_EQ(merged("a\nb\nc", "A\nb\nc", "a\nb\nc").text, "A\nb\nc");
  EXPECT_EQ(merged("a\nb\nc", "A\nb\nc", "a\nb\nc\n").text, "A\nb\nc\n");
  EXPECT_EQ(merged("a", "ours", "theirs").text, "<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n");
}

TEST(FileMerge, AByteOrderMarkBelongsToItsLine) {
  EXPECT_EQ(merged("\xEF\xBB\xBF"
                   "a\nb\nc\n",
                   "\xEF\xBB\xBF"
                   "a\nb\nC\n",
                   "a\nb\nc\n")
                .text,
            "a\nb\nC\n");
}

TEST(FileMerge, InvalidUtf8IsMergedByItsBytes) {
  EXPECT_EQ(merged("\xFF\nb\nc\n", "\xFF\nb\nC\xC3\n", "\xFE\nb\nc\n").text, "\xFE\nb\nC\xC3\n");
}

TEST(FileMerge, BinaryContentIsAConflictAsAWholeWhenBothChangedIt) {
  const std::string base("a\0b\n", 4);
  const FileMerge merge = merged(base, base + "x", base + "y");
  EXPECT_FALSE(merge.clean);
  EXPECT_EQ(merge.kind, FileKind::binary);
  EXPECT_EQ(merge.text, base + "x");
  EXPECT_TRUE(merge.conflicts.empty());
  EXPECT_EQ(merged(base, base + "x", base + "y", {.preference = Preference::theirs}).text, base + "y");
  EXPECT_TRUE(merged(base, base + "x", base + "y", {.preference = Preference::theirs}).clean);
  EXPECT_FALSE(merged(base, base + "x", base + "y", {.preference = Preference::both_sides}).clean);
}

TEST(FileMerge, BinaryContentThatOneSideChangedIsMerged) {
  const std::string base("a\0b\n", 4);
  EXPECT_EQ(merged(base, base, base + "y").text, base + "y");
  EXPECT_EQ(merged(base, base + "y", base).text, base + "y");
  EXPECT_TRUE(merged(base, base + "y", base + "y").clean);
}

TEST(FileMerge, OneHugeLineIsALine) {
  const std::string line(8UL << 20U, 'x');
  const FileMerge merge = merged(line + "\nb\nc\n", line + "y\nb\nc\n", line + "\nb\nC\n");
  EXPECT_TRUE(merge.clean);
  EXPECT_EQ(merge.text, line + "y\nb\nC\n");
}

TEST(FileMerge, MoreLinesThanTheLimitAreAConflictAsAWhole) {
  const std::string lines(kMostMergedLines + 1, '\n');
  const FileMerge merge = merged(lines, lines + "a", lines + "b");
  EXPECT_FALSE(merge.clean);
  EXPECT_EQ(merge.kind, FileKind::too_large);
}

TEST(FileMerge, LabelsOfSeveralLinesAndMarkersOfNoCharactersAreRefused) {
  EXPECT_THROW(merged("", "a", "b", {.labels = {.ours = "a\nb"}}), Error);
  EXPECT_THROW(merged("", "a", "b", {.marker_size = 0}), Error);
}

}  // namespace
}  // namespace tenon::diff
