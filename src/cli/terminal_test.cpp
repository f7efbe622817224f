#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace tenon::cli {
namespace {

TEST(Terminal, ForeignTextCannotControlIt) {
  EXPECT_EQ(printable("a\x1b]52;c;x\x07z"), "a?]52;c;x?z");
  EXPECT_EQ(printable("line\nnext\tx\r"), "line next x?");
  EXPECT_EQ(printable("c1 \xC2\x9B end"), "c1 ? end");
  EXPECT_EQ(printable("bidi \xE2\x80\xAE x"), "bidi ? x");
  EXPECT_EQ(printable("h\xC3\xA9llo"), "h\xC3\xA9llo");
}

TEST(Terminal, WidthCountsCodePoints) {
  EXPECT_EQ(display_width("h\xC3\xA9llo"), 5U);
  EXPECT_EQ(shortened("h\xC3\xA9llo world", 6), "h\xC3\xA9llo…");
  EXPECT_EQ(shortened("short", 6), "short");
}

TEST(Terminal, TableAlignsAndWraps) {
  const Terminal terminal{.interactive = false, .colour = false, .width = 30};
  EXPECT_EQ(table({"A", "TEXT"}, {{"long", "one two three four five six seven"}}, terminal),
            "A     TEXT\nlong  one two three four five\n      six seven\n");
}

TEST(Terminal, StylesTakeNoColumns) {
  const Terminal terminal{.interactive = true, .colour = true, .width = 40};
  const std::string red = terminal.styled(Style::bad, "no");
  EXPECT_EQ(display_width(red), 2U);
  const std::string text = table({"A", "B"}, {{red, "x"}, {"long", "y"}}, terminal);
  EXPECT_NE(text.find(red + "    x\n"), std::string::npos);
  EXPECT_NE(text.find("long  y\n"), std::string::npos);
}

TEST(Terminal, LineFeedsOfATextOfLinesStay) {
  EXPECT_EQ(printable_lines("a\x1b[31m\n\nb\tc"), "a?[31m\n\nb c");
  EXPECT_EQ(printable_lines("a\n"), "a\n");
  EXPECT_EQ(printable_lines(""), "");
}

TEST(Terminal, NamesArePrintableOnATerminalAndUnchangedElsewhere) {
  EXPECT_EQ(Terminal{.attached = true}.shown("new\nline\x1b[31m"), "new line?[31m");
  EXPECT_EQ(Terminal{}.shown("new\nline\x1b[31m"), "new\nline\x1b[31m");
}

TEST(Terminal, StylesOnlyWithColour) {
  EXPECT_EQ(Terminal{}.styled(Style::bad, "x"), "x");
  EXPECT_EQ((Terminal{.interactive = true, .colour = true, .width = 80}.styled(Style::bad, "x")), "\x1b[31mx\x1b[0m");
}

}  // namespace
}  // namespace tenon::cli
