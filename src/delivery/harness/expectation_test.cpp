#include "delivery/harness/expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::delivery {
namespace {

using testing::HasSubstr;

CheckStep step(std::string_view text) {
  auto read = read_step(json::parse(text).get_object());
  EXPECT_TRUE(read.has_value()) << read.error();
  return read.value_or(CheckStep{});
}

Answer html(int status, std::string body) {
  Answer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "text/html; charset=utf-8"},
                    {"Location", "http://app.internal/menu/thanks?reference=7"}};
  answer.body = std::move(body);
  return answer;
}

Answer plain_json(std::string body) {
  Answer answer;
  answer.status = 200;
  answer.headers = {{"Content-Type", "application/json"}};
  answer.body = std::move(body);
  return answer;
}

std::string expected(std::string_view written, const Answer& answer) {
  const auto found = difference(step(written), answer);
  return found ? found->expected : "";
}

TEST(Expectation, StatusIsOneOfThoseExpectedOrBelow400) {
  EXPECT_EQ(expected(R"({"get": "/", "status": 200})", html(200, "")), "");
  EXPECT_EQ(expected(R"({"get": "/", "status": [403, 404]})", html(404, "")), "");
  EXPECT_EQ(expected(R"({"get": "/", "status": [403, 404]})", html(200, "")), "status 403 or 404");
  EXPECT_EQ(expected(R"({"get": "/"})", html(303, "")), "");
  EXPECT_EQ(expected(R"({"get": "/"})", html(500, "")), "a status below 400");
  EXPECT_EQ(expected(R"({"get": "/"})", html(0, "")), "a status below 400");
}

TEST(Expectation, TextsAreFoundAsReadersSeeThemOrAsTheyStand) {
  const Answer page =
      html(200, "<p id=name-error>Fish &amp; <b>Chips</b>\n caf&eacute;</p><script>var hidden</script>");
  for (const char* text : {"Fish & Chips café", "Fish &amp; Chips", "name-error", "var hidden"}) {
    EXPECT_EQ(expected(json::serialize(json::object{{"get", "/"}, {"contains", {text}}}), page), "") << text;
  }
  EXPECT_THAT(expected(R"({"get": "/", "contains": ["Soup"]})", page), HasSubstr("\"Soup\" in the answer"));
  EXPECT_THAT(expected(R"({"get": "/", "absent": ["Chips"]})", page), HasSubstr("no \"Chips\""));
  EXPECT_EQ(expected(R"({"get": "/", "absent": ["Soup"]})", page), "");
}

TEST(Expectation, TextsAreFoundInJsonWhateverItsEscapes) {
  const Answer answer = plain_json(R"({"items": [{"name": "caf\u00e9 \"One\""}], "total": 1})");
  EXPECT_EQ(expected(R"({"get": "/", "contains": ["café \"One\"", "\"items\"", "\"total\":1"]})", answer), "");
}

TEST(Expectation, JsonIsASubset) {
  const Answer answer = plain_json(R"({"items": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "total": 2.0})");
  EXPECT_EQ(expected(R"({"get": "/", "json": {"total": 2, "items": [{"name": "b"}]}})", answer), "");
  EXPECT_THAT(expected(R"({"get": "/", "json": {"total": "2"}})", answer), HasSubstr("JSON with"));
  EXPECT_THAT(expected(R"({"get": "/", "json": {"items": [{"id": 1, "name": "b"}]}})", answer), HasSubstr("JSON with"));
  EXPECT_THAT(expected(R"({"get": "/", "json": {}})", plain_json("no json")), HasSubstr("JSON with"));
}

TEST(Expectation, LocationsAndHeadersAreCompared) {
  const Answer answer = html(303, "");
  EXPECT_EQ(expected(R"({"post": "/", "status": 303, "location": "/menu/thanks"})", answer), "");
  EXPECT_EQ(expected(R"({"post": "/", "status": 303, "location": "/login"})", answer), "a redirect to /login");
  EXPECT_EQ(expected(R"({"get": "/", "headers": {"content-type": "text/html"}})", answer), "");
  EXPECT_EQ(expected(R"({"get": "/", "headers": {"x-a": "b"}})", answer), "header x-a: b");
}

TEST(Expectation, PagesAreReviewedForAccessibility) {
  EXPECT_EQ(expected(R"({"get": "/", "accessible": true})",
                     html(200, "<html lang=en><title>T</title><main><h1>H</h1></main>")),
            "");
  EXPECT_EQ(expected(R"({"get": "/", "accessible": true})", html(200, "<p>")), "an accessible page");
}

TEST(Expectation, ValuesAreSavedFromJsonTextAndLocation) {
  const CheckStep saving =
      step(R"x({"get": "/", "save": {"ref": "location:reference=(\\d+)", "all": "location:/menu/.*",
      "id": "regex:id=(\\w+)"}})x");
  const auto values = saved_values(saving, html(303, "<a href='?id=x7'>"));
  ASSERT_TRUE(values.has_value());
  EXPECT_EQ(values->at("ref").get_string(), "7");
  EXPECT_EQ(values->at("all").get_string(), "/menu/thanks?reference=7");
  EXPECT_EQ(values->at("id").get_string(), "x7");
  const auto id = saved_values(step(R"({"get": "/", "save": {"id": "json:/items/0/id"}})"),
                               plain_json(R"({"items": [{"id": 5}]})"));
  EXPECT_EQ(id->at("id"), json::value(5));
}

TEST(Expectation, WhatCannotBeSavedIsNamed) {
  for (const char* source : {"json:/gone", "regex:(", "regex:gone", "location:(a)(b)", "elsewhere"}) {
    CheckStep saving = step(R"({"get": "/"})");
    saving.save.emplace("a", source);
    EXPECT_EQ(saved_values(saving, plain_json("{}")).error(), source);
  }
}

TEST(CheckStep, JsonIsTheBodyOfWhatIsSentAndAnExpectationOfTheRest) {
  EXPECT_TRUE(step(R"({"post": "/", "json": {"a": 1}})").body.has_value());
  EXPECT_FALSE(step(R"({"post": "/", "json": {"a": 1}})").json_subset.has_value());
  EXPECT_TRUE(step(R"({"get": "/", "json": {"a": 1}})").json_subset.has_value());
}

TEST(CheckStep, MistakesAreNamed) {
  const auto mistake = [](std::string_view text) {
    const auto read = read_step(json::parse(text).get_object());
    return read ? std::string() : read.error();
  };
  EXPECT_THAT(mistake(R"({"status": 200})"), HasSubstr("expected one of get"));
  EXPECT_THAT(mistake(R"({"get": "/", "post": "/"})"), HasSubstr("one thing only"));
  EXPECT_THAT(mistake(R"({"get": "menu"})"), HasSubstr("begins with /"));
  EXPECT_THAT(mistake(R"({"get": "/", "statsu": 200})"), HasSubstr("statsu: not a known key"));
  EXPECT_THAT(mistake(R"({"get": "/", "status": "ok"})"), HasSubstr("status"));
  EXPECT_THAT(mistake(R"({"submit": "/", "form": "${valid}"})"), HasSubstr("form: expected fields"));
}

}  // namespace
}  // namespace tenon::delivery
