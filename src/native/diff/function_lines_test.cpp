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

TEST(FunctionLines, DriversKnowTheFormsOfTheirLanguage) {
  struct Row {
    std::string_view driver;
    std::string_view line;
    std::string_view text;  // empty: names nothing
  };
  static constexpr Row kRows[] = {
      {"bash", "  name() (", "name() ("},
      {"bash", "functionname {", ""},
      {"cpp", "Value operator+(Value left, Value right)", "Value operator+(Value left, Value right)"},
      {"cpp", "private:", ""},
      {"csharp", "    public static A operator +(A left)", "public static A operator +(A left)"},
      {"csharp", "    return Call(1)", ""},
      {"css", "a,", "a,"},
      {"golang", "func (t *Test) Name(a Type) (Type, error) {", "func (t *Test) Name(a Type) (Type, error) {"},
      {"javascript", "export default async function load() {", "export default async function load() {"},
      {"javascript", "  if (a) {", ""},
      {"javascript", "  render(props) {", "render(props) {"},
      {"kotlin", "    private suspend fun <T> name(t: T): T {", "private suspend fun <T> name(t: T): T {"},
      {"perl", "=head1 NAME", "=head1 NAME"},
      {"perl", "    sub inner {", ""},
      {"php", "enum Suit: string", "enum Suit: string"},
      {"ruby", "  def self.name", "def self.name"},
      {"rust", "pub(crate) unsafe fn name<T>(x: &[T]) where T: Debug {",
       "pub(crate) unsafe fn name<T>(x: &[T]) where T: Debug {"},
      {"scheme", "(eval-when (:execute)", "(eval-when (:execute)"},
      {"scheme", "      (let ((a 1))", ""},
      {"tex", "\\subsection*{Name}", "\\subsection*{Name}"}};
  for (const Row& row : kRows) {
    EXPECT_EQ(FunctionLines::of_driver(row.driver).text_of(row.line).value_or(""), row.text) << row.line;
  }
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

// POSIX basic syntax in RE2's: there a backslash makes these characters special, here it makes them plain.
std::string from_basic(std::string_view pattern) {
  constexpr std::string_view kTurned = "(){}|+?";
  std::string result;
  bool in_brackets = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (in_brackets || c == '[') {
      in_brackets = !(in_brackets && c == ']' && pattern[i - 1] != '[');
      result += c;
    } else if (c == '\\' && i + 1 < pattern.size() && kTurned.find(pattern[i + 1]) != std::string_view::npos) {
      result += pattern[++i];
    } else {
      if (kTurned.find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

// A driver of the user has one pattern a line, in basic (funcname) or extended syntax (xfuncname).
FunctionLines driver_of_row(const std::string& name) {
  const json::value custom = parse_json(testing::read_test_data("funcname/custom_drivers.json"), "custom_drivers.json");
  const json::value* driver = custom.as_object().if_contains(name);
  if (driver == nullptr) return FunctionLines::of_driver(name);
  const bool basic = driver->as_object().contains("funcname");
  std::vector<FunctionRule> rules;
  for (std::string line : testing::lines_of(driver->at(basic ? "funcname" : "xfuncname").as_string())) {
    const bool negated = line.starts_with('!');
    if (negated) line.erase(0, 1);
    rules.push_back({.verdict = negated ? FunctionRule::Verdict::excludes : FunctionRule::Verdict::names,
                     .pattern = basic ? from_basic(line) : line});
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
