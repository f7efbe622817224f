#include "native/diff/diff_stat.h"

#include <gtest/gtest.h>

namespace tenon::diff {
namespace {

TEST(DiffStat, BarsAndTotals) {
  const std::vector<FileStat> files = {
      {.path = "src/a.cpp", .lines = {.removed = 2, .added = 3}},
      {.path = "picture.png", .lines = {}, .binary = BinarySizes{.before = 3, .after = 1024}},
      {.path = "new/name.h", .old_path = "old/name.h", .lines = {}}};
  EXPECT_EQ(stat_text(files, 80),
            " src/a.cpp           |   5 +++--\n"
            " picture.png         | Bin 3 -> 1024 bytes\n"
            " {old => new}/name.h |   0\n"
            " 3 files changed, 3 insertions(+), 2 deletions(-)\n");
}

TEST(DiffStat, BarsAreScaledAndNamesCutWhereTheLineIsTooLong) {
  const std::vector<FileStat> files = {
      {.path = "a/directory/with/a/very/long/path/that/does/not/fit/into/the/line/name.cpp",
       .lines = {.removed = 10, .added = 990}},
      {.path = "b", .lines = {.removed = 1, .added = 1}}};
  EXPECT_EQ(stat_text(files, 80),
            " .../path/that/does/not/fit/into/the/line/name.cpp  | 1000 +++++++++++++++++++-\n"
            " b                                                  |    2 +-\n"
            " 2 files changed, 991 insertions(+), 11 deletions(-)\n");
}

TEST(DiffStat, NumbersForPrograms) {
  const std::vector<FileStat> files = {{.path = "a b", .lines = {.removed = 1, .added = 0}},
                                       {.path = "quo\"te", .lines = {}, .binary = BinarySizes{}},
                                       {.path = "src/new/x", .old_path = "src/x", .lines = {.removed = 0, .added = 1}}};
  EXPECT_EQ(numstat_text(files), "0\t1\ta b\n-\t-\t\"quo\\\"te\"\n1\t0\tsrc/{ => new}/x\n");
}

TEST(DiffStat, TotalsAreInThePluralWhereTheyAreMany) {
  EXPECT_EQ(shortstat_text({}), "");
  EXPECT_EQ(shortstat_text({{.path = "a", .lines = {.removed = 0, .added = 1}}}), " 1 file changed, 1 insertion(+)\n");
  EXPECT_EQ(shortstat_text({{.path = "a", .lines = {.removed = 2, .added = 0}}}), " 1 file changed, 2 deletions(-)\n");
  EXPECT_EQ(shortstat_text({{.path = "a"}}), " 1 file changed, 0 insertions(+), 0 deletions(-)\n");
}

TEST(DiffStat, CommonPartsOfNamesStandOutside) {
  EXPECT_EQ(rename_text("a", "b"), "a => b");
  EXPECT_EQ(rename_text("a/c", "b/c"), "{a => b}/c");
  EXPECT_EQ(rename_text("a/b/c", "a/c"), "a/{b => }/c");
  EXPECT_EQ(rename_text("a/c", "a/b/c"), "a/{ => b}/c");
  EXPECT_EQ(rename_text("x/one.c", "x/two.c"), "x/{one.c => two.c}");
  EXPECT_EQ(rename_text("a\tb", "c"), "\"a\\tb\" => c");
}

}  // namespace
}  // namespace tenon::diff
