#include "native/fsops/glob.h"

#include <gtest/gtest.h>

#include "core/testing/test_data.h"

namespace tenon::fsops {
namespace {

bool matches(std::string_view pattern, std::string_view text, const GlobSyntax& syntax = {}) {
  return Glob::compile(pattern, syntax).value().matches(text);
}

GlobSyntax ripgrep_syntax(const std::string& options) {
  GlobSyntax syntax{.dialect = GlobDialect::ripgrep, .slash = Slash::ordinary};
  if (options.contains("literal_separator=1")) syntax.slash = Slash::boundary;
  if (options.contains("case_insensitive=1")) syntax.letter_case = LetterCase::folded;
  if (options.contains("backslash_escape=0")) syntax.backslash = Backslash::literal;
  if (options.contains("empty_alternates=1")) syntax.empty_alternates = EmptyAlternates::matching;
  return syntax;
}

std::string fault_name(GlobFault fault) {
  switch (fault) {
    case GlobFault::unclosed_class:
      return "error:UnclosedClass";
    case GlobFault::invalid_range:
      return "error:InvalidRange";
    case GlobFault::unclosed_alternates:
      return "error:UnclosedAlternates";
    case GlobFault::unopened_alternates:
      return "error:UnopenedAlternates";
    case GlobFault::dangling_escape:
      return "error:DanglingEscape";
    case GlobFault::too_many_alternates:
      return "error:TooManyAlternates";
  }
  return "error";
}

TEST(Glob, MatchesAsGitsWildmatchDoes) {
  if (const auto missing = testing::missing_test_data("wildmatch.tsv")) GTEST_SKIP() << *missing;
  struct Mode {
    std::string column;
    GlobSyntax syntax;
  };
  const std::vector<Mode> modes = {
      {"glob", {}},
      {"iglob", {.letter_case = LetterCase::folded}},
      {"pathmatch", {.slash = Slash::ordinary}},
      {"ipathmatch", {.slash = Slash::ordinary, .letter_case = LetterCase::folded}},
  };
  const auto rows = testing::read_tsv("wildmatch.tsv");
  for (const testing::TsvRow& row : rows) {
    for (const Mode& mode : modes) {
      EXPECT_EQ(matches(row["pattern"], row["text"], mode.syntax), row[mode.column] == "1")
          << "wildmatch.tsv:" << row.line << " " << mode.column << ": " << row["pattern"] << " on " << row["text"];
    }
  }
  RecordProperty("rows", static_cast<int>(rows.size()));
}

TEST(Glob, MatchesAsRipgrepsGlobsDo) {
  if (const auto missing = testing::missing_test_data("globs.tsv")) GTEST_SKIP() << *missing;
  const auto rows = testing::read_tsv("globs.tsv");
  for (const testing::TsvRow& row : rows) {
    const auto glob = Glob::compile(row["pattern"], ripgrep_syntax(row["options"]));
    const std::string found = glob ? (glob->matches(row["path"]) ? "1" : "0") : fault_name(glob.error());
    EXPECT_EQ(found, row["expected"]) << "globs.tsv:" << row.line << " " << row["name"] << ": " << row["pattern"];
  }
  RecordProperty("rows", static_cast<int>(rows.size()));
}

TEST(Glob, AMalformedGlobOfGitMatchesNothingNotEvenItself) {
  EXPECT_FALSE(matches("[abc", "[abc"));
  EXPECT_FALSE(matches("abc\\", "abc\\"));
  EXPECT_FALSE(matches("[[:nothing:]]", "n"));
}

TEST(Glob, ManyStarsOverALongNameTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 64; ++i) pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", std::string(4000, 'a')));
  std::string parents = "**/";
  for (int i = 0; i < 64; ++i) parents += "**/a*";
  std::string path;
  for (int i = 0; i < 1000; ++i) path += "aa/";
  EXPECT_FALSE(matches(parents + "b", path + "c"));
}

TEST(Glob, AlternativesBeyondTheLimitAreRefused) {
  std::string pattern;
  for (int i = 0; i < 11; ++i) pattern += "{a,b}";
  EXPECT_EQ(Glob::compile(pattern, {.dialect = GlobDialect::ripgrep}).error(), GlobFault::too_many_alternates);
  EXPECT_EQ(Glob::compile(std::string(100'000, '{'), {.dialect = GlobDialect::ripgrep}).error(),
            GlobFault::too_many_alternates);
}

TEST(Glob, BytesThatAreNotUtf8AreBytes) {
  EXPECT_TRUE(matches("a?b",
                      "a\xFF"
                      "b"));
  EXPECT_TRUE(matches("[\x80-\xFF]", "\xC3"));
  EXPECT_FALSE(matches("?", "\xC3\xA9"));
}

}  // namespace
}  // namespace tenon::fsops
