#include "delivery/harness/browser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::delivery {
namespace {

constexpr std::string_view kPage =
    R"(<header><form method=post action=/logout><input type=hidden name=csrf_token value=a></form>
  <form action=/search><input name=q></form></header><main><form method=post><input type=hidden name=csrf_token value="b c">
  <input name=name><input type=checkbox name=news value=yes><select name=size><option value=s>S<option value=m>M</select></form></main>)";

std::expected<Call, std::string> filled(FormValues values, std::optional<std::size_t> form_at = {}) {
  FormEntry entry;
  entry.values = std::move(values);
  entry.form_at = form_at;
  return fill_form(read_html(kPage), "/page/new?x=1", entry);
}

TEST(Browser, TheFormWithTheFieldsIsFilledAndItsDefaultsKept) {
  const auto call = filled({{"name", "Ann & Bo"}, {"news", "true"}, {"size", "m"}});
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->method, "POST");
  EXPECT_EQ(call->path, "/page/new?x=1");
  EXPECT_EQ(call->body, "csrf_token=b%20c&name=Ann%20%26%20Bo&size=m&news=yes");
}

TEST(Browser, WithoutFieldsTheFormOfThePageIsMeantNotThoseOfItsHeader) {
  EXPECT_EQ(filled({})->body, "csrf_token=b%20c&name=&size=s");
}

TEST(Browser, AFormCanBeNamedByItsPosition) {
  EXPECT_EQ(filled({}, 1)->path, "/logout");
  EXPECT_EQ(filled({{"q", "tea"}}, 2)->path, "/search?q=tea");
  EXPECT_FALSE(filled({}, 4).has_value());
}

TEST(Browser, WhatHasNoFieldCannotBeTyped) {
  EXPECT_THAT(filled({{"name", "a"}, {"colour", "red"}}).error(),
              testing::HasSubstr("without a field colour; it has: csrf_token, name"));
}

TEST(Browser, CookiesAreKeptChangedAndDropped) {
  Visitor visitor;
  Answer answer;
  answer.headers = {{"Set-Cookie", "a=1; Path=/; HttpOnly"}, {"set-cookie", "b=x=y"}};
  visitor.take_cookies(answer);
  answer.headers = {{"Set-Cookie", "a=2"}, {"Set-Cookie", "b=; Max-Age=0; Path=/"}};
  visitor.take_cookies(answer);
  EXPECT_THAT(visitor.cookies, testing::ElementsAre(testing::Pair("a", "2")));
}

TEST(Browser, PathsAreEncodedOnce) {
  EXPECT_EQ(encode_path("/menu?q=caf\xC3\xA9 au&x=%20<\"'"), "/menu?q=caf%C3%A9%20au&x=%20%3C%22'");
}

TEST(Browser, ExcerptsAreShortAndReadable) {
  Answer answer;
  answer.status = 422;
  answer.headers = {{"Content-Type", "text/html"}};
  answer.body = "<style>p{}</style><h1>No</h1><p>Name &amp; all</p>" + std::string(400, 'x');
  EXPECT_THAT(answer.excerpt(), testing::StartsWith("422: No Name & all"));
  EXPECT_LE(answer.excerpt().size(), 300U);
  answer.body = "\xff";
  answer.headers.clear();
  EXPECT_EQ(answer.excerpt(), "422: 1 bytes that are no text");
}

}  // namespace
}  // namespace tenon::delivery
