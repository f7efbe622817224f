// What a browser's user meets in a page: its words, links, headings, forms and controls. A small tolerant reader of the
// HTML syntax (WHATWG HTML §13.2, as far as servers write it in practice), not a DOM: broken markup never throws,
// unknown elements are kept, script and style content is no text.
//
// Thread safe by value. Linear in the size of the page.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::delivery {

struct HtmlElement {
  std::string name;                               // lower case
  std::map<std::string, std::string> attributes;  // names in lower case, values decoded; the first of a name wins
  std::string raw;                                // of script, style, title, textarea: the content
  std::optional<std::size_t> parent;              // index in HtmlPage::elements
  std::size_t text_begin = 0;                     // its words, in HtmlPage::text
  std::size_t text_end = 0;

  bool has(const std::string& attribute_name) const { return attributes.contains(attribute_name); }
  std::string attribute(const std::string& attribute_name) const;  // "" when absent
};

struct HtmlField {
  std::string name;
  std::string type;  // "text" "hidden" "checkbox" … of an input, "select", "textarea", "button"
  std::string value;
  std::vector<std::string> options;  // values of a select
  std::optional<std::size_t> max_length;
  std::size_t element = 0;
  bool checked = false;  // of a checkbox or radio button
  bool required = false;
  bool disabled = false;
};

using FormValues = std::vector<std::pair<std::string, std::string>>;

struct HtmlForm {
  std::string action;  // "" posts to the page itself
  std::string method;  // "get" or "post"
  std::vector<HtmlField> fields;
  std::size_t element = 0;

  const HtmlField* field(std::string_view name) const;
  // What a browser would send without any typing: hidden inputs, defaults, checked boxes, selected options; no buttons.
  FormValues defaults() const;
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
  std::string text;  // what a reader can see, decoded, blanks collapsed
  std::vector<HtmlElement> elements;
  std::vector<HtmlForm> forms;
  std::vector<HtmlLink> links;
  std::vector<HtmlHeading> headings;

  std::string text_of(const HtmlElement& element) const;
  // Whether an ancestor of the element has that name.
  bool is_within(std::size_t element, std::string_view name) const;
};

HtmlPage read_html(std::string_view markup);

// Character references of text and attribute values ("&amp;" "&#39;" "&#x2F;"); what is no reference stays.
std::string decode_entities(std::string_view text);

}  // namespace tenon::delivery
