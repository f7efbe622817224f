// Mustache over the app model, strictly: a name that the model lacks is an error, not an empty text. Delimiters are
// <% and %>; nothing is escaped by itself; there are variables, sections, inverted sections and standalone lines, no
// partials or lambdas. Besides the names of the model there are, for every text `x`: `x_q` (quoted literal), `x_h`
// (HTML), `x_u` (part of a URL) and `x_m` (Markdown).
//
// Our own, because kainjow's renderer prints nothing for unknown names, leaves a blank line where a section is not
// rendered, and wants the model copied into its own type.
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace tenon::agents {

namespace json = boost::json;

// Immutable after construction; rendering is thread safe.
class TemplateModel {
 public:
  explicit TemplateModel(json::object app);

  // The element `index` of the app's list `list`, as the inner context.
  struct Element {
    std::string_view list;
    std::size_t index = 0;
  };

  // `source` names the template in errors. Throws invalid_argument for bad syntax and unknown names.
  std::string render(std::string_view text, std::string_view source) const;
  std::string render(std::string_view text, std::string_view source, Element element) const;

  // Number of elements of a list of the app. Throws invalid_argument when there is no such list.
  std::size_t size(std::string_view list_name, std::string_view source) const;

  // Truth of a flag ("!flag" for its opposite), looked up in the element first. Throws invalid_argument when unknown.
  bool holds(std::string_view flag, std::string_view source) const;
  bool holds(std::string_view flag, std::string_view source, Element element) const;

 private:
  const json::array& list(std::string_view name, std::string_view source) const;
  const json::object& at(Element element, std::string_view source) const;

  json::object app_;
};

}  // namespace tenon::agents
