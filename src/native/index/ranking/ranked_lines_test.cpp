#include "native/index/ranking/ranked_lines.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "native/fsops/temporary_directory.h"
#include "native/index/search/search_tree.h"

namespace tenon::index {
namespace {

class RankedLinesTest : public ::testing::Test {
 protected:
  fsops::TemporaryDirectory place_{std::filesystem::temp_directory_path(), "ranked-lines-"};

  void write(const std::string& name, const std::string& text) {
    std::ofstream(place_.path() / name, std::ios::binary) << text;
  }

  std::vector<std::string> ranked(const std::string& word) {
    const SearchOptions options{.pattern = {.patterns = {word}}, .spans = Spans::reported};
    RankedLines lines;
    search_tree(place_.path(), LinePattern(options.pattern), options, {}, {}, [&](FileResult&& part) {
      part.path = (place_.path() / part.path).string();
      lines.add(std::move(part));
      return true;
    });
    std::vector<std::string> texts;
    for (const FileResult& line : lines.take(2)) texts.push_back(line.text);
    return texts;
  }
};

TEST_F(RankedLinesTest, DefinitionsComeFirstThenWordsThenTheRest) {
  write("a.c", "  open(1);\n  reopened();\n  reopen();\n");
  write("b.c", "int reopen_all(void) {\n  return 0;\n}\n");
  write("c.c", "int open(int x) {\n  return x;\n}\n");
  write("d.txt", "an open door\n");
  EXPECT_EQ(ranked("open"), (std::vector<std::string>{"int open(int x) {\n", "int reopen_all(void) {\n", "  open(1);\n",
                                                      "an open door\n", "  reopen();\n", "  reopened();\n"}));
}

TEST_F(RankedLinesTest, ATypeComesBeforeAVariableOfItsName) {
  write("a.py", "Table = 1\n");
  write("b.py", "class Table:\n    pass\n");
  EXPECT_EQ(ranked("Table"), (std::vector<std::string>{"class Table:\n", "Table = 1\n"}));
}

TEST_F(RankedLinesTest, AByteOrderMarkMovesNoDefinition) {
  write("a.py", "call = make()\n");
  write("b.py",
        "\xef\xbb\xbf"
        "def make():\n    pass\n");
  EXPECT_EQ(ranked("make"), (std::vector<std::string>{"def make():\n", "call = make()\n"}));
}

TEST_F(RankedLinesTest, EqualsStayInTheOrderOfPaths) {
  write("b.txt", "one b\n");
  write("a.txt", "one a\none c\n");
  EXPECT_EQ(ranked("one"), (std::vector<std::string>{"one a\n", "one c\n", "one b\n"}));
}

TEST(RankedLinesLimits, LinesBeyondTheMostAreCounted) {
  RankedLines lines;
  FileResult part{.path = "nowhere"};
  part.lines.resize(kMostRankedLines + 3);
  lines.add(std::move(part));
  EXPECT_EQ(lines.left_out(), 3U);
}

}  // namespace
}  // namespace tenon::index
