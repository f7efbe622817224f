#include "delivery/harness/accessibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::delivery {
namespace {

std::vector<std::string> rules(std::string_view markup) {
  std::vector<std::string> broken;
  for (const AccessibilityFinding& finding : accessibility_findings(read_html(markup))) broken.push_back(finding.rule);
  return broken;
}

std::string page(std::string_view content) {
  return "<!doctype html><html lang=en><title>T</title><main><h1>H</h1>" + std::string(content) + "</main></html>";
}

TEST(Accessibility, APageWithEverythingHasNoFindings) {
  EXPECT_THAT(rules(page(R"(<img src=a alt=""><form><input type=hidden name=t><label for=n>Name</label>
      <input id=n aria-describedby=e><p id=e>x</p><label>Size <select></select></label><input aria-label=Search>
      <textarea aria-labelledby=e></textarea><button>Go</button></form><a href=/ tabindex=-1>x</a>)")),
              testing::IsEmpty());
}

struct Case {
  const char* rule;
  std::string markup;
};

TEST(Accessibility, EachRuleIsBrokenByItsCase) {
  const std::vector<Case> cases{
      {"lang", "<html><title>T</title><main><h1>H</h1></main>"},
      {"title", "<html lang=en><title> </title><main><h1>H</h1></main>"},
      {"h1", "<html lang=en><title>T</title><main></main>"},
      {"h1", page("<h1>two</h1>")},
      {"main", "<html lang=en><title>T</title><h1>H</h1>"},
      {"label", page("<input name=a>")},
      {"label", page("<label for=b>B</label><select id=a></select><i id=b></i>")},
      {"label", page("<textarea></textarea>")},
      {"alt", page("<img src=a>")},
      {"tabindex", page("<a href=/ tabindex=1>x</a>")},
      {"id", page("<p id=a></p><p id=a></p>")},
      {"id", page("<input aria-label=a aria-describedby=gone>")},
      {"id", page("<label for=gone>x</label>")},
  };
  for (const Case& broken : cases)
    EXPECT_THAT(rules(broken.markup), testing::ElementsAre(broken.rule)) << broken.markup;
}

}  // namespace
}  // namespace tenon::delivery
