#include "delivery/harness/valid_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/harness/subject_of.h"

namespace tenon::delivery {
namespace {

using agents::Field;
using agents::FieldType;

agents::Entity entity(std::string name, std::string access, std::vector<Field> fields) {
  agents::Entity made;
  made.name = name;
  made.slug = name + "s";
  made.access = std::move(access);
  made.fields = std::move(fields);
  return made;
}

agents::Brief brief(std::vector<agents::Entity> entities) {
  agents::Brief made;
  made.kind = "web";
  made.entities = std::move(entities);
  made.roles = {{.name = "admin"}, {.name = "clerk", .manages = {"visit"}}};
  return made;
}

TEST(ValidValues, UniqueFieldsAndOneOfEachGroupVaryFromCheckToCheck) {
  agents::Entity visit = entity("visit", "inbox",
                                {{.name = "code", .type = FieldType::string, .unique = true},
                                 {.name = "time", .type = FieldType::time},
                                 {.name = "guest", .type = FieldType::string},
                                 {.name = "date", .type = FieldType::date},
                                 {.name = "email", .type = FieldType::email}});
  visit.rules.unique_together = {{"guest", "date", "time"}};
  const json::object first = valid_values(visit, brief({visit}), agents::Variant::first);
  EXPECT_EQ(first.at("code"), "${unique}");
  EXPECT_EQ(first.at("date"), "${unique_date}");
  EXPECT_EQ(json::serialize(first.at("guest")).find("${"), std::string::npos);
  EXPECT_EQ(json::serialize(first.at("email")).find("${"), std::string::npos);
  EXPECT_NE(valid_values(visit, brief({visit}), agents::Variant::second).at("code"), first.at("code"));
}

TEST(ValidValues, ReferencesNameARecordAndEndInId) {
  const agents::Entity chef = entity("chef", "catalog", {{.name = "name", .type = FieldType::string}});
  const agents::Entity dish =
      entity("dish", "catalog", {{.name = "chef", .type = FieldType::reference, .target = "chef"}});
  EXPECT_EQ(valid_values(dish, brief({chef, dish}), agents::Variant::first).at("chef_id"), "${record:chefs:1}");
  EXPECT_EQ(valid_values(dish, brief({chef, dish}), agents::Variant::second).at("chef_id"), "${record:chefs:2}");
}

TEST(ValidValues, StepsAreWrittenOut) {
  SubjectEntity subject;
  subject.valid = {{"name", "A"}, {"price", 1}};
  subject.valid2 = {{"name", "B"}, {"price", 2}};
  const auto written = [&](std::string_view step) {
    const auto result = with_values(json::parse(step).get_object(), &subject);
    return result ? json::serialize(*result) : result.error();
  };
  EXPECT_EQ(written(R"({"post": "/", "json": "${valid2}"})"), R"({"post":"/","json":{"name":"B","price":2}})");
  EXPECT_EQ(
      written(R"({"submit": "/", "form": {"from": "valid", "set": {"price": "-1", "x": "y"}, "drop": ["name"]}})"),
      R"({"submit":"/","form":{"x":"y","price":"-1"}})");
  EXPECT_EQ(written(R"({"get": "/", "json": {"name": "A"}})"), R"({"get":"/","json":{"name":"A"}})");
  EXPECT_THAT(written(R"({"post": "/", "json": {"from": "other"}})"), testing::HasSubstr("expected valid or valid2"));
  EXPECT_THAT(written(R"({"post": "/", "json": {"from": "valid", "sets": {}}})"), testing::HasSubstr("sets"));
  EXPECT_FALSE(with_values(json::parse(R"({"post": "/", "json": "${valid}"})").get_object(), nullptr).has_value());
}

TEST(SubjectOf, RolesAccountsAndMembersFollowTheBrief) {
  const agents::Entity visit = entity("visit", "private", {{.name = "note", .type = FieldType::text}});
  agents::Brief web = brief({visit});
  const Subject site = subject_of(web);
  EXPECT_TRUE(site.has_accounts);
  EXPECT_THAT(site.staff_roles, testing::ElementsAre("clerk"));
  EXPECT_EQ(site.account("member"), nullptr);
  EXPECT_EQ(site.actor_for("staff", "visit"), "clerk");
  EXPECT_THAT(bootstrap_users(site.accounts), testing::HasSubstr(R"("role":"clerk")"));
  web.kind = "api";
  EXPECT_NE(subject_of(web).account("member2"), nullptr);
  web.kind = "static";
  EXPECT_TRUE(subject_of(web).accounts.empty());
}

}  // namespace
}  // namespace tenon::delivery
