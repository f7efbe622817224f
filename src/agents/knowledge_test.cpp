#include "agents/knowledge.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/test_world.h"
#include "core/error.h"
#include "core/ids.h"
#include "core/yaml.h"

namespace tenon::agents {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A copy of the shipped golden paths in which one text of one file is another.
class Copy {
 public:
  Copy() : root_(fs::temp_directory_path() / ("golden-paths-" + new_ulid())) {
    fs::copy(fs::path(TENON_SOURCE_DIR) / "data" / "golden-paths", root_, fs::copy_options::recursive);
  }
  ~Copy() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  void replace(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = read_text(root_ / file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file << " has no " << from;
    text.replace(at, from.size(), to);
    std::ofstream(root_ / file, std::ios::binary | std::ios::trunc) << text;
  }

  std::string problem() const {
    try {
      load_knowledge(root_);
    } catch (const Error& failure) {
      return failure.what();
    }
    return "none";
  }

 private:
  fs::path root_;
};

TEST(Knowledge, WhatIsShippedLoads) {
  EXPECT_GE(test::knowledge().domains.size(), 15U);
  EXPECT_GE(test::knowledge().stacks.size(), 3U);
  for (const auto& [name, domain] : test::knowledge().domains) {
    for (const Entity& entity : domain.entities) {
      EXPECT_FALSE(entity.plural.empty());
      EXPECT_FALSE(entity.samples.empty()) << name << "." << entity.name;
    }
  }
}

struct Mistake {
  std::string file;
  std::string from;
  std::string to;
  std::string says;
};

TEST(Knowledge, EveryMistakeNamesFilePathAndWhatWasExpected) {
  const std::vector<Mistake> mistakes = {
      {"domains/restaurant.yaml", "tagline:", "tagine:", "domains/restaurant.yaml: texts.tagine: not a known name"},
      {"domains/restaurant.yaml", "access: catalog", "access: public",
       "entities[0].access: expected catalog, inbox, private or internal, got \"public\""},
      {"domains/restaurant.yaml", "type: money", "type: cash", "entities[0].fields[2].type: expected one of: string"},
      {"domains/restaurant.yaml", "title_field: name", "title_field: nome",
       "entities[0].title_field: expected the name of a field, got \"nome\""},
      {"domains/restaurant.yaml", "feature: menu", "feature: menus",
       "entities[0].feature: expected the name of a feature, got \"menus\""},
      {"domains/restaurant.yaml", "course: Starter", "course: Breakfast",
       "entities[0].samples[0].course: expected one of the choices, got \"Breakfast\""},
      {"domains/restaurant.yaml", "price: \"9.50\"", "prize: \"9.50\"",
       "entities[0].samples[0].prize: expected a field of menu_item"},
      {"domains/restaurant.yaml", "sum: party_size", "sum: name",
       "entities[1].rules.capacity.sum: expected a field with a number, got \"name\""},
      {"domains/restaurant.yaml", "name: restaurant", "name: restorant", "name: expected restaurant, like the file"},
      {"domains/restaurant.yaml", "stack: fastapi-web", "stack: rails",
       "stack: expected the name of a stack, got \"rails\""},
      {"domains/restaurant.yaml", "call_to_action_entity: reservation", "call_to_action_entity: reserve",
       "texts.call_to_action_entity: expected the name of an entity"},
      {"domains/restaurant.yaml", "manages: [menu_item", "manages: [menu",
       "roles.staff.manages: expected the name of an entity, got \"menu\""},
      {"domains/clinic.yaml", "target: location", "target: place",
       "target: expected the name of an entity, got \"place\""},
      {"domains/clinic.yaml", "location: 2", "location: 9",
       "expected the number of a sample of location, from 1 to 2, got \"9\""},
      {"domains/clinic.yaml", "name: Ruth", "name: [Ruth", "domains/clinic.yaml is not valid YAML"},
      {"stacks/static-site/stack.yaml", "from: index.html", "from: indx.html", "expected a file in templates/"},
      {"stacks/static-site/stack.yaml", "after: [scaffold]", "after: [scafold]",
       "tasks[1].after: expected the id of a task, got \"scafold\""},
      {"stacks/static-site/stack.yaml", "paths: [\"site/*.html\"]", "paths: [\"site/**\"]", "expected paths that task"},
      {"stacks/static-site/stack.yaml", "kind: static", "kind: web3", "kind: expected web, api or static"},
      {"looks.yaml", "#a63d1f", "red", "looks.yaml: warm.accent: expected a colour such as #a63d1f, got \"red\""},
      {"looks.yaml", "fits: [", "fits: [nowhere, ", "fits: expected the name of a domain, got \"nowhere\""},
      {"assertions.yaml", "kind: browse", "kind: Browse it", "entity[0].kind: expected a snake_case name"},
      {"assertions.yaml", "{get: \"/<%slug%>\", status", "{fetch: \"/<%slug%>\", status",
       "expected a known key of a step, got \"fetch\""},
      {"interview.yaml", "round: 1", "round: 3", "questions[0].round: expected 1 or 2, got \"3\""},
      {"locales/de.yaml", "language: Deutsch", "tongue: Deutsch", "locales/de.yaml: tongue: not a known name"},
  };
  Copy original;
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.file + ": " + mistake.to);
    Copy copy;
    copy.replace(mistake.file, mistake.from, mistake.to);
    EXPECT_THAT(copy.problem(), HasSubstr(mistake.says));
    EXPECT_THAT(copy.problem(), HasSubstr(fs::path(mistake.file).filename().string()));
  }
}

TEST(Knowledge, MissingDirectoryIsNamed) {
  try {
    load_knowledge("/nowhere/golden-paths");
    ADD_FAILURE();
  } catch (const Error& failure) {
    EXPECT_EQ(failure.code(), ErrorCode::not_found);
    EXPECT_THAT(failure.what(), HasSubstr("/nowhere/golden-paths"));
  }
}

TEST(Knowledge, UnknownNamesAreAnsweredWithTheKnownOnes) {
  try {
    stack_named(test::knowledge(), "rails");
    ADD_FAILURE();
  } catch (const Error& failure) {
    EXPECT_EQ(failure.code(), ErrorCode::not_found);
    EXPECT_THAT(failure.hint(), HasSubstr("fastapi-web"));
  }
}

}  // namespace
}  // namespace tenon::agents
