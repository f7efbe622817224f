#include "native/index/search/line_replacement.h"

#include <gtest/gtest.h>

namespace tenon::index {
namespace {

struct Row {
  const char* pattern;
  const char* replacement;
  const char* line;
  const char* expected;
  Boundary boundary = Boundary::none;
};

TEST(LineReplacement, GroupsAreNumberedAndNamed) {
  const Row rows[] = {
      {"a", "b", "banana", "bbnbnb"},
      {"(a)(n)?", "$2$1", "banana", "bnanaa"},
      {"(?P<x>a)n", "<$x>", "banana", "b<a><a>a"},
      {"an", "${0}s", "banana", "bansansa"},
      {"an", "$0s", "banana", "ba"},
      {"an", "$$0", "banana", "b$0$0a"},
      {"an", "$9", "banana", "ba"},
      {"an", "$", "banana", "b$$a"},
      {"an", "${0", "banana", "b${0${0a"},
      {"(b)c", "$1$0", "a bc d", "a bbc d", Boundary::word},
      {"x*", "-", "axb", "-a-b-"},
  };
  for (const Row& row : rows) {
    const LinePattern pattern({.patterns = {row.pattern}, .boundary = row.boundary});
    LineReplacement replacement(pattern, row.replacement);
    EXPECT_EQ(replacement.replace(row.line).text, row.expected) << row.pattern << " " << row.replacement;
  }
}

TEST(LineReplacement, SpansAreThoseOfWhatWasPutIn) {
  const LinePattern pattern({.patterns = {"b+"}});
  const ReplacedLine replaced = LineReplacement(pattern, "long").replace("abba b");
  EXPECT_EQ(replaced.text, "alonga long");
  ASSERT_EQ(replaced.spans.size(), 2U);
  EXPECT_EQ(replaced.spans[1].begin, 7U);
  EXPECT_EQ(replaced.spans[1].end, 11U);
}

}  // namespace
}  // namespace tenon::index
