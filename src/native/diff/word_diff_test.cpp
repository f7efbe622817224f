#include "native/diff/word_diff.h"

#include <gmock/gmock.h>

#include "core/testing/test_data.h"

namespace tenon::diff {
namespace {

using ::testing::ElementsAre;

std::string words_changed(std::string_view old_text, std::string_view new_text, WordStyle style = WordStyle::plain,
                          const Palette& palette = {}) {
  const Lines before(old_text);
  const Lines after(new_text);
  const Changes changes = diff_lines(before, after);
  return word_text(before, after, changes, group_hunks(before, after, changes, FunctionLines()), style, palette);
}

TEST(WordDiff, WordsAreRunsOfLettersAndOfBlanks) {
  EXPECT_THAT(words_of("  a_1 = caf\u00e9();\n"),
              ElementsAre("  ", "a_1", " ", "=", " ", "caf\u00e9", "(", ")", ";", "\n"));
}

TEST(WordDiff, OnlyTheChangedWordsAreMarked) {
  EXPECT_EQ(words_changed("a\nold = f(x, y)\nb\n", "a\nnew = f(x, z)\nb\n"),
            "@@ -1,3 +1,3 @@\na\n[-old-]{+new+} = f(x, [-y-]{+z+})\nb\n");
}

TEST(WordDiff, WordsWithOnlyBlanksBetweenThemAreOneChange) {
  EXPECT_EQ(words_changed("one two;\n", "three four;\n"), "@@ -1 +1 @@\n[-one two-]{+three four+};\n");
}

TEST(WordDiff, LinesThatComeOrGoAreMarkedWhole) {
  EXPECT_EQ(words_changed("a\nb\n", "a\nb\nc d\ne\n"), "@@ -1,2 +1,4 @@\na\nb\n{+c d+}\n{+e+}\n");
  EXPECT_EQ(words_changed("a\nb", "a\n"), "@@ -1,2 +1 @@\na\n[-b-]\n");
}

TEST(WordDiff, ColoursEndWithTheLine) {
  EXPECT_EQ(words_changed("a x\n", "a y\n", WordStyle::colour, kTerminalColours),
            "\x1b[36m@@ -1 +1 @@\x1b[m\na \x1b[31mx\x1b[m\x1b[32my\x1b[m\n");
}

TEST(WordDiff, AHugeChangeIsShownByLines) {
  const std::string before(kLongestWordText + 1, 'a');
  const std::string after(kLongestWordText + 1, 'b');
  EXPECT_FALSE(diff_words(before, after));
  EXPECT_EQ(words_changed(before, after), "@@ -1 +1 @@\n[-" + before + "-]\n{+" + after + "+}\n");
}

TEST(WordDiff, ControlCharactersReachNoTerminal) {
  EXPECT_EQ(words_changed("a\n", "\x1b]0;x\a\n", WordStyle::plain, kTerminalPlain), "@@ -1 +1 @@\n[-a-]{+^[]0;x^G+}\n");
}

Changes expected_changes(const json::value& rows) {
  Changes changes;
  const auto range = [](const json::value& pair) {
    return LineRange{pair.at(0).to_number<std::uint32_t>(), pair.at(1).to_number<std::uint32_t>()};
  };
  for (const json::value& row : rows.as_array()) changes.push_back({range(row.at("before")), range(row.at("after"))});
  return changes;
}

TEST(WordDiff, RowsOfImaraDiff) {
  if (const auto missing = tenon::testing::missing_test_data("imara/cases.jsonl")) GTEST_SKIP() << *missing;
  for (const json::object& row : tenon::testing::read_jsonl("imara/cases.jsonl")) {
    if (row.at("op").as_string() == "words") {
      const std::string text(row.at("text").as_string());
      const auto words = words_of(text);
      EXPECT_EQ(std::vector<std::string>(words.begin(), words.end()),
                from_json<std::vector<std::string>>(row.at("expected")))
          << row.at("name");
    } else if (row.at("op").as_string() == "word_diff") {
      const auto diff = diff_words(row.at("before").as_string(), row.at("after").as_string());
      ASSERT_TRUE(diff);
      EXPECT_EQ(diff->changes, expected_changes(row.at("expected"))) << row.at("name");
    }
  }
}

}  // namespace
}  // namespace tenon::diff
