#include "agents/brief.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/test_world.h"
#include "core/error.h"
#include "core/json.h"

namespace tenon::agents {
namespace {

using ::testing::HasSubstr;

const Entity& entity_in(const Brief& brief, std::string_view name) {
  const auto found = std::ranges::find(brief.entities, name, &Entity::name);
  if (found == brief.entities.end()) throw Error(ErrorCode::not_found, std::string(name));
  return *found;
}

TEST(Brief, NumbersEveryRequirementAndAssertionOnce) {
  const Brief brief = test::brief_for("A gym with classes and bookings");
  std::set<std::string> ids;
  std::set<std::string> keys;
  for (std::size_t i = 0; i < brief.requirements.size(); ++i) {
    const Requirement& requirement = brief.requirements[i];
    EXPECT_EQ(requirement.id, "R" + std::to_string(i + 1));
    EXPECT_FALSE(requirement.text.empty());
    EXPECT_FALSE(requirement.assertions.empty()) << requirement.id;
    for (const Assertion& assertion : requirement.assertions) {
      EXPECT_TRUE(assertion.id.starts_with("A" + std::to_string(i + 1) + "."));
      EXPECT_TRUE(ids.insert(assertion.id).second) << assertion.id;
      EXPECT_TRUE(keys.insert(assertion.key).second) << assertion.key;
      EXPECT_FALSE(assertion.text.empty());
      EXPECT_FALSE(assertion.check.empty()) << assertion.key;
    }
  }
}

TEST(Brief, NoTemplateTagIsLeftInAnyCheckOfAnyDomain) {
  for (const auto& [name, domain] : test::knowledge().domains) {
    if (domain.entities.empty()) continue;
    GoalReading reading;
    reading.domain = name;
    const Brief brief = make_brief(reading, answer_all(reading, test::knowledge(), {}), test::knowledge(), test::day());
    for (const Assertion& assertion : assertions_of(brief)) {
      EXPECT_FALSE(json::serialize(to_json(assertion)).contains("<%")) << assertion.key;
    }
  }
}

TEST(Brief, CountInTheGoalSetsTheSamples) {
  const Brief one = test::brief_for("A physiotherapy practice site with appointments and three locations");
  EXPECT_EQ(entity_in(one, "location").samples.size(), 3U);
  const Brief two = test::brief_for("A physiotherapy practice site with appointments and two practitioners");
  EXPECT_EQ(entity_in(two, "practitioner").samples.size(), 2U);
  for (const json::object& sample : entity_in(two, "appointment").samples) {
    EXPECT_LE(sample.at("practitioner").as_int64(), 2);
  }
}

TEST(Brief, WhatASampleWasAskedForIsNotCheckedWhenItIsGone) {
  const Brief brief = test::brief_for("A physiotherapy practice site with appointments and two practitioners");
  for (const Assertion& assertion : assertions_of(brief)) {
    EXPECT_FALSE(json::serialize(to_json(assertion)).contains("Aiko Tanabe")) << assertion.key;
  }
}

TEST(Brief, AdditionsToADomainReachItsSamples) {
  const Brief brief = test::brief_for("An employees directory; each employee has a badge number and a shoe size");
  const Entity& employee = entity_in(brief, "employee");
  EXPECT_NE(std::ranges::find(employee.fields, "badge_number", &Field::name), employee.fields.end());
  std::set<std::string> badges;
  for (const json::object& sample : employee.samples) badges.insert(std::string(sample.at("badge_number").as_string()));
  EXPECT_EQ(badges.size(), employee.samples.size());
}

TEST(Brief, BusinessNameReplacesTheOneOfTheDomain) {
  const Brief brief = test::brief_for("A restaurant website called Chez Ada & Söhne");
  EXPECT_EQ(brief.title, "Chez Ada & Söhne");
  EXPECT_EQ(brief.slug, "chez-ada-soehne");
  EXPECT_EQ(brief.texts.email, "hello@chez-ada-soehne.example");
  const std::string all = pretty_json(to_json(brief));
  EXPECT_FALSE(all.contains("Olive & Ember"));
}

TEST(Brief, StaticSiteOnlyKeepsWhatCanBeShown) {
  const Brief brief = test::brief_for("A static website for my restaurant with a menu and table reservations");
  for (const Entity& entity : brief.entities) EXPECT_EQ(entity.access, kCatalog);
  EXPECT_TRUE(brief.roles.empty());
  ASSERT_EQ(brief.out_of_scope.size(), 1U);
  EXPECT_EQ(brief.out_of_scope.front().wish, "Table reservations");
}

TEST(Brief, ReferredEntitiesStandBeforeTheOnesThatReferToThem) {
  for (const auto& [name, domain] : test::knowledge().domains) {
    if (domain.entities.empty()) continue;
    GoalReading reading;
    reading.domain = name;
    const Brief brief = make_brief(reading, answer_all(reading, test::knowledge(), {}), test::knowledge(), test::day());
    std::set<std::string> seen;
    for (const Entity& entity : brief.entities) {
      for (const Field& field : entity.fields) {
        if (field.type == FieldType::reference)
          EXPECT_TRUE(seen.contains(field.target) || field.target == entity.name) << name;
      }
      seen.insert(entity.name);
    }
  }
}

TEST(Brief, TextOfPeopleIsNoMarkup) {
  const Brief brief = test::brief_for("A restaurant site called \"<script>alert(1)</script> | *x*\"\n\n# Heading");
  const std::string text = brief_markdown(brief, test::knowledge());
  EXPECT_FALSE(text.contains("<script>"));
  EXPECT_FALSE(text.contains("\n# Heading"));
}

TEST(Brief, MarkdownTracesEveryQuestion) {
  const Brief brief = test::brief_for("A restaurant website", {{"look", "bold"}});
  const std::string text = brief_markdown(brief, test::knowledge());
  EXPECT_THAT(text, HasSubstr("| How should it look? | Bold | answered | The look is bold. |"));
  EXPECT_THAT(text, HasSubstr("| assumed: "));
  for (const Assertion& assertion : assertions_of(brief)) EXPECT_THAT(text, HasSubstr("**" + assertion.id + "**"));
}

}  // namespace
}  // namespace tenon::agents
