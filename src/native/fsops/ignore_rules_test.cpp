#include "native/fsops/ignore_rules.h"

#include <gtest/gtest.h>

#include "core/testing/test_data.h"
#include "native/fsops/ignore_stack.h"

namespace tenon::fsops {
namespace {

enum class Verdict { silent, ignored, included };

Verdict verdict(const std::string& rules, std::string_view path, IgnoreKind kind = IgnoreKind::file,
                LetterCase letter_case = LetterCase::exact) {
  const IgnoreRules parsed = IgnoreRules::parse(rules, letter_case);
  const IgnoreRule* rule = parsed.decide(IgnoreSubject(path, kind, letter_case));
  if (rule == nullptr) return Verdict::silent;
  return rule->includes ? Verdict::included : Verdict::ignored;
}

std::string text_of(const json::array& lines) {
  std::string text;
  for (const json::value& line : lines) text += std::string(line.get_string()) + "\n";
  return text;
}

std::string member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The pattern files of a row as the levels of a stack, from the top down to where the path is. What lies in a directory
// that is ignored is not read.
class RowStack {
 public:
  explicit RowStack(const json::object& row) : row_(row) {
    const json::value* options = row.if_contains("options");
    if (options != nullptr && options->get_object().contains("case_insensitive")) letter_case_ = LetterCase::folded;
    if (const json::value* files = row.if_contains("files")) {
      for (const auto& file : files->get_object()) files_[std::string(file.key())] = text_of(file.value().get_array());
    }
    if (row.contains("patterns_file")) files_[".gitignore"] = testing::read_test_data(member(row, "patterns_file"));
  }

  // "file:line:pattern" of what decided, empty if nothing; and whether it is ignored.
  std::pair<std::string, bool> decide(const std::string& path, IgnoreKind kind) const {
    IgnoreStack stack(IgnoreBase{.global_excludes = rules(member(row_, "excludesfile")), .letter_case = letter_case_});
    stack = stack.with(level("", true));
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      const std::string directory = path.substr(0, slash);
      if (stack.decide_with_parents(directory, IgnoreKind::directory).ignored()) break;
      stack = stack.with(level(directory, false));
    }
    const IgnoreDecision decision = stack.decide_with_parents(path, kind);
    if (decision.rule == nullptr) return {"", false};
    return {fmt::format("{}:{}:{}", file_of(decision), decision.rule->line, decision.rule->text), decision.ignored()};
  }

 private:
  IgnoreRules rules(const std::string& file) const {
    const auto found = files_.find(file);
    return found == files_.end() ? IgnoreRules() : IgnoreRules::parse(found->second, letter_case_);
  }

  IgnoreLevel level(const std::string& directory, bool top) const {
    const std::string below = directory.empty() ? "" : directory + "/";
    return {.directory = directory,
            .dot_ignore = rules(below + ".ignore"),
            .gitignore = rules(below + ".gitignore"),
            .info_exclude = top ? rules(".git/info/exclude") : IgnoreRules(),
            .repository = top};
  }

  std::string file_of(const IgnoreDecision& decision) const {
    const std::string below = decision.directory.empty() ? "" : std::string(decision.directory) + "/";
    switch (decision.source) {
      case IgnoreSource::dot_ignore:
        return below + ".ignore";
      case IgnoreSource::gitignore:
        return below + ".gitignore";
      case IgnoreSource::info_exclude:
        return below + ".git/info/exclude";
      case IgnoreSource::global_excludes:
        return member(row_, "excludesfile");
    }
    return "";
  }

