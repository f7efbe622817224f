#include "delivery/harness/html.h"

#include <charconv>

#include <boost/algorithm/string/case_conv.hpp>

#include "delivery/harness/html_reader.h"

namespace tenon::delivery {
namespace {

// Beyond this depth elements become siblings: no page for people is nested deeper, and a hostile one costs nothing.
constexpr std::size_t kMaxDepth = 256;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_void(std::string_view name) {
  return is_one_of(
      name, {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"});
}

// Elements that do not part the words around them.
bool is_inline(std::string_view name) {
  return is_one_of(
      name, {"a",    "abbr", "b", "bdi",  "bdo",   "cite", "code",   "data", "dfn", "em",   "font", "i",   "kbd",
             "mark", "q",    "s", "samp", "small", "span", "strong", "sub",  "sup", "time", "u",    "var", "wbr"});
}

// A start tag that ends an open element of the same kind (WHATWG HTML §13.1.2.4, optional tags).
bool ends_open_sibling(std::string_view name) {
  return is_one_of(name, {"li", "option", "tr", "td", "th", "dt", "dd", "p"});
}

bool is_code(std::string_view name) { return is_one_of(name, {"script", "style"}); }

class PageBuilder {
 public:
  HtmlPage build(std::string_view markup) {
    HtmlTokens tokens(markup);
    while (auto token = tokens.next()) {
      switch (token->kind) {
        case HtmlToken::Kind::text:
          add_text(token->text);
          break;
        case HtmlToken::Kind::start:
          open(std::move(*token));
          break;
        case HtmlToken::Kind::end:
          close(token->name);
          break;
      }
    }
    while (!open_.empty()) pop();
    for (std::size_t i = 0; i < page_.elements.size(); ++i) interpret(i);
    for (std::size_t i = 0; i < page_.elements.size(); ++i) add_field(i);
    return std::move(page_);
  }

 private:
  HtmlElement* current() { return open_.empty() ? nullptr : &page_.elements[open_.back()]; }

  void add_text(std::string_view text) {
    if (HtmlElement* inside = current(); inside != nullptr) {
      if (is_code(inside->name) || inside->name == "title" || inside->name == "textarea") inside->raw += text;
      if (is_code(inside->name) || inside->name == "title") return;
    }
    constexpr std::string_view kNoBreakSpace = "\u00a0";
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i).starts_with(kNoBreakSpace)) {
        blank_ = true;
        i += kNoBreakSpace.size() - 1;
      } else if (std::string_view(" \t\r\n\f").contains(text[i])) {
        blank_ = true;
      } else {
        if (blank_ && !page_.text.empty()) page_.text += ' ';
        blank_ = false;
        page_.text += text[i];
      }
    }
  }

  void open(HtmlToken tag) {
    if (ends_open_sibling(tag.name) && current() != nullptr && current()->name == tag.name) pop();
    if (!is_inline(tag.name)) blank_ = true;
    HtmlElement element;
    element.name = std::move(tag.name);
    element.attributes = std::move(tag.attributes);
    if (!open_.empty()) element.parent = open_.back();
    element.text_begin = element.text_end = page_.text.size();
    const bool stays_open = !is_void(element.name) && open_.size() < kMaxDepth;
    page_.elements.push_back(std::move(element));
    if (stays_open) open_.push_back(page_.elements.size() - 1);
  }

  void close(std::string_view name) {
    const auto matches = [&](std::size_t index) { return page_.elements[index].name == name; };
    if (std::ranges::none_of(open_, matches)) return;
    while (!matches(open_.back())) pop();
    pop();
  }

  void pop() {
    HtmlElement& element = page_.elements[open_.back()];
    element.text_end = page_.text.size();
    if (!is_inline(element.name)) blank_ = true;
    open_.pop_back();
  }

  void interpret(std::size_t index) {
    const HtmlElement& element = page_.elements[index];
    if (element.name == "html" && page_.language.empty()) page_.language = element.attribute("lang");
    if (element.name == "title" && page_.title.empty() && !page_.is_within(index, "svg")) page_.title = element.raw;
    if (element.name == "a" && element.has("href")) {
      page_.links.push_back({.href = element.attribute("href"), .text = page_.text_of(element)});
    }
    if (element.name.size() == 2 && element.name[0] == 'h' && element.name[1] >= '1' && element.name[1] <= '6') {
      page_.headings.push_back({.level = element.name[1] - '0', .text = page_.text_of(element)});
    }
    if (element.name == "form") {
      const std::string method = boost::to_lower_copy(element.attribute("method"));
      form_of_element_.emplace(index, page_.forms.size());
      if (element.has("id")) form_of_id_.emplace(element.attribute("id"), page_.forms.size());
      page_.forms.push_back({.action = element.attribute("action"),
                             .method = method == "post" ? "post" : "get",
                             .fields = {},
                             .element = index});
    }
    if (element.name == "option") options_of_[ancestor(index, "select")].push_back(index);
  }

