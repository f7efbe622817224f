#include "native/index/search/line_pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>

#include "core/error.h"
#include "core/testing/test_data.h"

namespace tenon::index {
namespace {

std::vector<std::string> matching_lines(const PatternOptions& options, const std::string& text) {
  const LinePattern pattern(options);
  LineMatcher matcher(pattern);
  matcher.start(text);
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (const std::optional<std::size_t> place = matcher.find_line(at)) {
    const std::size_t begin = *place == 0 ? 0 : text.rfind('\n', *place - 1) + 1;
    const std::size_t end = std::min(text.find('\n', *place), text.size());
    lines.push_back(text.substr(begin, end - begin));
    at = end + 1;
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LinePattern, ALineMatchesOnce) {
  EXPECT_EQ(matching_lines({.patterns = {"foo"}}, "foo foo\nbar\nxfoo"), (Lines{"foo foo", "xfoo"}));
}

TEST(LinePattern, NoMatchSpansALineEnd) {
  EXPECT_EQ(matching_lines({.patterns = {"a\\s*b"}}, "a\nb\na b\n"), (Lines{"a b"}));
  EXPECT_EQ(matching_lines({.patterns = {"a[^x]b"}}, "a\nb\na-b\n"), (Lines{"a-b"}));
  EXPECT_THROW(LinePattern({.patterns = {"a\\nb"}}), Error);
}

TEST(LinePattern, AnEmptyPatternMatchesEveryLineAndNothingBehindTheLast) {
  EXPECT_EQ(matching_lines({.patterns = {""}}, "a\n\nb\n"), (Lines{"a", "", "b"}));
  EXPECT_EQ(matching_lines({.patterns = {"x*"}}, "a\nb"), (Lines{"a", "b"}));
}

TEST(LinePattern, WordsAreBoundedByWhatIsNoWord) {
  const PatternOptions options{.patterns = {"cat"}, .boundary = Boundary::word};
  EXPECT_EQ(matching_lines(options,
                           "cat\nconcat\ncat-dog\n\xc3\xa9"
                           "cat\ncats cat\n"),
            (Lines{"cat", "cat-dog", "cats cat"}));
}

TEST(LinePattern, ClassesAreThoseOfUnicode) {
  EXPECT_EQ(matching_lines({.patterns = {"^\\w+$"}}, "na\xc3\xafve\nno-word\n"), (Lines{"na\xc3\xafve"}));
  EXPECT_EQ(matching_lines({.patterns = {"^[\\w-]+$"}}, "na\xc3\xafve-x\n!\n"), (Lines{"na\xc3\xafve-x"}));
  EXPECT_EQ(matching_lines({.patterns = {"a\\sb"}},
                           "a\xc2\xa0"
                           "b\na_b\n"),
            (Lines{"a\xc2\xa0"
                   "b"}));
}

TEST(LinePattern, SmartCaseLooksAtLiteralsOnly) {
  EXPECT_EQ(matching_lines({.patterns = {"foo\\W"}, .letter_case = CaseRule::smart}, "FOO!\n"), (Lines{"FOO!"}));
  EXPECT_EQ(matching_lines({.patterns = {"Foo"}, .letter_case = CaseRule::smart}, "FOO!\nFoo\n"), (Lines{"Foo"}));
}

TEST(LinePattern, CaseFoldsBeyondAscii) {
  EXPECT_EQ(
      matching_lines({.patterns = {"task"}, .letter_case = CaseRule::insensitive}, "ta\xc5\xbf\xe2\x84\xaa\nTASK\n"),
      (Lines{"ta\xc5\xbf\xe2\x84\xaa", "TASK"}));
}

TEST(LinePattern, AMalformedPatternSaysWhatIsWrong) {
  try {
    LinePattern({.patterns = {"a("}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("missing )"), std::string::npos) << error.what();
  }
}

TEST(LinePattern, PatternsOfOthersAreValidWhereTheySaySo) {
  if (const auto missing = testing::missing_test_data("search_queries.jsonl")) GTEST_SKIP() << *missing;
  for (const json::object& row : testing::read_jsonl("search_queries.jsonl")) {
    const std::string query(row.at("query").as_string());
    bool valid = true;
    try {
      const LinePattern pattern({.patterns = {query}});
    } catch (const Error&) {
      valid = false;
    }
    EXPECT_EQ(valid, row.at("regex_valid").as_bool()) << query;
  }
}

// Literals found first, regular expressions run on their lines: the same as running them on every line.
TEST(LinePattern, ThePrefilterLeavesNothingOut) {
  std::mt19937 random(11);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  const Lines parts = {"ab",     "abc", "b+", "(ab|bc)", "[ab]c", "c?",        "x{2}",
                       "(?i)ab", "^",   "$",  "k",       "a.c",   "(?:ab|ca)+"};
  const Lines words = {"ab", "bc", "c", "xx", "AB", "Ab", "K", " ", "\n", "\n", "k", "a"};
  for (int round = 0; round < 1500; ++round) {
    std::string pattern;
    for (std::size_t i = 1 + below(4); i > 0; --i) pattern += parts[below(parts.size())];
    std::string text;
    for (std::size_t i = below(80); i > 0; --i) text += words[below(words.size())];
    const Case folding = below(3) == 0 ? Case::insensitive : Case::sensitive;
    re2::RE2::Options options;
    options.set_case_sensitive(folding == Case::sensitive);
    const re2::RE2 regex("(?m:" + pattern + ")", options);
    Lines expected;
    for (const std::string& line : testing::lines_of(text)) {
      if (re2::RE2::PartialMatch(line, regex)) expected.push_back(line);
    }
    const CaseRule rule = folding == Case::insensitive ? CaseRule::insensitive : CaseRule::sensitive;
    ASSERT_EQ(matching_lines({.patterns = {pattern}, .letter_case = rule}, text), expected)
        << pattern << " in " << text;
  }
}

}  // namespace
}  // namespace tenon::index
