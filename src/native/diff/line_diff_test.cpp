#include "native/diff/line_diff.h"

#include <gtest/gtest.h>

#include "core/testing/test_data.h"
#include "native/diff/unified.h"

namespace tenon::diff {
namespace {

std::string hunks_of(std::string_view old_text, std::string_view new_text, const LineDiffOptions& options) {
  const Lines before(old_text);
  const Lines after(new_text);
  const Changes changes = diff_lines(before, after, options);
  std::vector<Hunk> hunks = group_hunks(before, after, changes, FunctionLines());
  for (Hunk& hunk : hunks) hunk.function = {};
  return unified_text(before, after, changes, hunks);
}

// The golden files know no marker for a missing newline.
std::string without_markers(const std::string& text) {
  std::string result;
  for (const std::string& line : testing::lines_of(text)) {
    if (!line.starts_with("\\ ")) result += line + "\n";
  }
  return result;
}

Changes changes_of(std::string_view before, std::string_view after, const LineDiffOptions& options = {}) {
  return diff_lines(Lines(before), Lines(after), options);
}

TEST(LineDiff, EqualTextsHaveNoChanges) {
  EXPECT_TRUE(changes_of("", "").empty());
  EXPECT_TRUE(changes_of("a\nb", "a\nb").empty());
}

TEST(LineDiff, AMissingNewlineAtTheEndIsAChange) {
  EXPECT_EQ(changes_of("a\nb", "a\nb\n"), (Changes{{.before = {1, 2}, .after = {1, 2}}}));
  EXPECT_EQ(changes_of("a", "a\nb"), (Changes{{.before = {0, 1}, .after = {0, 2}}}));
}

TEST(LineDiff, FromAndToNothing) {
  EXPECT_EQ(changes_of("", "a\nb\n"), (Changes{{.before = {0, 0}, .after = {0, 2}}}));
  EXPECT_EQ(changes_of("a\nb\n", ""), (Changes{{.before = {0, 2}, .after = {0, 0}}}));
}

TEST(LineDiff, BytesNeedNotBeText) {
  const std::string before("\xff\0\n\x80", 4);
  const std::string after("\xff\0\n\x81", 4);
  EXPECT_EQ(changes_of(before, after), (Changes{{.before = {1, 2}, .after = {1, 2}}}));
}

TEST(LineDiff, WhitespaceCountsAsAskedFor) {
  const std::string_view before = "a b\n\tc\nd\r\n";
  const auto counts = [&](std::string_view after, Whitespace whitespace) {
    return count_lines(changes_of(before, after, {.whitespace = whitespace}));
  };
  constexpr LineCounts kNone{};
  EXPECT_EQ(counts("a b\n\tc\nd\n", Whitespace::exact), (LineCounts{1, 1}));
  EXPECT_EQ(counts("a b\n\tc\nd\n", Whitespace::ignore_cr_at_end), kNone);
  EXPECT_EQ(counts("a b \n\tc\nd\n", Whitespace::ignore_cr_at_end), (LineCounts{1, 1}));
  EXPECT_EQ(counts("a b \n\tc\t\nd", Whitespace::ignore_at_end), kNone);
  EXPECT_EQ(counts("a  b\n\tc\nd\n", Whitespace::ignore_at_end), (LineCounts{1, 1}));
  EXPECT_EQ(counts("a  b\n  c\nd\n", Whitespace::ignore_change), kNone);
  EXPECT_EQ(counts("ab\n  c\nd\n", Whitespace::ignore_change), (LineCounts{1, 1}));
  EXPECT_EQ(counts("ab\nc\n d\n", Whitespace::ignore_all), kNone);
}

TEST(LineDiff, AnAddedBlockSlidesToItsOwnBeginning) {
  const std::string_view before = "def a():\n  x\n\ndef c():\n  x\n";
  const std::string_view after = "def a():\n  x\n\ndef b():\n  x\n\ndef c():\n  x\n";
  EXPECT_EQ(changes_of(before, after), (Changes{{.before = {3, 3}, .after = {3, 6}}}));
}

TEST(LineDiff, ASlideGoesIntoTheCommonBeginning) {
  EXPECT_EQ(changes_of("a\na\nb\n", "a\na\na\nb\n", {.sliding = Sliding::to_end}),
            (Changes{{.before = {2, 2}, .after = {2, 3}}}));
  EXPECT_EQ(changes_of("{\n}\n\n{\n}\n", "{\n}\n\n{\n}\n\n{\n}\n"), (Changes{{.before = {5, 5}, .after = {5, 8}}}));
}

TEST(LineDiff, HowOftenALineOccursCountsInTheCommonEndsToo) {
  // Without its first line the "d" of the middle would be a rare one, and the difference six lines.
  const LineCounts counts = count_lines(changes_of("d\nd\nb\nc\nb\nc\n", "d\nc\nb\nd\n"));
  EXPECT_EQ(counts.removed + counts.added, 4U);
}

TEST(LineDiff, TokensOfAnythingCanBeCompared) {
  const std::vector<Token> before = {0, 1, 2, 3};
  const std::vector<Token> after = {0, 2, 3, 4};
  const Changes expected = {{.before = {1, 2}, .after = {1, 1}}, {.before = {4, 4}, .after = {3, 4}}};
  for (const Algorithm algorithm : {Algorithm::histogram, Algorithm::myers, Algorithm::minimal}) {
    EXPECT_EQ(diff_tokens(before, after, 5, algorithm), expected);
  }
}

TEST(LineDiff, GoldenFilesOfGit) {
  if (const auto missing = testing::missing_test_data("imara/helix_syntax.rs.before")) GTEST_SKIP() << *missing;
  const std::string before = testing::read_test_data("imara/helix_syntax.rs.before");
  const std::string after = testing::read_test_data("imara/helix_syntax.rs.after");
  EXPECT_EQ(hunks_of(before, after, {.algorithm = Algorithm::histogram}),
            testing::read_test_data("imara/helix_syntax.rs.Histogram.diff"));
  EXPECT_EQ(hunks_of(before, after, {.algorithm = Algorithm::myers}),
            testing::read_test_data("imara/helix_syntax.rs.Myers.diff"));
}

TEST(LineDiff, RowsOfImaraDiff) {
  if (const auto missing = testing::missing_test_data("imara/cases.jsonl")) GTEST_SKIP() << *missing;
  for (const json::object& row : testing::read_jsonl("imara/cases.jsonl")) {
    if (row.at("op").as_string() != "unified") continue;
    for (const json::value& name : row.at("algorithms").as_array()) {
      const LineDiffOptions options{
          .algorithm = name.as_string() == "Histogram" ? Algorithm::histogram : Algorithm::myers,
          .sliding = row.at("postprocess").as_bool() ? Sliding::indent_heuristic : Sliding::none};
      EXPECT_EQ(without_markers(hunks_of(row.at("before").as_string(), row.at("after").as_string(), options)),
                row.at("expected").as_string())
          << row.at("name") << " " << name;
    }
  }
}

}  // namespace
}  // namespace tenon::diff
