#include "native/diff/line_table.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "native/diff/testing/random_text.h"

namespace tenon::diff {
namespace {

TEST(Lines, EndWithTheirTerminator) {
  const std::string text = "a\n\nb\r\n" + std::string(200, 'x') + "\nlast";
  const Lines lines(text);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], "a\n");
  EXPECT_EQ(lines[1], "\n");
  EXPECT_EQ(lines[2], "b\r\n");
  EXPECT_EQ(lines[3].size(), 201U);
  EXPECT_EQ(lines[4], "last");
  EXPECT_EQ(lines.of({1, 3}), "\nb\r\n");
  EXPECT_FALSE(lines.ends_with_newline());
  EXPECT_EQ(without_terminator(lines[2]), "b");
}

TEST(Lines, TogetherTheyAreTheText) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    testing::RandomText random(seed);
    const std::string text = random.text(60);
    const Lines lines(text);
    std::string together;
    for (std::uint32_t i = 0; i < lines.size(); ++i) {
      ASSERT_EQ(lines[i].find('\n'),
                i + 1 < lines.size() || lines.ends_with_newline() ? lines[i].size() - 1 : std::string_view::npos);
      together += lines[i];
    }
    ASSERT_EQ(together, text);
  }
}

TEST(Lines, ATextThatIsTooLongIsRefused) {
  const std::string_view no_text("x", Lines::kLongestText + 1);
  EXPECT_THROW(Lines{no_text}, Error);
}

TEST(LineTable, EqualLinesHaveEqualTokens) {
  LineTable table;
  EXPECT_EQ(table.intern(Lines("a\nb\na\n")), (std::vector<Token>{0, 1, 0}));
  EXPECT_EQ(table.intern(Lines("b\na")), (std::vector<Token>{1, 2}));
  EXPECT_EQ(table.line(2), "a");
  EXPECT_EQ(table.size(), 3U);
}

TEST(LineTable, ThousandsOfLinesKeepTheirTokens) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += fmt::format("line {}\n", i);
  const Lines lines(text);
  LineTable table;
  std::vector<Token> one_by_one;
  for (std::uint32_t i = 0; i < lines.size(); ++i) one_by_one.push_back(table.intern(lines[i]));
  EXPECT_EQ(table.intern(lines), one_by_one);
  EXPECT_EQ(table.size(), 5000U);
}

TEST(LineTable, FollowingAModelChangesNothing) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    testing::RandomText random(seed);
    const std::string old_text = random.text(80);
    const std::string new_text = random.edited(old_text);
    const Lines before(old_text);
    const Lines after(new_text);
    const LineRange all_before{0, before.size()};
    const LineRange all_after{0, after.size()};
    for (const Whitespace whitespace : {Whitespace::exact, Whitespace::ignore_all}) {
      LineTable plain(whitespace);
      plain.intern(before);
      LineTable quick(whitespace);
      const std::vector<Token> model = quick.intern(before);
      ASSERT_EQ(quick.intern_like(after, all_after, before, all_before, model), plain.intern(after)) << seed;
    }
  }
}

}  // namespace
}  // namespace tenon::diff
