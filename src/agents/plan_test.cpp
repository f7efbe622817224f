#include "agents/plan.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/knowledge_checks.h"
#include "agents/test_world.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

struct GlobCase {
  std::string glob;
  std::string path;
  bool matches = false;
};

TEST(Glob, Matches) {
  const std::vector<GlobCase> cases = {
      {"app/main.py", "app/main.py", true},
      {"app/*.py", "app/main.py", true},
      {"app/*.py", "app/a/main.py", false},
      {"app/**", "app/a/b/main.py", true},
      {"app/**", "app", true},
      {"app/**", "apple/main.py", false},
      {"**/test_*.py", "tests/a/test_x.py", true},
      {"*", ".env", true},
      {"*", "a/b", false},
      {"v/000[124]_*.py", "v/0002_records.py", true},
      {"v/000[124]_*.py", "v/0003_content.py", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"**", "anything/at/all", true},
      {"a*b*c", "aXbYbZc", true},
      {"[a-c]x", "bx", true},
  };
  for (const GlobCase& one : cases)
    EXPECT_EQ(path_matches(one.glob, one.path), one.matches) << one.glob << " " << one.path;
}

TEST(Glob, ManyStarsCostNoExponentialTime) {
  EXPECT_FALSE(path_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(200, 'a')));
}

TEST(Glob, Overlap) {
  EXPECT_TRUE(globs_overlap("app/*.py", "app/main.py"));
  EXPECT_TRUE(globs_overlap("app/**", "app/a/*.html"));
  EXPECT_TRUE(globs_overlap("a*", "*b"));
  EXPECT_FALSE(globs_overlap("app/*_form.py", "app/*_pages.py"));
  EXPECT_FALSE(globs_overlap("v/000[124]_*.py", "v/0003_content.py"));
  EXPECT_FALSE(globs_overlap("app/*.py", "app/*.html"));
  EXPECT_FALSE(globs_overlap("app/*", "app/a/b"));
}

// What overlaps has a path that both match: checked on paths made from the globs themselves.
TEST(Glob, WhatMatchesBothOverlaps) {
  const std::vector<std::string> globs = {"app/*.py",      "app/**", "*/main.*",   "app/m*",
                                          "app/[a-m]*.py", "**/x",   "app/main.py"};
  const std::vector<std::string> paths = {"app/main.py", "app/x", "app/a/x", "x", "lib/main.c"};
  for (const std::string& left : globs) {
    for (const std::string& right : globs) {
      for (const std::string& path : paths) {
        if (path_matches(left, path) && path_matches(right, path))
          EXPECT_TRUE(globs_overlap(left, right)) << left << " " << right;
      }
    }
  }
}

TEST(Plan, TasksStandAfterWhatTheyDependOn) {
  for (const std::string goal :
       {"A gym with classes", "a one-page portfolio for a photographer", "Build REST API in FastAPI for employees"}) {
    const Plan plan = make_plan(test::brief_for(goal), test::knowledge());
    std::set<std::string> done;
    for (const PlannedTask& task : plan.tasks) {
      for (const std::string& id : task.after) EXPECT_TRUE(done.contains(id)) << task.id << " after " << id;
      done.insert(task.id);
      EXPECT_LE(task.subject.size(), 72U);
      EXPECT_FALSE(task.requirements.empty()) << task.id;
    }
    EXPECT_GT(plan.estimated_seconds, 0);
  }
}

TEST(Plan, EveryRequirementIsServedByATask) {
  const Brief brief = test::brief_for("A helpdesk where customers open tickets");
  const Plan plan = make_plan(brief, test::knowledge());
  for (const Requirement& requirement : brief.requirements) {
    const auto serves = [&](const PlannedTask& task) {
      return std::ranges::find(task.requirements, requirement.id) != task.requirements.end();
    };
    EXPECT_TRUE(std::ranges::any_of(plan.tasks, serves)) << requirement.id;
  }
}

TEST(Plan, TasksThatAreOffArePassedThrough) {
  Knowledge knowledge = test::knowledge();
  Stack& stack = knowledge.stacks.at("static-site");
  stack.templates["x"] = "x";
  stack.tasks = {{.id = "one", .title = "One", .type = "feat", .paths = {"1"}, .files = {{.from = "x", .to = "1"}}},
                 {.id = "two",
                  .title = "Two",
                  .type = "feat",
                  .after = {"one"},
                  .when = "is_web",
                  .paths = {"2"},
                  .files = {{.from = "x", .to = "2"}}},
                 {.id = "three",
                  .title = "Three",
                  .type = "feat",
                  .after = {"two"},
                  .paths = {"1"},
                  .files = {{.from = "x", .to = "1"}}}};
  const Plan plan = make_plan(test::brief_for("a one-page portfolio for a photographer"), knowledge);
  ASSERT_EQ(plan.tasks.size(), 2U);
  EXPECT_EQ(plan.tasks[1].after, std::vector<std::string>{"one"});
}

TEST(Plan, ParallelTasksOnOnePathAreRefused) {
  Knowledge knowledge = test::knowledge();
  Stack& stack = knowledge.stacks.at("static-site");
  stack.tasks = {{.id = "one", .title = "One", .type = "feat", .paths = {"site/**"}},
                 {.id = "two", .title = "Two", .type = "feat", .paths = {"site/a.html"}}};
  EXPECT_THROW(make_plan(test::brief_for("a one-page portfolio for a photographer"), knowledge), Error);
  EXPECT_THROW(check_knowledge(knowledge), Error);
}

TEST(Plan, FilesOutsideTheTasksPathsAreRefused) {
  Knowledge knowledge = test::knowledge();
  Stack& stack = knowledge.stacks.at("static-site");
  stack.templates["x"] = "x";
  stack.tasks = {
      {.id = "one", .title = "One", .type = "feat", .paths = {"site/*"}, .files = {{.from = "x", .to = "other/x"}}}};
  const Renderer renderer(test::brief_for("a one-page portfolio for a photographer"), knowledge);
  EXPECT_THROW(renderer.render("one"), Error);
}

}  // namespace
}  // namespace tenon::agents