  const json::object& row_;
  std::map<std::string, std::string> files_;
  LetterCase letter_case_ = LetterCase::exact;
};

// Paths of ripgrep's rows may begin with "./" or with the root's name.
std::string row_path(const json::object& row) {
  std::string path = member(row, "path");
  if (path.starts_with("./")) path.erase(0, 2);
  if (member(row, "root") == "ROOT" && path.starts_with("ROOT/")) path.erase(0, 5);
  return path;
}

bool flag(const json::object& row, std::string_view name) {
  const json::value* value = row.if_contains(name);
  return value != nullptr && value->get_bool();
}

TEST(IgnoreRules, DecideAsGitDoesOnItsOwnTestsAndRipgreps) {
  if (const auto missing = testing::missing_test_data("gitignore.jsonl")) GTEST_SKIP() << *missing;
  const auto rows = testing::read_jsonl("gitignore.jsonl");
  for (const json::object& row : rows) {
    const std::string path = row_path(row);
    const IgnoreKind kind = row.at("is_dir").get_bool() ? IgnoreKind::directory : IgnoreKind::file;
    const auto [decider, ignored] = RowStack(row).decide(path, kind);
    const bool tracked = flag(row, "tracked") && !flag(row, "no_index");
    EXPECT_EQ(ignored && !tracked, row.at("ignored").get_bool()) << member(row, "id") << " " << decider;
    if (!row.contains("pattern") || tracked) continue;
    const std::string expected = row.at("pattern").is_null()
                                     ? ""
                                     : fmt::format("{}:{}:{}", member(row, "pattern_file"),
                                                   row.at("line").to_number<int>(), member(row, "pattern"));
    EXPECT_EQ(decider, expected) << member(row, "id");
  }
  RecordProperty("rows", static_cast<int>(rows.size()));
}

TEST(IgnoreRules, TheLastPatternThatMatchesDecides) {
  EXPECT_EQ(verdict("*.log\n!keep.log\n", "keep.log"), Verdict::included);
  EXPECT_EQ(verdict("!keep.log\n*.log\n", "keep.log"), Verdict::ignored);
  EXPECT_EQ(verdict("*.log\n!keep.log\n", "other.txt"), Verdict::silent);
}

TEST(IgnoreRules, EveryShapeOfPatternIsFound) {
  const std::string rules =
      "name\n/top\na/b\n*.ext\n*suffix\nprefix*\nbelow/**\n**/deep\n[ab]?c\nonly/\n\\#x\n**/x/*y\n";
  for (const char* path : {"name", "d/name", "top", "a/b", "d/n.ext", "a.tar.ext", "mysuffix", "d/prefixed",
                           "below/x/y", "deep", "d/e/deep", "a1c", "d/b2c", "#x", "x/zy", "d/x/zy"}) {
    EXPECT_EQ(verdict(rules, path), Verdict::ignored) << path;
  }
  for (const char* path : {"Name", "d/top", "d/a/b", "ext", "n.ext2", "below", "c1c", "x/d/zy", "only", "mytop"}) {
    EXPECT_EQ(verdict(rules, path), Verdict::silent) << path;
  }
  EXPECT_EQ(verdict(rules, "d/only", IgnoreKind::directory), Verdict::ignored);
}

TEST(IgnoreRules, CaseIsFoldedWhenAskedFor) {
  const std::string rules = "NAME\n*.EXT\n/Top/Path\n*Suffix\npre[A-F]*\n";
  for (const char* path : {"name", "x.ext", "tOP/pATH", "MYSUFFIX", "PREc1"}) {
    EXPECT_EQ(verdict(rules, path, IgnoreKind::file, LetterCase::folded), Verdict::ignored) << path;
  }
  EXPECT_EQ(verdict(rules, "name"), Verdict::silent);
}

TEST(IgnoreRules, MarksBlanksAndLineEndsOfEditorsAreNoPartOfAPattern) {
  EXPECT_EQ(verdict("\xEF\xBB\xBF"
                    "name\r\nother  \r\n",
                    "name"),
            Verdict::ignored);
  EXPECT_EQ(verdict("other  \r\n", "other"), Verdict::ignored);
  EXPECT_EQ(verdict("kept\\ \n", "kept "), Verdict::ignored);
  EXPECT_EQ(verdict("   \n\n/\n!\n", ""), Verdict::silent);
  EXPECT_EQ(verdict("tab\t\n", "tab"), Verdict::silent);
}

TEST(IgnoreStack, GitsFilesCountInsideRepositoriesOnly) {
  const IgnoreStack base{IgnoreBase{}};
  const IgnoreStack plain = base.with({.directory = "", .gitignore = IgnoreRules::parse("x\n")});
  EXPECT_FALSE(plain.decide("x", IgnoreKind::file).ignored());
  const IgnoreStack repository = plain.with({.directory = "r", .repository = true});
  EXPECT_FALSE(repository.decide("r/x", IgnoreKind::file).ignored());
  const IgnoreStack inside = repository.with({.directory = "r/s", .gitignore = IgnoreRules::parse("/x\n")});
  EXPECT_TRUE(inside.decide("r/s/x", IgnoreKind::file).ignored());
  const IgnoreStack everywhere =
      IgnoreStack(IgnoreBase{.outside_repositories = true}).with({.gitignore = IgnoreRules::parse("x\n")});
  EXPECT_TRUE(everywhere.decide("a/x", IgnoreKind::file).ignored());
}

TEST(IgnoreStack, DotIgnoreOfAnyLevelWinsOverGitignore) {
  const IgnoreStack stack = IgnoreStack(IgnoreBase{})
                                .with({.dot_ignore = IgnoreRules::parse("!x\n"), .repository = true})
                                .with({.directory = "d", .gitignore = IgnoreRules::parse("x\ny\n")});
  EXPECT_TRUE(stack.decide("d/x", IgnoreKind::file).included());
  EXPECT_TRUE(stack.decide("d/y", IgnoreKind::file).ignored());
}

}  // namespace
}  // namespace tenon::fsops
