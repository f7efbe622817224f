// Mustache over the app model, strictly: a name that the model lacks is an error, not an empty text. Delimiters are
// <% and %>; nothing is escaped by itself. Besides the names of the model there are, for every text `x`: `x_q` (quoted
// literal), `x_h` (HTML), `x_u` (part of a URL) and `x_m`
// (Markdown).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace tenon::agents {

namespace json = boost::json;

// Immutable after construction; rendering is thread safe.
class TemplateModel {
 public:
  explicit TemplateModel(const json::object& app);
  ~TemplateModel();
  TemplateModel(TemplateModel&&) noexcept;
  TemplateModel& operator=(TemplateModel&&) noexcept;

  // The element `index` of the app's list `list`, as the inner context.
  struct Element {
    std::string_view list;
    std::size_t index = 0;
  };

  // `source` names the template in errors. Throws invalid_argument for bad syntax and unknown names.
  std::string render(std::string_view text, std::string_view source) const;
  std::string render(std::string_view text, std::string_view source, Element element) const;

  // Number of elements of a list of the app. Throws invalid_argument when there is no such list.
  std::size_t size(std::string_view list, std::string_view source) const;

  // Truth of a flag ("!flag" for its opposite), looked up in the element first. Throws invalid_argument when unknown.
  bool holds(std::string_view flag, std::string_view source) const;
  bool holds(std::string_view flag, std::string_view source, Element element) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenon::agents
