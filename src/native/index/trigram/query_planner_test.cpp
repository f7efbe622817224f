#include "native/index/trigram/query_planner.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/testing/test_data.h"

namespace tenon::index {
namespace {

TrigramQuery plan_of(const std::string& pattern) {
  const std::optional<ParsedRegex> parsed = parse_regex(pattern, Case::sensitive);
  return parsed ? plan(parsed->tree) : TrigramQuery{};
}

std::vector<Trigram> trigrams_of(std::string_view text) {
  std::set<Trigram> all;
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) all.insert(trigram_of(text.substr(i, 3)));
  return {all.begin(), all.end()};
}

TEST(QueryPlanner, PlansAreTheOnesOfCodesearch) {
  if (const auto missing = testing::missing_test_data("trigram_query.tsv")) GTEST_SKIP() << *missing;
  for (const testing::TsvRow& row : testing::read_tsv("trigram_query.tsv")) {
    EXPECT_EQ(to_string(plan_of(row["regex"])), row["query"]) << "line " << row.line << ": " << row["regex"];
  }
}

TEST(QueryPlanner, PlansSayWhatAMatchMustContain) {
  const std::pair<const char*, const char*> rows[] = {
      {"needle", R"("dle" "edl" "eed" "nee")"},
      {"one(two|six)", R"("one" ("esi" "nes" "six")|("etw" "net" "two"))"},
      {"x(ray|rat)s?", R"("xra" ("rat"|"ray"))"},
      {"(new|now)er", R"("wer" ("ewe" "new")|("now" "owe"))"},
      {"ab", "+"},
      {"", "+"},
      {"x*", "+"},
      {"long.{3}tail", R"("ail" "lon" "ong" "tai")"},
      {"(?:pqr){2}", R"("pqr" "qrp" "rpq")"},
      {"(?:pqr){2,}", R"("pqr" "qrp" "rpq")"},
      {"(?:pqr){0,2}", "+"},
      {R"(\Qa.b\Ec)", R"(".bc" "a.b")"},
      {R"(\x41\x{42}\103)", R"("ABC")"},
      {"[[:alpha:]]xyz", R"("xyz")"},
      {R"(\pLxyz)", R"("xyz")"},
      {"(?P<name>xyz)", R"("xyz")"},
      {"\xc3\xa9t", R"("\xc3\xa9t")"},
  };
  for (const auto& [pattern, query] : rows) EXPECT_EQ(to_string(plan_of(pattern)), query) << pattern;
}

TEST(QueryPlanner, LettersWithAVariantBeyondAsciiAreFoldedToIt) {
  const ParsedRegex parsed = *parse_regex("ski", Case::insensitive);
  EXPECT_TRUE(satisfied(plan(parsed.tree), trigrams_of("SKI")));
  EXPECT_TRUE(satisfied(plan(parsed.tree), trigrams_of("s\xe2\x84\xaai")));
  EXPECT_TRUE(satisfied(plan(parsed.tree), trigrams_of("\xc5\xbfki")));
  EXPECT_FALSE(satisfied(plan(parsed.tree), trigrams_of("sky")));
}

TEST(QueryPlanner, WhatIsNotUnderstoodMayMatchAnything) {
  for (const char* pattern : {"(", "a)", "[", "*a", "\\", "(?x)abc", "\\8", "\xff\xff"}) {
    EXPECT_EQ(to_string(plan_of(pattern)), "+") << pattern;
  }
  EXPECT_EQ(to_string(plan_of(std::string(100'000, '(') + std::string(100'000, ')'))), "+");
}

// Random patterns over few letters, so that random lines do match them.
class PatternMaker {
 public:
  explicit PatternMaker(unsigned seed) : random_(seed) {}

  std::string pattern(int depth) {
    static const std::vector<std::string> kAtoms = {
        "a",   "b",   "c", "k", "S", "ab",  "bca",    "[ab]",   "[^a]",   ".",     "\\w",      "\\W",
        "\\s", "\\b", "^", "$", "-", "\\S", "[^\\w]", "[\\s-]", "[a-c]k", "(?i)s", "(?i:kab)", "\xc3\xa9"};
    if (depth == 0) return kAtoms[below(kAtoms.size())];
    switch (below(6)) {
      case 0:
        return "(?:" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")";
      case 1:
        return "(" + pattern(depth - 1) + ")" + std::vector<std::string>{"*", "+", "?", "{2}", "{1,2}"}[below(5)];
      default:
        return pattern(depth - 1) + pattern(depth - 1);
    }
  }

  std::string line() {
    static const std::vector<std::string> kPieces = {
        "a", "b", "c", "k", "K", "s", "S", " ", "-", "\xc3\xa9", "\xe2\x84\xaa", "\xff", "\v"};
    std::string text;
    for (std::size_t i = below(14); i > 0; --i) text += kPieces[below(kPieces.size())];
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

  std::mt19937 random_;
};

TEST(QueryPlanner, EveryMatchSatisfiesItsPlan) {
  PatternMaker maker(20260101);
  std::size_t matches = 0;
  std::size_t narrow = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string pattern = maker.pattern(3);
    const bool fold = round % 3 == 0;
    re2::RE2::Options options;
    options.set_case_sensitive(!fold);
    options.set_log_errors(false);
    const re2::RE2 regex(pattern, options);
    if (!regex.ok()) continue;
    const std::optional<ParsedRegex> parsed = parse_regex(pattern, fold ? Case::insensitive : Case::sensitive);
    ASSERT_TRUE(parsed) << pattern;
    const TrigramQuery query = plan(parsed->tree);
    narrow += query == TrigramQuery{} ? 0 : 1;
    for (int i = 0; i < 40; ++i) {
      const std::string line = maker.line();
      if (!re2::RE2::PartialMatch(line, regex)) continue;
      ++matches;
      ASSERT_TRUE(satisfied(query, trigrams_of(line)))
          << pattern << (fold ? " (insensitive)" : "") << " on [" << line << "]: " << to_string(query);
    }
  }
  EXPECT_GT(matches, 10'000U);
  EXPECT_GT(narrow, 500U);
}

}  // namespace
}  // namespace tenon::index