  std::size_t ancestor(std::size_t index, std::string_view name) const {
    auto parent = page_.elements[index].parent;
    while (parent && page_.elements[*parent].name != name) parent = page_.elements[*parent].parent;
    return parent.value_or(page_.elements.size());
  }

  void add_field(std::size_t index) {
    const HtmlElement& element = page_.elements[index];
    if (!is_one_of(element.name, {"input", "select", "textarea", "button"})) return;
    HtmlForm* form = nullptr;
    if (const auto named = form_of_id_.find(element.attribute("form")); named != form_of_id_.end()) {
      form = &page_.forms[named->second];
    } else if (const auto around = form_of_element_.find(ancestor(index, "form")); around != form_of_element_.end()) {
      form = &page_.forms[around->second];
    }
    if (form != nullptr) form->fields.push_back(field_of(index));
  }

  HtmlField field_of(std::size_t index) const {
    const HtmlElement& element = page_.elements[index];
    HtmlField field;
    field.name = element.attribute("name");
    field.type = element.name;
    field.element = index;
    field.required = element.has("required");
    field.disabled = element.has("disabled");
    field.checked = element.has("checked");
    field.value = element.attribute("value");
    const std::string limit = element.attribute("maxlength");
    std::size_t most = 0;
    if (std::from_chars(limit.data(), limit.data() + limit.size(), most).ec == std::errc()) field.max_length = most;
    if (element.name == "input") {
      const std::string type = boost::to_lower_copy(element.attribute("type"));
      field.type = type.empty() ? "text" : type;
      const bool ticked = field.type == "checkbox" || field.type == "radio";
      if (ticked && !element.has("value")) field.value = "on";
    }
    if (element.name == "textarea") {
      field.value = element.raw.starts_with("\n") ? element.raw.substr(1) : element.raw;
    }
    if (element.name == "select") take_options(index, field);
    return field;
  }

  void take_options(std::size_t index, HtmlField& field) const {
    const auto found = options_of_.find(index);
    if (found == options_of_.end()) return;
    bool chosen = false;
    for (const std::size_t at : found->second) {
      const HtmlElement& option = page_.elements[at];
      const std::string value = option.has("value") ? option.attribute("value") : page_.text_of(option);
      if (!chosen && (option.has("selected") || field.options.empty())) field.value = value;
      chosen = chosen || option.has("selected");
      field.options.push_back(value);
    }
  }

  HtmlPage page_;
  std::vector<std::size_t> open_;
  std::map<std::size_t, std::size_t> form_of_element_;
  std::map<std::string, std::size_t> form_of_id_;
  std::map<std::size_t, std::vector<std::size_t>> options_of_;
  bool blank_ = false;  // a blank stands before the next word
};

}  // namespace

std::string HtmlElement::attribute(const std::string& attribute_name) const {
  const auto found = attributes.find(attribute_name);
  return found == attributes.end() ? "" : found->second;
}

const HtmlField* HtmlForm::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &HtmlField::name);
  return found == fields.end() ? nullptr : &*found;
}

FormValues HtmlForm::defaults() const {
  FormValues values;
  for (const HtmlField& field : fields) {
    if (field.name.empty() || field.disabled) continue;
    if (is_one_of(field.type, {"button", "submit", "reset", "image", "file"})) continue;
    if (is_one_of(field.type, {"checkbox", "radio"}) && !field.checked) continue;
    values.emplace_back(field.name, field.value);
  }
  return values;
}

std::string HtmlPage::text_of(const HtmlElement& element) const {
  const std::string words = text.substr(element.text_begin, element.text_end - element.text_begin);
  return words.starts_with(' ') ? words.substr(1) : words;
}

bool HtmlPage::is_within(std::size_t element, std::string_view name) const {
  auto parent = elements[element].parent;
  while (parent && elements[*parent].name != name) parent = elements[*parent].parent;
  return parent.has_value();
}

HtmlPage read_html(std::string_view markup) { return PageBuilder().build(markup); }

}  // namespace tenon::delivery
