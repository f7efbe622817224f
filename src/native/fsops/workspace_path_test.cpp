#include "native/fsops/workspace_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace tenon::fsops {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<WorkspacePath> paths(const std::vector<std::string>& texts) {
  std::vector<WorkspacePath> result;
  for (const std::string& text : texts) result.push_back(WorkspacePath::parse(text));
  return result;
}

class Refused : public testing::TestWithParam<std::string> {};

TEST_P(Refused, PathIsRefusedWithAReason) {
  const auto checked = WorkspacePath::check(GetParam());
  ASSERT_FALSE(checked.has_value()) << printable(GetParam());
  EXPECT_FALSE(checked.error().empty());
  EXPECT_THROW(WorkspacePath::parse(GetParam()), Error);
}

INSTANTIATE_TEST_SUITE_P(P1_OutsideOfTheWorkspace, Refused,
                         testing::Values("../../etc/passwd", "a/../../x", "..", ".", "a/.", "./a", "/etc/x", "//x",
                                         "a//b", "a/", "~/x", "~root/x", "file:///etc/passwd", "C:\\x", "C:/x", "c:x",
                                         "a\\..\\b", "%2e%2e", "%2E%2e/x", "a/%2e", "a%2fb", "a%5cb", "%252e%252e",
                                         "%c0%ae%c0%ae/x", "a%00b"));

INSTANTIATE_TEST_SUITE_P(P8_NamesThatAreNoText, Refused,
                         testing::Values("", "a\nb", std::string("a\0b", 3), "a\x1b[31m", "a\x7f", "\xff\xfe",
                                         "a/\xc3\x28", "a\xe2\x80\xa8z", std::string(4097, 'a'), std::string(256, 'a'),
                                         "d/" + std::string(256, 'a')));

INSTANTIATE_TEST_SUITE_P(P9_SpellingsOfGit, Refused,
                         testing::Values(".git", ".GIT", ".Git/config", "a/.git/hooks/x", ".g\u200cit", "\u200b.git",
                                         ".gi\u202et", ".g\ufeffit", "git~1", "GIT~1/config", ".git ", ".git.",
                                         ".git . .", ".git::$INDEX_ALLOCATION", ".git:stream", "git~1 .", "a::$DATA",
                                         "x\u202egnp.exe", "zero\u200bwidth"));

INSTANTIATE_TEST_SUITE_P(ReservedNames, Refused,
                         testing::Values(".tenon-unfinished-x", "a/.Tenon-Unfinished-x", ".tenon-changes-journal",
                                         ".TENON-Changes-x", ".tenon-changes-1/a"));

TEST(WorkspacePath, OrdinaryAndOddNamesKeepTheirBytes) {
  for (const std::string& text :
       {"app/main.py", ".gitignore", ".github/workflows/ci.yml", "-rf", "a b", "trailing.", "ünï/日本.md", "git", "a~1",
        "100%", "ab:c/d", "..a", "...", "app/[id]/page.tsx", "%20", "a/.tenon-changes-x", ".tenon-changes"}) {
    EXPECT_EQ(WorkspacePath::parse(text).text(), text);
  }
}

TEST(WorkspacePath, KnowsItsPlace) {
  const WorkspacePath path = WorkspacePath::parse("a/b/c.txt");
  EXPECT_EQ(path.name(), "c.txt");
  EXPECT_EQ(path.parent(), WorkspacePath::parse("a/b"));
  EXPECT_EQ(WorkspacePath::parse("c").parent(), std::nullopt);
  EXPECT_THAT(path.components(), ElementsAre("a", "b", "c.txt"));
}

TEST(WorkspacePath, RefusalShowsTheNamePrintable) {
  try {
    WorkspacePath::parse("a\x1b]0;title\x07");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("a\\x1b]0;title\\x07"));
  }
}

TEST(GuardOfNames, P10_CaseCollisionsAreFound) {
  EXPECT_THAT(case_collisions(paths({"Makefile", "makefile", "other"})),
              ElementsAre(ElementsAre("Makefile", "makefile")));
  EXPECT_THAT(case_collisions(paths({"a", "A/x"})), ElementsAre(ElementsAre("A", "a")));
  EXPECT_THAT(case_collisions(paths({"Src/a", "src/b", "src/a"})), ElementsAre(ElementsAre("Src", "src")));
  EXPECT_THAT(case_collisions(paths({"ÄRGER", "ärger", "Ωμέγα", "ωμέγα", "ЖУК", "жук"})), testing::SizeIs(3));
  EXPECT_THAT(case_collisions(paths({"a/x", "b/X", "a/y", "é", "e"})), testing::IsEmpty());
}

}  // namespace
}  // namespace tenon::fsops
