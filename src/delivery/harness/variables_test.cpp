#include "delivery/harness/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::delivery {
namespace {

TEST(Variables, TextsAreFilledAndAWholePlaceholderKeepsItsType) {
  Variables variables({.token = "uabc", .ordinal = 1});
  variables.set("id", 7);
  const json::value written =
      json::parse(R"({"a": "x ${unique}/${id}", "b": "${id}", "c": ["${id}"], "d": 2.5, "e": "$ {id} ${"})");
  EXPECT_EQ(variables.fill(written).value(),
            json::parse(R"({"a": "x uabc/7", "b": 7, "c": [7], "d": 2.5, "e": "$ {id} ${"})"));
}

TEST(Variables, AMissingValueIsNamed) {
  const Variables variables({.token = "uabc", .ordinal = 1});
  EXPECT_EQ(variables.fill_text("a ${gone} b").error(), "${gone}");
  EXPECT_EQ(variables.fill(json::parse(R"({"a": ["${gone}"]})")).error(), "${gone}");
}

TEST(Variables, FilledTextIsNotFilledAgain) {
  Variables variables({.token = "uabc", .ordinal = 1});
  variables.set("saved", json::string("${unique}"));
  EXPECT_EQ(variables.fill_text("<${saved}>").value(), "<${unique}>");
}

TEST(Variables, NoTwoChecksGetTheSameValues) {
  std::set<std::string> seen;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const Variables variables(fresh(i));
    for (const char* text : {"${unique}", "${unique_date}", "${unique_number}"})
      seen.insert(variables.fill_text(text).value());
  }
  EXPECT_EQ(seen.size(), 600U);
}

TEST(Variables, FreshValuesHaveTheirForm) {
  const Variables variables(fresh(0));
  EXPECT_THAT(variables.fill_text("${unique}").value(), testing::MatchesRegex("[a-z][a-z0-9]{9}"));
  EXPECT_THAT(variables.fill_text("${unique_date}").value(),
              testing::MatchesRegex("2[1-9][0-9]{2}-[01][0-9]-[0-3][0-9]"));
  EXPECT_THAT(variables.fill_text("${unique_number}").value(), testing::MatchesRegex("[0-9]{7}"));
}

TEST(Variables, ReferencesToRecordsAreRead) {
  EXPECT_EQ(parse_record_reference("record:menu-items:2")->slug, "menu-items");
  EXPECT_EQ(parse_record_reference("record:menu-items:2")->position, 2U);
  for (const char* wrong :
       {"record", "record:", "record:menu", "record:menu:", "record:menu:0", "record:menu:x", "menu:1"}) {
    EXPECT_FALSE(parse_record_reference(wrong).has_value()) << wrong;
  }
}

TEST(Variables, PlaceholdersAreFoundAtEveryDepth) {
  EXPECT_THAT(placeholders_in(json::parse(R"({"a": ["${x}", {"b": "${y} ${x}"}], "c": 1})")),
              testing::ElementsAre("x", "y"));
}

}  // namespace
}  // namespace tenon::delivery
