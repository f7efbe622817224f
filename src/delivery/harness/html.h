// What a browser's user meets in a page: its words, links, headings, forms and controls. A small tolerant reader of the
// HTML syntax (WHATWG HTML §13.2 tokenisation for what servers send in practice), not a DOM: broken markup never
// throws, unknown elements are kept, script and style content is no text.
//
// Thread safe by value. Linear in the size of the page.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::delivery {

struct HtmlElement {
  std::string name;                               // lower case
  std::map<std::string, std::string> attributes;  // names in lower case, values decoded; the first of a name wins
  std::string text;                               // of the element and all within, decoded, blanks collapsed
  std::string raw;                                // of script and style only: the content as it stands
  std::optional<std::size_t> parent;              // index in HtmlPage::elements

  bool has(const std::string& attribute) const { return attributes.contains(attribute); }
  std::string attribute(const std::string& attribute) const;  // "" when absent
};

struct HtmlField {
  std::string name;
  std::string type;  // "text" "hidden" "checkbox" … of an input, "select", "textarea", "submit" of a button
  std::string value;
  std::vector<std::string> options;  // values of a select
  std::optional<std::size_t> max_length;
  std::size_t element = 0;
  bool checked = false;  // of a checkbox or radio button
  bool required = false;
  bool disabled = false;
};

struct HtmlForm {
  std::string action;  // "" posts to the page itself
  std::string method;  // "get" or "post"
  std::vector<HtmlField> fields;
  std::size_t element = 0;

  const HtmlField* field(std::string_view name) const;
  // What a browser would send without any typing: hidden inputs, defaults, checked boxes, selected options; no buttons.
  std::vector<std::pair<std::string, std::string>> defaults() const;
};

struct HtmlLink {
  std::string href;
  std::string text;
};

struct HtmlHeading {
  int level = 1;
  std::string text;
};

struct HtmlPage {
  std::string title;
  std::string language;
  std::string text;  // everything a reader can see, decoded, blanks collapsed
  std::vector<HtmlElement> elements;
  std::vector<HtmlForm> forms;
  std::vector<HtmlLink> links;
  std::vector<HtmlHeading> headings;

  bool is_within(std::size_t element, std::string_view name) const;
};

HtmlPage read_html(std::string_view markup);

// Character references of text and attribute values ("&amp;" "&#39;" "&#x2F;"); what is no reference stays.
std::string decode_entities(std::string_view text);

}  // namespace tenon::delivery
