#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "agents/app_model.h"
#include "agents/documents.h"
#include "agents/names.h"
#include "agents/plan.h"
#include "agents/test_world.h"
#include "core/error.h"
#include "core/json.h"

namespace tenon::agents {
namespace {

namespace fs = std::filesystem;

void write_tree(const fs::path& root, const std::vector<RenderedFile>& files) {
  for (const RenderedFile& file : files) {
    fs::create_directories((root / file.path).parent_path());
    std::ofstream(root / file.path, std::ios::binary) << file.content;
    fs::permissions(root / file.path, static_cast<fs::perms>(file.mode));
  }
}

// What every brief must render to, whatever it is about. Written to TENON_TEST_RENDER_DIR when that is set, so that the
// generated suites can be run.
void expect_renders(const Brief& brief, const std::string& name) {
  const Knowledge& knowledge = test::knowledge();
  const char* directory = std::getenv("TENON_TEST_RENDER_DIR");
  if (directory != nullptr) {
    write_tree(fs::path(directory) / ".models",
               {{.path = name + ".json", .content = pretty_json(app_model(brief, knowledge))}});
  }
  const Plan plan = make_plan(brief, knowledge);
  const Renderer renderer(brief, knowledge);
  std::vector<RenderedFile> all;
  std::set<std::string> paths;
  for (const PlannedTask& task : plan.tasks) {
    for (RenderedFile& file : renderer.render(task.id)) {
      EXPECT_TRUE(paths.insert(file.path).second) << name << " writes twice: " << file.path;
      EXPECT_EQ(file.content.find("<%"), std::string::npos) << name << ": " << file.path;
      all.push_back(std::move(file));
    }
  }
  const std::vector<Document> written = documents(brief, knowledge);
  EXPECT_EQ(written.size(), 3U);
  for (const Document& document : written) {
    const bool said_so = brief.goal.contains("<%");
    EXPECT_TRUE(said_so || !document.content.contains("<%")) << document.path;
  }
  if (directory == nullptr) return;
  const fs::path root = fs::path(directory) / name;
  for (const Document& document : written) all.push_back({.path = document.path, .content = document.content});
  all.push_back({.path = "docs/brief.json", .content = pretty_json(to_json(brief))});
  all.push_back({.path = "docs/brief.md", .content = brief_markdown(brief, knowledge)});
  all.push_back({.path = "docs/plan.md", .content = plan_markdown(plan, brief)});
  write_tree(root, all);
}

GoalReading reading_of(const Domain& domain) {
  GoalReading reading;
  reading.goal = domain.summary;
  reading.domain = domain.name;
  return reading;
}

TEST(Render, EveryDomain) {
  const Knowledge& knowledge = test::knowledge();
  for (const auto& [name, domain] : knowledge.domains) {
    if (domain.entities.empty()) continue;
    for (const auto& [stack_name, stack] : knowledge.stacks) {
      if (std::ranges::find(domain.kinds, stack.kind) == domain.kinds.end()) continue;
      SCOPED_TRACE(name + " as " + stack_name);
      const AnswerSheet sheet{.source = "answers", .values = {{"stack", stack_name}}};
      const GoalReading reading = reading_of(domain);
      const Brief brief = make_brief(reading, answer_all(reading, knowledge, sheet), knowledge, test::day());
      expect_renders(brief, name + "." + stack_name);
    }
  }
}

TEST(Render, EveryFeatureOfEveryDomain) {
  const Knowledge& knowledge = test::knowledge();
  for (const auto& [name, domain] : knowledge.domains) {
    if (domain.entities.empty()) continue;
    SCOPED_TRACE(name);
    json::array all;
    for (const Feature& feature : domain.features) all.push_back(json::string(feature.name));
    const AnswerSheet sheet{.source = "answers",
                            .values = {{"stack", "fastapi-web"}, {"features", all}, {"languages", {"en", "de"}}}};
    const GoalReading reading = reading_of(domain);
    if (std::ranges::find(domain.kinds, kWeb) == domain.kinds.end()) continue;
    const Brief brief = make_brief(reading, answer_all(reading, knowledge, sheet), knowledge, test::day());
    expect_renders(brief, name + ".all");
  }
}

TEST(Render, GoalsThatMustWork) {
  const json::value goals = test::test_data("must_work.yaml");
  for (const json::value& goal : goals.as_array()) {
    const std::string text(goal.at("goal").as_string());
    SCOPED_TRACE(text);
    const Brief brief = test::brief_for(text);
    EXPECT_EQ(brief.stack, std::string_view(goal.at("stack").as_string()));
    expect_renders(brief, "goal." + std::string(goal.at("name").as_string()));
  }
}

TEST(Render, IsDeterministic) {
  const Brief brief = test::brief_for("A website for my restaurant with a menu and table reservations");
  const Brief again = test::brief_for("A website for my restaurant with a menu and table reservations");
  EXPECT_EQ(pretty_json(to_json(brief)), pretty_json(to_json(again)));
  EXPECT_EQ(json::serialize(app_model(brief, test::knowledge())), json::serialize(app_model(again, test::knowledge())));
}

TEST(Render, BriefSurvivesTheJournal) {
  const Brief brief =
      test::brief_for("Inventory for a small warehouse: items, suppliers, stock movements, low-stock alerts");
  const Brief stored = from_json<Brief>(parse_json(json::serialize(to_json(brief)), "the journal"));
  EXPECT_EQ(pretty_json(to_json(stored)), pretty_json(to_json(brief)));
  EXPECT_EQ(json::serialize(app_model(stored, test::knowledge())),
            json::serialize(app_model(brief, test::knowledge())));
}

TEST(Render, UnknownTaskIsRefused) {
  const Renderer renderer(test::brief_for("A website for my restaurant"), test::knowledge());
  EXPECT_THROW(renderer.render("no-such-task"), Error);
}

}  // namespace
}  // namespace tenon::agents
