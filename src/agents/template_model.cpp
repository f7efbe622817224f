#include "agents/template_model.h"

#include <deque>
#include <map>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "agents/markdown.h"
#include "agents/text_forms.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

using Data = kainjow::mustache::data;

Data data_of(const json::value& value) {
  if (value.is_object()) {
    Data object(Data::type::object);
    for (const auto& entry : value.get_object()) object.set(std::string(entry.key()), data_of(entry.value()));
    return object;
  }
  if (value.is_array()) {
    Data list(Data::type::list);
    for (const json::value& element : value.get_array()) list.push_back(data_of(element));
    return list;
  }
  if (value.is_bool()) return Data(value.get_bool());
  if (value.is_null()) return Data(false);
  if (value.is_string()) return Data(std::string(value.get_string()));
  return Data(json_literal(value));
}

// Looks names up from the innermost level outwards, and makes the other forms of a text when they are asked for.
class StrictContext final : public kainjow::mustache::basic_context<std::string> {
 public:
  explicit StrictContext(std::string_view source) : source_(source) {}

  void push(const Data* data) override { levels_.push_back(data); }
  void pop() override { levels_.pop_back(); }

  const Data* get(const std::string& name) const override {
    if (const Data* found = find(name)) return found;
    if (const Data* made = form_of(name)) return made;
    // Which assertions an entity has depends on goal and answers.
    if (name.starts_with("has_assert_")) return &made_.emplace_back(Data(false));
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: <%{}%> is not a name of the app model.", source_, name));
  }
  const Data* get_partial(const std::string& name) const override { return get(name); }

 private:
  const Data* find(const std::string& name) const {
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      if (const Data* found = (*level)->is_object() ? (*level)->get(name) : nullptr) return found;
    }
    return nullptr;
  }

  const Data* form_of(const std::string& name) const {
    if (name.size() < 3 || name[name.size() - 2] != '_') return nullptr;
    const Data* base = find(name.substr(0, name.size() - 2));
    if (base == nullptr || !base->is_string()) return nullptr;
    const std::string& text = base->string_value();
    switch (name.back()) {
      case 'q':
        return &made_.emplace_back(Data(quoted_literal(text)));
      case 'h':
        return &made_.emplace_back(Data(html_escaped(text)));
      case 'm':
        return &made_.emplace_back(Data(md_text(text)));
      case 'u':
        return &made_.emplace_back(Data(url_encoded(text)));
      default:
        return nullptr;
    }
  }

  std::string_view source_;
  std::vector<const Data*> levels_;
  mutable std::deque<Data> made_;
};

bool is_true(const Data& data) { return !data.is_false() && !data.is_empty_list(); }

}  // namespace

struct TemplateModel::State {
  Data app;

  const Data& list(std::string_view name, std::string_view source) const {
    const Data* found = app.get(std::string(name));
    if (found == nullptr || !found->is_list()) {
      throw Error(ErrorCode::invalid_argument, fmt::format("{}: {} is not a list of the app model.", source, name));
    }
    return *found;
  }

  const Data& element(Element wanted, std::string_view source) const {
    return list(wanted.list, source).list_value().at(wanted.index);
  }

  std::string render(std::string_view text, StrictContext& context, std::string_view source) const {
    kainjow::mustache::mustache engine("{{=<% %>=}}" + std::string(text));
    if (!engine.is_valid()) {
      throw Error(ErrorCode::invalid_argument, fmt::format("{}: {}", source, engine.error_message()));
    }
    engine.set_custom_escape([](const std::string& plain) { return plain; });
    return engine.render(context);
  }
};

TemplateModel::TemplateModel(const json::object& app) : state_(std::make_unique<State>()) {
  state_->app = data_of(app);
}
TemplateModel::~TemplateModel() = default;
TemplateModel::TemplateModel(TemplateModel&&) noexcept = default;
TemplateModel& TemplateModel::operator=(TemplateModel&&) noexcept = default;

std::string TemplateModel::render(std::string_view text, std::string_view source) const {
  if (!text.contains("<%")) return std::string(text);
  StrictContext context(source);
  context.push(&state_->app);
  return state_->render(text, context, source);
}

std::string TemplateModel::render(std::string_view text, std::string_view source, Element element) const {
  if (!text.contains("<%")) return std::string(text);
  StrictContext context(source);
  context.push(&state_->app);
  context.push(&state_->element(element, source));
  return state_->render(text, context, source);
}

std::size_t TemplateModel::size(std::string_view list, std::string_view source) const {
  return state_->list(list, source).list_value().size();
}

bool TemplateModel::holds(std::string_view flag, std::string_view source) const {
  const bool opposite = flag.starts_with('!');
  StrictContext context(source);
  context.push(&state_->app);
  return is_true(*context.get(std::string(flag.substr(opposite ? 1 : 0)))) != opposite;
}

bool TemplateModel::holds(std::string_view flag, std::string_view source, Element element) const {
  const bool opposite = flag.starts_with('!');
  StrictContext context(source);
  context.push(&state_->app);
  context.push(&state_->element(element, source));
  return is_true(*context.get(std::string(flag.substr(opposite ? 1 : 0)))) != opposite;
}

}  // namespace tenon::agents
