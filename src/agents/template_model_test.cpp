#include "agents/template_model.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace tenon::agents {
namespace {

const TemplateModel& model() {
  static const TemplateModel kModel({{"name", "A \"b\" <c> {{d}} *e*"},
                                     {"on", true},
                                     {"off", false},
                                     {"count", 3},
                                     {"empty", json::array{}},
                                     {"rows", json::array{json::object{{"row", "x"}, {"not_last", true}},
                                                          json::object{{"row", "y"}, {"not_last", false}}}}});
  return kModel;
}

struct Case {
  std::string text;
  std::string rendered;
};

TEST(TemplateModel, Renders) {
  const std::vector<Case> cases = {
      {"plain {{ jinja }} {% if %}", "plain {{ jinja }} {% if %}"},
      {"<%name%>", "A \"b\" <c> {{d}} *e*"},
      {"<%name_q%>", R"("A \"b\" <c> {{d}} *e*")"},
      {"<%name_h%>", "A &quot;b&quot; &lt;c&gt; &#123;&#123;d&#125;&#125; *e*"},
      {"<%name_u%>", "A%20%22b%22%20%3Cc%3E%20%7B%7Bd%7D%7D%20%2Ae%2A"},
      {"<%name_m%>", "A \"b\" \\<c\\> {{d}} \\*e\\*"},
      {"<%#on%>yes<%/on%><%^on%>no<%/on%>", "yes"},
      {"<%#off%>yes<%/off%><%^off%>no<%/off%>", "no"},
      {"<%#rows%><%row%><%#not_last%>, <%/not_last%><%/rows%>", "x, y"},
      {"<%#empty%>x<%/empty%><%^empty%>none<%/empty%>", "none"},
      {"a\n<%#on%>\nb\n<%/on%>\nc\n", "a\nb\nc\n"},
      {"a\n<%#off%>\nb\n<%/off%>\nc\n", "a\nc\n"},
      {"a\n  <%#on%>  \n\nb\n  <%/on%>\nc", "a\n\nb\nc"},
      {"<%#rows%>\n<%row%>\n<%/rows%>\n", "x\ny\n"},
      {"x <%#on%>\ny<%/on%>", "x \ny"},
      {"<%#has_assert_anything%>x<%/has_assert_anything%>", ""},
      {"<%count%>", "3"},
  };
  for (const Case& one : cases) EXPECT_EQ(model().render(one.text, "test"), one.rendered) << one.text;
}

TEST(TemplateModel, ElementComesBeforeTheApp) {
  EXPECT_EQ(model().render("<%row%> of <%count%>", "test", {.list = "rows", .index = 1}), "y of 3");
  EXPECT_TRUE(model().holds("!not_last", "test", {.list = "rows", .index = 1}));
}

TEST(TemplateModel, UnknownNamesAndBrokenSyntaxAreErrors) {
  for (const std::string text :
       {"<%nmae%>", "<%#nmae%><%/nmae%>", "<%nmae_q%>", "<%#on%>", "<%/on%>", "<%#on%><%/off%>", "<%on", "<%%>"}) {
    try {
      model().render(text, "stacks/x/page.html");
      ADD_FAILURE() << text;
    } catch (const Error& failure) {
      EXPECT_EQ(failure.code(), ErrorCode::invalid_argument);
      EXPECT_TRUE(std::string_view(failure.what()).starts_with("stacks/x/page.html: ")) << failure.what();
    }
  }
  EXPECT_THROW(model().size("name", "test"), Error);
  EXPECT_THROW(model().holds("nothing", "test"), Error);
}

// A text of a person never becomes a tag.
TEST(TemplateModel, ValuesAreNotRenderedAgain) {
  const TemplateModel hostile({{"name", "<%name%><%#x%>"}});
  EXPECT_EQ(hostile.render("<%name%>", "test"), "<%name%><%#x%>");
}

}  // namespace
}  // namespace tenon::agents
