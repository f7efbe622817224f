#include "native/diff/function_lines.h"

#include <gtest/gtest.h>

#include "core/testing/test_data.h"
#include "native/diff/function_drivers.h"
#include "native/diff/unified.h"

namespace tenon::diff {
namespace {

TEST(FunctionLines, EveryDriverCompiles) {
  for (const std::string_view name : driver_names()) EXPECT_NO_THROW(FunctionLines::of_driver(name)) << name;
}

TEST(FunctionLines, WithoutADriverALineCountsThatBeginsWithALetter) {
  const FunctionLines functions;
  EXPECT_EQ(functions.text_of("main(argc, argv)  "), "main(argc, argv)");
  EXPECT_EQ(functions.text_of("$total = 0"), "$total = 0");
  EXPECT_FALSE(functions.text_of("  indented"));
  EXPECT_FALSE(functions.text_of("{"));
  EXPECT_FALSE(functions.text_of(""));
}

TEST(FunctionLines, ALongTextIsCutButNoCharacter) {
  const FunctionLines functions;
  const std::string line = "a" + std::string(78, 'x') + "\u00e9\u00e9";
  EXPECT_EQ(functions.text_of(line), line.substr(0, 79));
}

TEST(FunctionLines, TheFileNameChoosesTheDriver) {
  EXPECT_EQ(driver_of_file("src/a.py"), "python");
  EXPECT_EQ(driver_of_file("Gemfile"), "ruby");
  EXPECT_EQ(driver_of_file("README"), "");
  EXPECT_EQ(driver_of_file("archive.py.txt"), "");
}

TEST(FunctionLines, ABadPatternIsRefused) {
  EXPECT_THROW(FunctionLines(std::vector<FunctionRule>{{.pattern = "(open"}}), Error);
}

FunctionLines driver_of_row(const std::string& name) {
  const json::value custom = parse_json(testing::read_test_data("funcname/custom_drivers.json"), "custom_drivers.json");
  const json::value* patterns = custom.as_object().if_contains(name);
  if (patterns == nullptr) return FunctionLines::of_driver(name);
  std::vector<FunctionRule> rules;
  // A driver of the user is one pattern a line, in POSIX basic syntax: those here read the same in RE2's.
  for (const std::string& line : testing::lines_of(patterns->at("funcname").as_string())) {
    const bool negated = line.starts_with('!');
    rules.push_back({.verdict = negated ? FunctionRule::Verdict::excludes : FunctionRule::Verdict::names,
                     .pattern = negated ? line.substr(1) : line});
  }
  return FunctionLines(rules);
}

TEST(FunctionLines, HunkHeadersAreThoseOfGit) {
  if (const auto missing = testing::missing_test_data("funcname/expected.tsv")) GTEST_SKIP() << *missing;
  for (const testing::TsvRow& row : testing::read_tsv("funcname/expected.tsv")) {
    const std::string before = testing::read_test_data("funcname/" + row["file"]);
    std::string after;
    for (std::string line : testing::lines_of(before)) {
      constexpr std::string_view kMark = "ChangeMe";
      if (const auto at = line.find(kMark); at != std::string::npos) line.replace(at, kMark.size(), "IWasChanged");
      after += line + "\n";
    }
    const Lines old_lines(before);
    const Lines new_lines(after);
    const auto hunks = group_hunks(old_lines, new_lines, diff_lines(old_lines, new_lines), driver_of_row(row["driver"]),
                                   {.context = 1});
    ASSERT_EQ(hunks.size(), 1U) << row["file"];
    EXPECT_EQ(hunk_range_text(hunks.front()), row["range"]) << row["file"];
    EXPECT_EQ(hunks.front().function, row["header"]) << row["file"];
  }
}

}  // namespace
}  // namespace tenon::diff
