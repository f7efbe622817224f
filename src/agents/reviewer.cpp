#include "agents/reviewer.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <re2/re2.h>

#include "agents/markdown.h"
#include "agents/patch_lines.h"
#include "agents/plan.h"
#include "core/redact.h"
#include "native/fsops/path_set.h"

namespace tenon::agents {
namespace {

constexpr std::uint64_t kLargeFile = 200'000;  // bytes; a person does not read more
constexpr std::uint64_t kHugeFile = 2'000'000;
constexpr std::size_t kShownText = 120;

bool is_test(std::string_view path) {
  static const RE2 kTest(R"((^|.*/)(tests?|spec)/.*|.*(^|/)(test_[^/]*|[^/]*_test|[^/]*\.(test|spec))\.[a-z]+)");
  return RE2::FullMatch(path, kTest);
}

std::string shown(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  std::string_view rest = text.substr(begin);
  return rest.size() > kShownText ? std::string(rest.substr(0, kShownText)) + " …" : std::string(rest);
}

class Reviewer {
 public:
  explicit Reviewer(const ReviewInput& input) : input_(input), allowed_(fsops::PathSet::parse(input.allowed)) {}

  std::vector<Finding> review() {
    for (const FileChange& change : input_.changes) {
      review_path(change);
      review_size(change);
      const std::vector<PatchLine> lines = patch_lines(change.patch);
      review_secrets(change, lines);
      review_leftovers(change, lines);
      if (is_test(change.path)) review_tests(change, lines);
    }
    review_look_alikes();
    review_totals();
    std::ranges::sort(findings_, {}, [](const Finding& finding) {
      return std::tie(finding.path, finding.line, finding.rule, finding.text);
    });
    return std::move(findings_);
  }

 private:
  void find(Severity severity, std::string rule, const FileChange& change, std::size_t line, std::string text) {
    findings_.push_back(
        {.severity = severity, .rule = std::move(rule), .path = change.path, .line = line, .text = std::move(text)});
  }

  void review_path(const FileChange& change) {
    const auto path = fsops::WorkspacePath::check(change.path);
    if (!path || !allowed_.contains(*path)) {
      find(Severity::blocking, "outside_plan", change, 0, "No task of the plan may touch this path.");
    }
  }

  void review_size(const FileChange& change) {
    if (change.deleted) return;
    if (change.binary) find(Severity::warning, "binary", change, 0, "A binary file cannot be reviewed.");
    if (change.size > kHugeFile) {
      find(Severity::blocking, "file_size", change, 0,
           fmt::format("{} bytes do not belong into a repository.", change.size));
    } else if (change.size > kLargeFile) {
      find(Severity::warning, "file_size", change, 0,
           fmt::format("{} bytes are more than a person reads.", change.size));
    }
  }

  void review_secrets(const FileChange& change, const std::vector<PatchLine>& lines) {
    // Looked for in the added text as a whole, since a key may span lines.
    std::string added;
    std::vector<std::size_t> numbers;
    for (const PatchLine& line : lines) {
      if (line.mark != '+') continue;
      added += std::string(line.text) + "\n";
      numbers.push_back(line.number);
    }
    for (const SecretFinding& secret : find_secrets(added)) {
      const std::size_t line = secret.line >= 1 && secret.line <= numbers.size() ? numbers[secret.line - 1] : 0;
      // The text itself is not repeated in a report.
      find(Severity::blocking, "secret", change, line, fmt::format("This looks like a {}.", secret.kind));
    }
  }

  void review_leftovers(const FileChange& change, const std::vector<PatchLine>& lines) {
    static const RE2 kLeftover(R"((^|[^\w])(TODO|FIXME|XXX|HACK)([^\w]|$))");
    static const RE2 kConflict(R"(^(<{7} .*|>{7} .*|={7})$)");
    static const RE2 kBreakpoint(R"(^\s*(breakpoint\(\)|import pdb|pdb\.set_trace\(\)|debugger;?)\s*)");
    for (const PatchLine& line : lines) {
      if (line.mark != '+') continue;
      if (RE2::PartialMatch(line.text, kConflict))
        find(Severity::blocking, "leftover", change, line.number, "A merge conflict was left: " + shown(line.text));
      if (RE2::PartialMatch(line.text, kBreakpoint))
        find(Severity::blocking, "leftover", change, line.number, "A breakpoint was left: " + shown(line.text));
      if (RE2::PartialMatch(line.text, kLeftover))
        find(Severity::warning, "leftover", change, line.number, shown(line.text));
    }
  }

