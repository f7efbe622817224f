#include "agents/goal.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/field_guess.h"
#include "agents/names.h"
#include "agents/test_world.h"
#include "core/error.h"
#include "core/json.h"

namespace tenon::agents {
namespace {

using ::testing::HasSubstr;

// "book(title:string, author->author)", "employee+(badge_number:string)": what of the expectation is not there.
std::string missing_from(const std::vector<NamedEntity>& entities, const std::string& expected) {
  const std::size_t open = expected.find('(');
  std::string name = expected.substr(0, open);
  const bool extends = name.ends_with('+');
  if (extends) name.pop_back();
  const auto found =
      std::ranges::find_if(entities, [&](const NamedEntity& named) { return named.entity.name == name; });
  if (found == entities.end()) return name;
  if (extends == found->extends.empty()) return name + " as " + (extends ? "an addition" : "a new entity");
  if (open == std::string::npos) return "";
  std::string rest = expected.substr(open + 1, expected.size() - open - 2);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(", "), rest.size());
    const std::string one = rest.substr(0, comma);
    rest.erase(0, std::min(comma + 2, rest.size()));
    const bool reference = one.contains("->");
    const std::size_t at = one.find(reference ? "->" : ":");
    const std::string field_name = one.substr(0, at);
    const auto field = std::ranges::find(found->entity.fields, field_name, &Field::name);
    if (field == found->entity.fields.end()) return name + "." + field_name;
    const std::string wanted = one.substr(at + (reference ? 2 : 1));
    const std::string type = boost::describe::enum_to_string(field->type, "?");
    if (reference ? field->target != wanted : type != wanted) return one + " (is " + type + " " + field->target + ")";
  }
  return "";
}

std::vector<std::string> texts(const json::value& list) { return from_json<std::vector<std::string>>(list); }

class Expectation {
 public:
  Expectation(const json::object& expected, const GoalReading& reading) : expected_(expected), reading_(reading) {}

  void check() const {
    same("domain", reading_.domain);
    same("kind", reading_.kind);
    same("stack", reading_.stack);
    same("business", reading_.business);
    same("look", reading_.look);
    same("access", reading_.access);
    if (const auto* one_page = expected_.if_contains("one_page")) EXPECT_EQ(reading_.one_page, one_page->as_bool());
    if (const auto* languages = expected_.if_contains("languages")) EXPECT_EQ(reading_.languages, texts(*languages));
    contains("wanted", reading_.features_wanted);
    contains("declined", reading_.features_declined);
    if (const auto* counts = expected_.if_contains("counts")) {
      ASSERT_FALSE(reading_.counts.empty());
      EXPECT_EQ(reading_.counts.front().entity + "=" + std::to_string(reading_.counts.front().count),
                counts->as_string());
    }
    check_out();
    check_entities();
  }

 private:
  void same(const char* key, const std::string& got) const {
    if (const auto* wanted = expected_.if_contains(key)) EXPECT_EQ(got, std::string_view(wanted->as_string())) << key;
  }
  void contains(const char* key, const std::vector<std::string>& got) const {
    const auto* wanted = expected_.if_contains(key);
    if (wanted == nullptr) return;
    for (const std::string& one : texts(*wanted)) EXPECT_THAT(got, ::testing::Contains(one)) << key;
  }
  void check_out() const {
    const auto* wanted = expected_.if_contains("out");
    if (wanted == nullptr) return;
    std::vector<std::string> wishes;
    for (const OutOfScope& out : reading_.out_of_scope) wishes.push_back(out.wish);
    EXPECT_EQ(wishes.size(), texts(*wanted).size()) << joined(wishes, "; ");
    for (const std::string& one : texts(*wanted)) EXPECT_THAT(joined(wishes, "; "), HasSubstr(one));
  }
  void check_entities() const {
    const auto* wanted = expected_.if_contains("entities");
    if (wanted == nullptr) return;
    std::vector<std::string> names;
    for (const NamedEntity& named : reading_.entities) names.push_back(named.entity.name);
    EXPECT_EQ(names.size(), texts(*wanted).size()) << joined(names, ", ");
    for (const std::string& one : texts(*wanted))
      EXPECT_EQ(missing_from(reading_.entities, one), "") << joined(names, ", ");
  }

  const json::object& expected_;
  const GoalReading& reading_;
};

TEST(Goal, IsUnderstood) {
  const json::value goals = test::test_data("goals.yaml");
  for (const json::value& goal : goals.as_array()) {
    const std::string text(goal.at("goal").as_string());
    SCOPED_TRACE(text);
    try {
      const GoalReading reading = read_goal(text, test::knowledge());
      Expectation(goal.as_object(), reading).check();
    } catch (const Error& failure) {
      ADD_FAILURE() << failure.what();
    }
  }
}

TEST(Goal, WithoutContentIsRefusedWithAnExample) {
  const json::value goals = test::test_data("refused_goals.yaml");
  for (const json::value& goal : goals.as_array()) {
    const std::string text(goal.at("goal").as_string());
    SCOPED_TRACE(text);
    try {
      const GoalReading reading = read_goal(text, test::knowledge());
      ADD_FAILURE() << "understood as " << reading.domain << " with " << reading.entities.size() << " entities";
    } catch (const Error& failure) {
      EXPECT_EQ(failure.code(), ErrorCode::invalid_argument);
      EXPECT_THAT(failure.what(), HasSubstr(std::string(goal.at("says").as_string())));
      EXPECT_THAT(failure.hint(), HasSubstr("For example"));
    }
  }
}

std::string refusal_of(const std::string& text) {
  try {
    read_goal(text, test::knowledge());
  } catch (const Error& failure) {
    return failure.what();
  }
  return "understood";
}

TEST(Goal, LongerThanTheLimitIsRefusedNamingIt) {
  EXPECT_THAT(refusal_of(std::string(200'000, 'x')), HasSubstr("the limit is 20000"));
}

TEST(Goal, BinaryIsRefused) {
  EXPECT_THAT(refusal_of(std::string("restaurant\0website", 18)), HasSubstr("not readable text"));
  EXPECT_THAT(refusal_of("restaurant \xff\xfe website"), HasSubstr("not readable text"));
}

TEST(Goal, AtTheLimitIsReadInTime) {
  std::string text = "Track ";
  while (text.size() < kLongestGoal - 40) text += "plants with a name, a date and a note, ";
  EXPECT_NO_THROW(read_goal(text, test::knowledge()));
}

TEST(Goal, EveryNameIsASafeIdentifier) {
  const std::vector<std::string> goals = {
      "Track classes; each class has a class, an id, a def, a 2nd name, a naïve größe, a user, a metadata and a "
      "session",
      "Track users and sessions and imports; each import has a from, a to and a lambda",
      "Track plants; each plant has a ${PATH}, a `id` and a {{ config }}",
  };
  for (const std::string& goal : goals) {
    SCOPED_TRACE(goal);
    const Brief brief = test::brief_for(goal);
    for (const Entity& entity : brief.entities) {
      EXPECT_EQ(entity.name, safe_name(entity.name, "_x", test::knowledge().interview));
      for (const Field& field : entity.fields) {
        EXPECT_EQ(field.name, safe_name(field.name, "_x", test::knowledge().interview));
      }
    }
  }
}

}  // namespace
}  // namespace tenon::agents
