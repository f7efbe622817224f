#include "native/fsops/path_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace tenon::fsops {
namespace {

struct ContainsCase {
  std::string glob;
  std::string path;
  bool expected = false;
};

class Contains : public testing::TestWithParam<ContainsCase> {};

TEST_P(Contains, GlobDecides) {
  const PathSet set = PathSet::parse({GetParam().glob});
  EXPECT_EQ(set.contains(WorkspacePath::parse(GetParam().path)), GetParam().expected)
      << GetParam().glob << " " << GetParam().path;
}

INSTANTIATE_TEST_SUITE_P(
    PathSet, Contains,
    testing::Values(ContainsCase{"app/**", "app/a.py", true}, ContainsCase{"app/**", "app/x/y/a.py", true},
                    ContainsCase{"app/**", "app", false}, ContainsCase{"app/**", "application/a", false},
                    ContainsCase{"*.md", "README.md", true}, ContainsCase{"*.md", "docs/README.md", false},
                    ContainsCase{"*.md", ".md", true}, ContainsCase{"tests/*.py", "tests/a.py", true},
                    ContainsCase{"tests/*.py", "tests/x/a.py", false}, ContainsCase{"**/*.py", "a.py", true},
                    ContainsCase{"**/*.py", "x/y/a.py", true}, ContainsCase{"**", "x/y", true},
                    ContainsCase{"a/**/b/*", "a/b/c", true}, ContainsCase{"a/**/b/*", "a/x/b/y/b/c", true},
                    ContainsCase{"a/**/b/*", "a/x/c", false}, ContainsCase{"app/*_test.*.py", "app/x_test.y.py", true},
                    ContainsCase{"README.md", "readme.md", false}, ContainsCase{"app/[id]/p", "app/[id]/p", true},
                    ContainsCase{"app/[id]/p", "app/i/p", false}, ContainsCase{"a*b*c", "aXbXc", true},
                    ContainsCase{"a*b*c", "aXcXb", false}));

TEST(PathSet, AnEmptySetContainsNothing) { EXPECT_FALSE(PathSet().contains(WorkspacePath::parse("a"))); }

TEST(PathSet, GlobsThatLeaveTheWorkspaceAreRefused) {
  for (const std::string& glob : {"../**", "/etc/*", "a/../b", "", ".git/**", "a**", "a/**b", "~/*"}) {
    EXPECT_THROW(PathSet::parse({glob}), Error) << glob;
  }
}

TEST(PathSet, KeepsItsGlobsAsWritten) {
  EXPECT_THAT(PathSet::parse({"app/**", "*.md"}).globs(), testing::ElementsAre("app/**", "*.md"));
}

TEST(PathSet, ManyStarsTakeNoTimeWorthMeasuring) {
  const std::string text(200, 'a');
  EXPECT_FALSE(PathSet::parse({"*a*a*a*a*a*a*a*a*a*a*a*a*b"}).contains(WorkspacePath::parse(text)));
}

struct DisjointCase {
  std::string one;
  std::string other;
  bool expected = false;
};

class Disjoint : public testing::TestWithParam<DisjointCase> {};

TEST_P(Disjoint, IsTheSameBothWays) {
  const PathSet one = PathSet::parse({GetParam().one});
  const PathSet other = PathSet::parse({GetParam().other});
  EXPECT_EQ(disjoint(one, other), GetParam().expected) << GetParam().one << " " << GetParam().other;
  EXPECT_EQ(disjoint(other, one), GetParam().expected) << GetParam().one << " " << GetParam().other;
}

INSTANTIATE_TEST_SUITE_P(
    PathSet, Disjoint,
    testing::Values(DisjointCase{"app/**", "tests/**", true}, DisjointCase{"app/**", "app/models.py", false},
                    DisjointCase{"app/*.py", "app/models.py", false}, DisjointCase{"app/*.py", "app/*.html", true},
                    DisjointCase{"app/a*.py", "app/*b.py", false}, DisjointCase{"**/*.py", "docs/**", false},
                    DisjointCase{"**/*.py", "docs/*.md", true}, DisjointCase{"*.md", "docs/*.md", true},
                    DisjointCase{"**", "x", false}, DisjointCase{"App/**", "app/x", false},
                    DisjointCase{"app", "app/x", false}, DisjointCase{"app", "app/**", false},
                    DisjointCase{"*", "app/x", true}, DisjointCase{"a/**/x", "a/b/**", false},
                    DisjointCase{"a/**/x", "b/**/x", true}));

// The law behind the table: sets that share a path are never called disjoint.
TEST(PathSet, DisjointSetsShareNoPath) {
  const std::vector<std::string> globs = {"a",   "*",   "a/*",  "a/**",  "**/b",   "**",
                                          "a/b", "*/b", "*b",   "a*",    "a/**/b", "**/a/*",
                                          "b/*", "ab",  "a*/b", "**/*b", "a/*/**", "b/**/a"};
  const std::vector<std::string> names = {"a", "b", "ab", "ba"};
  std::vector<WorkspacePath> universe;
  for (const std::string& x : names) {
    universe.push_back(WorkspacePath::parse(x));
    for (const std::string& y : names) {
      universe.push_back(WorkspacePath::parse(x + "/" + y));
      for (const std::string& z : names) universe.push_back(WorkspacePath::parse(x + "/" + y + "/" + z));
    }
  }
  for (const std::string& one : globs) {
    for (const std::string& other : globs) {
      if (!disjoint(PathSet::parse({one}), PathSet::parse({other}))) continue;
      for (const WorkspacePath& path : universe) {
        EXPECT_FALSE(PathSet::parse({one}).contains(path) && PathSet::parse({other}).contains(path))
            << one << " and " << other << " share " << path.text();
      }
    }
  }
}

}  // namespace
}  // namespace tenon::fsops