  void review_tests(const FileChange& change, const std::vector<PatchLine>& lines) {
    static const RE2 kSkip(
        R"((pytest\.mark\.(skip|skipif|xfail)|pytest\.skip\(|pytest\.importorskip|unittest\.(skip|expectedFailure)|\b(it|test|describe)\.(skip|todo)\b|\bx(it|describe)\(|GTEST_SKIP|\bDISABLED_))");
    static const RE2 kTestName(
        R"(^\s*(?:async\s+)?(?:def\s+(test_\w+)|(?:it|test)\(\s*['"]([^'"]+)|TEST(?:_F|_P)?\(\s*\w+,\s*(\w+)))");
    static const RE2 kAssertion(R"(^\s*(assert\b|with pytest\.raises|expect\(|EXPECT_|ASSERT_|self\.assert))");
    static const RE2 kAlwaysTrue(
        R"(^\s*(assert\s+(True|1|not False)\s*(,.*|#.*)?|EXPECT_TRUE\(true\);|expect\(true\)\.toBe\(true\);?)\s*$)");
    if (change.deleted) find(Severity::blocking, "tests_removed", change, 0, "A file with tests was deleted.");
    std::map<std::string, std::size_t> removed;
    std::set<std::string> added;
    long assertions = 0;
    std::size_t first_removed = 0;
    for (const PatchLine& line : lines) {
      std::string name;
      std::string quoted;
      std::string macro;
      const bool test = RE2::PartialMatch(line.text, kTestName, &name, &quoted, &macro);
      const std::string title = name + quoted + macro;
      const bool asserts = RE2::PartialMatch(line.text, kAssertion);
      if (line.mark == '+') {
        if (test) added.insert(title);
        if (asserts) ++assertions;
        if (RE2::PartialMatch(line.text, kSkip))
          find(Severity::blocking, "test_skipped", change, line.number, shown(line.text));
        if (RE2::PartialMatch(line.text, kAlwaysTrue))
          find(Severity::blocking, "tests_weakened", change, line.number,
               "An assertion that cannot fail: " + shown(line.text));
      } else if (line.mark == '-') {
        if (test) removed.emplace(title, line.number);
        if (asserts) --assertions;
        if (asserts && first_removed == 0) first_removed = line.number;
      }
    }
    for (const auto& [name, line] : removed) {
      if (!added.contains(name))
        find(Severity::blocking, "tests_removed", change, line, fmt::format("The test {} was removed.", name));
    }
    if (assertions < 0 && !change.deleted) {
      find(Severity::blocking, "tests_weakened", change, first_removed,
           fmt::format("{} assertions fewer than before.", -assertions));
    }
  }

  // Two paths that a person or another file system takes for one.
  static std::string folded(std::string_view path) {
    static constexpr std::initializer_list<std::pair<std::string_view, std::string_view>> kSame = {
        {"\xD0\xB0", "a"},    {"\xD0\xB5", "e"},    {"\xD0\xBE", "o"},    {"\xD1\x80", "p"},    {"\xD1\x81", "c"},
        {"\xD1\x85", "x"},    {"\xD1\x83", "y"},    {"\xD1\x96", "i"},    {"\xCE\xBF", "o"},    {"\xCE\xB1", "a"},
        {"\xE2\x80\x8B", ""}, {"\xE2\x80\x8D", ""}, {"\xEF\xBB\xBF", ""}, {"\xE2\x80\xAE", ""}, {"\xC2\xAD", ""}};
    std::string result(path);
    for (const auto& [odd, plain] : kSame) {
      for (auto at = result.find(odd); at != std::string::npos; at = result.find(odd, at))
        result.replace(at, odd.size(), plain);
    }
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
  }

  void review_look_alikes() {
    std::map<std::string, std::set<std::string>> paths;
    for (const std::string& path : input_.existing_paths) paths[folded(path)].insert(path);
    for (const FileChange& change : input_.changes) paths[folded(change.path)].insert(change.path);
    for (const FileChange& change : input_.changes) {
      const std::set<std::string>& same = paths[folded(change.path)];
      if (same.size() < 2) continue;
      const std::string& other = *same.begin() == change.path ? *std::next(same.begin()) : *same.begin();
      find(Severity::blocking, "look_alike_path", change, 0, fmt::format("Looks like {}.", other));
    }
  }

  void review_totals() {
    if (!input_.tests_before || !input_.tests_after) return;
    const TestTotals& before = *input_.tests_before;
    const TestTotals& after = *input_.tests_after;
    const auto add = [&](std::string rule, std::string text) {
      findings_.push_back(
          {.severity = Severity::blocking, .rule = std::move(rule), .path = {}, .line = 0, .text = std::move(text)});
    };
    const int ran_before = before.passed + before.failed;
    const int ran_after = after.passed + after.failed;
    if (ran_after < ran_before)
      add("tests_removed", fmt::format("{} tests ran, {} before the change.", ran_after, ran_before));
    if (after.skipped > before.skipped)
      add("test_skipped", fmt::format("{} tests were skipped, {} before the change.", after.skipped, before.skipped));
  }

  const ReviewInput& input_;
  fsops::PathSet allowed_;
  std::vector<Finding> findings_;
};

std::string_view severity_text(Severity severity) { return boost::describe::enum_to_string(severity, "note"); }

}  // namespace

std::vector<Finding> review(const ReviewInput& input) { return Reviewer(input).review(); }

bool blocks(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.severity == Severity::blocking; });
}

std::string review_markdown(const std::vector<Finding>& findings) {
  if (findings.empty()) return "# Review\n\nNo findings.\n";
  std::string out = "# Review\n\n| Severity | Rule | Where | What |\n|---|---|---|---|\n";
  for (const Finding& finding : findings) {
    const std::string where = finding.line == 0 ? finding.path : fmt::format("{}:{}", finding.path, finding.line);
    out += fmt::format("| {} | {} | {} | {} |\n", severity_text(finding.severity), finding.rule, md_cell(where),
                       md_cell(finding.text));
  }
  return out;
}

}  // namespace tenon::agents
