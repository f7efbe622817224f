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
