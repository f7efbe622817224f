#include "delivery/harness/accessibility.h"

#include <charconv>
#include <set>

#include <fmt/format.h>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace tenon::delivery {
namespace {

std::string shown(const HtmlElement& element) {
  for (const char* attribute : {"id", "name", "src", "href"}) {
    if (element.has(attribute)) return fmt::format("<{} {}={}>", element.name, attribute, element.attribute(attribute));
  }
  return "<" + element.name + ">";
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  boost::split(words, text, boost::is_space(), boost::token_compress_on);
  std::erase(words, "");
  return words;
}

class Review {
 public:
  explicit Review(const HtmlPage& page) : page_(page) {}

  std::vector<AccessibilityFinding> run() {
    check_page();
    collect_ids();
    for (std::size_t i = 0; i < page_.elements.size(); ++i) check_element(i);
    return std::move(findings_);
  }

 private:
  void object(std::string rule, std::string element, std::string message) {
    findings_.push_back({.rule = std::move(rule), .element = std::move(element), .message = std::move(message)});
  }

  long count_of(std::string_view name) const { return std::ranges::count(page_.elements, name, &HtmlElement::name); }

  void check_page() {
    if (page_.language.empty()) object("lang", "<html>", "The page does not say its language.");
    if (boost::trim_copy(page_.title).empty()) object("title", "<title>", "The page has no title.");
    if (const long h1 = count_of("h1"); h1 != 1)
      object("h1", "", fmt::format("The page has {} h1 headings, not one.", h1));
    const auto is_main = [](const HtmlElement& element) {
      return element.name == "main" || element.attribute("role") == "main";
    };
    if (const long mains = std::ranges::count_if(page_.elements, is_main); mains != 1) {
      object("main", "", fmt::format("The page has {} main landmarks, not one.", mains));
    }
  }

  void collect_ids() {
    for (const HtmlElement& element : page_.elements) {
      if (element.name == "label" && element.has("for")) labelled_.insert(element.attribute("for"));
      if (!element.has("id")) continue;
      if (!ids_.insert(element.attribute("id")).second)
        object("id", shown(element), "Another element has the same id.");
    }
  }

  void check_element(std::size_t index) {
    const HtmlElement& element = page_.elements[index];
    if (needs_label(element) && !has_label(index)) object("label", shown(element), "The control has no label.");
    const bool pictures = element.name == "img" || (element.name == "input" && element.attribute("type") == "image");
    if (pictures && !element.has("alt")) object("alt", shown(element), "The image has no alternative text.");
    const std::string tabindex = element.attribute("tabindex");
    int order = 0;
    std::from_chars(tabindex.data(), tabindex.data() + tabindex.size(), order);
    if (order > 0) object("tabindex", shown(element), "A positive tabindex changes the order of focus.");
    for (const char* attribute : {"aria-describedby", "aria-labelledby", "aria-controls"}) {
      for (const std::string& id : words_of(element.attribute(attribute))) {
        if (!ids_.contains(id))
          object("id", shown(element), fmt::format("{} names \"{}\", which does not exist.", attribute, id));
      }
    }
    if (element.name == "label" && element.has("for") && !ids_.contains(element.attribute("for"))) {
      object("id", shown(element),
             fmt::format("The label is for \"{}\", which does not exist.", element.attribute("for")));
    }
  }

  static bool needs_label(const HtmlElement& element) {
    if (element.name == "select" || element.name == "textarea") return true;
    if (element.name != "input") return false;
    const std::string type = element.attribute("type");
    return type != "hidden" && type != "submit" && type != "button" && type != "reset" && type != "image";
  }

  bool has_label(std::size_t index) const {
    const HtmlElement& element = page_.elements[index];
    if (!boost::trim_copy(element.attribute("aria-label")).empty() || element.has("aria-labelledby")) return true;
    if (element.has("id") && labelled_.contains(element.attribute("id"))) return true;
    return page_.is_within(index, "label");
  }

  const HtmlPage& page_;
  std::set<std::string> ids_;
  std::set<std::string> labelled_;
  std::vector<AccessibilityFinding> findings_;
};

}  // namespace

std::vector<AccessibilityFinding> accessibility_findings(const HtmlPage& page) { return Review(page).run(); }

}  // namespace tenon::delivery
