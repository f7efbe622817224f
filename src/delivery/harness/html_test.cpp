#include "delivery/harness/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::delivery {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Html, EntitiesAreDecodedAndOtherAmpersandsStay) {
  EXPECT_EQ(decode_entities("a &amp; b &lt;i&gt; &#39;&#x27;&quot; caf&eacute; AT&T &unknown; &"),
            "a & b <i> ''\" café AT&T &unknown; &");
  EXPECT_EQ(decode_entities("&#0;&#xD800;&#99999999999;&#x;"), "\uFFFD\uFFFD\uFFFD&#x;");
  EXPECT_EQ(decode_entities("&amp;lt;"), "&lt;");
}

TEST(Html, TextLeavesOutCodeAndPartsBlocks) {
  const HtmlPage page = read_html(
      "<!doctype html><html lang=en><head><title>Menu &amp; more</title><style>p{}</style></head><body><!-- <p>no</p> "
      "-->"
      "<h1>Our\n  <em>me</em>nu</h1><p>One</p><p>Two&nbsp;three<br>four</p><script>if (a < b) "
      "'</p>'</script></body></html>");
  EXPECT_EQ(page.title, "Menu & more");
  EXPECT_EQ(page.language, "en");
  EXPECT_EQ(page.text, "Our menu One Two three four");
  ASSERT_EQ(page.headings.size(), 1U);
  EXPECT_EQ(page.headings[0].text, "Our menu");
}

TEST(Html, FormsCarryWhatABrowserWouldSend) {
  const HtmlPage page = read_html(R"(<form method=POST action="/a?x=1&amp;y=2">
      <input type=hidden name=csrf_token value='t&quot;1'><input name=name value="Ann"><input type=checkbox name=news checked>
      <input type=checkbox name=ads><input type=radio name=size value=s><input type=radio name=size value=m checked>
      <select name=course><option value="">-<option value=1 selected>Starter<option>Main</select>
      <textarea name=notes>
a &lt; b</textarea><input name=gone disabled value=1><button name=go value=1>Send</button></form>
      <form id=f><input name=inner></form><input name=outer form=f>)");
  ASSERT_EQ(page.forms.size(), 2U);
  EXPECT_EQ(page.forms[0].action, "/a?x=1&y=2");
  EXPECT_EQ(page.forms[0].method, "post");
  EXPECT_THAT(page.forms[0].defaults(), ElementsAre(Pair("csrf_token", "t\"1"), Pair("name", "Ann"), Pair("news", "on"),
                                                    Pair("size", "m"), Pair("course", "1"), Pair("notes", "a < b")));
  EXPECT_THAT(page.forms[0].field("course")->options, ElementsAre("", "1", "Main"));
  EXPECT_EQ(page.forms[1].method, "get");
  EXPECT_THAT(page.forms[1].defaults(), ElementsAre(Pair("inner", ""), Pair("outer", "")));
}

TEST(Html, LinksCarryTargetAndWords) {
  const HtmlPage page = read_html("<nav><a href='/menu?q=a&amp;p=2'>The <b>menu</b></a> <a name=x>no link</a></nav>");
  ASSERT_EQ(page.links.size(), 1U);
  EXPECT_EQ(page.links[0].href, "/menu?q=a&p=2");
  EXPECT_EQ(page.links[0].text, "The menu");
}

TEST(Html, InjectedMarkupShowsAsAnElementAndEscapedMarkupAsText) {
  const HtmlPage bad = read_html("<p><script>probe()</script><input value=\"\"><i probe>\"></p>");
  EXPECT_EQ(bad.elements[1].name, "script");
  EXPECT_EQ(bad.elements[1].raw, "probe()");
  EXPECT_TRUE(bad.elements[3].has("probe"));
  const HtmlPage good = read_html("<p>&lt;script&gt;probe()&lt;/script&gt;</p>");
  EXPECT_EQ(good.elements.size(), 1U);
  EXPECT_EQ(good.text, "<script>probe()</script>");
}

TEST(Html, BrokenMarkupIsReadAsFarAsItGoes) {
  for (const char* markup :
       {"", "<", "</", "<!", "<!--", "<a", "<a href", "<a href=", "<a href=\"x", "<script>", "</p></p>", "<title>",
        "a<b", "<p =x/ y>", "<1>", "<form><form><input></form>", "\xff\xfe<p>\0x"}) {
    read_html(markup);
  }
  EXPECT_EQ(read_html("5 < 6 and <unknown-thing>more</other>").text, "5 < 6 and more");
}

TEST(Html, HostileNestingIsBounded) {
  std::string markup;
  for (int i = 0; i < 100'000; ++i) markup += "<div>";
  const HtmlPage page = read_html(markup + "deep");
  EXPECT_EQ(page.text, "deep");
  EXPECT_EQ(page.elements.size(), 100'000U);
}

}  // namespace
}  // namespace tenon::delivery
