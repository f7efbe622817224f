#include "agents/template_model.h"

#include <vector>

#include <fmt/format.h>

#include "agents/markdown.h"
#include "agents/text_forms.h"
#include "core/error.h"

namespace tenon::agents {
namespace {

enum class NodeKind { text, variable, section, inverted };

struct Node {
  NodeKind kind = NodeKind::text;
  std::string_view text;  // of a text node; else the name
  std::size_t end = 0;    // of a section: behind its last node
};

[[noreturn]] void refuse(std::string_view source, const std::string& what) {
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: {}", source, what));
}

// A template as nodes in order; a section is followed by its content.
class Parser {
 public:
  Parser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  std::vector<Node> parse() {
    while (true) {
      const std::size_t open = text_.find("<%", at_);
      if (open == std::string_view::npos) break;
      const std::size_t close = text_.find("%>", open);
      if (close == std::string_view::npos) refuse(source_, "a tag is not closed");
      add_tag(open, close + 2, text_.substr(open + 2, close - open - 2));
    }
    add_text(text_.size());
    if (!open_.empty()) refuse(source_, fmt::format("the section {} is not closed", nodes_[open_.back()].text));
    return std::move(nodes_);
  }

 private:
  void add_text(std::size_t end) {
    if (end > at_) nodes_.push_back({.kind = NodeKind::text, .text = text_.substr(at_, end - at_), .end = 0});
    at_ = std::max(at_, end);
  }

  void add_tag(std::size_t begin, std::size_t end, std::string_view inner) {
    const char mark = inner.empty() ? ' ' : inner.front();
    const bool is_section = mark == '#' || mark == '^' || mark == '/';
    if (is_section) inner.remove_prefix(1);
    while (inner.starts_with(' ')) inner.remove_prefix(1);
    while (inner.ends_with(' ')) inner.remove_suffix(1);
    if (inner.empty()) refuse(source_, "a tag has no name");
    if (is_section) stand_alone(begin, end);
    add_text(begin);
    at_ = end;
    if (!is_section) {
      nodes_.push_back({.kind = NodeKind::variable, .text = inner, .end = 0});
    } else if (mark == '/') {
      if (open_.empty() || nodes_[open_.back()].text != inner) {
        refuse(source_, fmt::format("{} is closed, but not open", inner));
      }
      nodes_[open_.back()].end = nodes_.size();
      open_.pop_back();
    } else {
      open_.push_back(nodes_.size());
      nodes_.push_back({.kind = mark == '#' ? NodeKind::section : NodeKind::inverted, .text = inner, .end = 0});
    }
  }

  // A line that holds nothing but a section tag leaves no line behind (Mustache specification, "standalone lines").
  void stand_alone(std::size_t& begin, std::size_t& end) const {
    std::size_t first = begin;
    while (first > at_ && (text_[first - 1] == ' ' || text_[first - 1] == '\t')) --first;
    const bool starts_line = first == 0 || text_[first - 1] == '\n';
    std::size_t last = end;
    while (last < text_.size() && (text_[last] == ' ' || text_[last] == '\t')) ++last;
    if (!starts_line || (last < text_.size() && text_[last] != '\n')) return;
    begin = first;
    end = std::min(last + 1, text_.size());
  }

  std::string_view text_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::size_t> open_;
};

bool is_true(const json::value& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_array()) return !value.get_array().empty();
  if (value.is_string()) return !value.get_string().empty();
  return !value.is_null();
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_null() ? std::string() : json_literal(value);
}

class Rendering {
 public:
  Rendering(std::string_view source, std::vector<const json::object*> levels)
      : source_(source), levels_(std::move(levels)) {}

  std::string run(const std::vector<Node>& nodes) {
    render(nodes, 0, nodes.size());
    return std::move(out_);
  }

  bool holds(std::string_view flag) const {
    const bool opposite = flag.starts_with('!');
    const std::string_view name = flag.substr(opposite ? 1 : 0);
    const json::value* found = find(name);
    if (found == nullptr) unknown(name);
    return is_true(*found) != opposite;
  }

 private:
  const json::value* find(std::string_view name) const {
    static const json::value kFalse = false;
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      if (const json::value* found = (*level)->if_contains(name)) return found;
    }
    // Which assertions an entity has depends on goal and answers.
    return name.starts_with("has_assert_") ? &kFalse : nullptr;
  }

  [[noreturn]] void unknown(std::string_view name) const {
    refuse(source_, fmt::format("<%{}%> is not a name of the app model", name));
  }

  std::string variable(std::string_view name) const {
    if (const json::value* found = find(name)) return text_of(*found);
    if (name.size() < 3 || name[name.size() - 2] != '_') unknown(name);
    const json::value* base = find(name.substr(0, name.size() - 2));
    if (base == nullptr) unknown(name);
    const std::string text = text_of(*base);
    switch (name.back()) {
      case 'q':
        return quoted_literal(text);
      case 'h':
        return html_escaped(text);
      case 'u':
        return url_encoded(text);
      case 'm':
        return md_text(text);
      default:
        unknown(name);
    }
  }

  void render(const std::vector<Node>& nodes, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const Node& node = nodes[i];
      if (node.kind == NodeKind::text) {
        out_ += node.text;
      } else if (node.kind == NodeKind::variable) {
        out_ += variable(node.text);
      } else {
        section(nodes, i);
        i = node.end - 1;
      }
    }
  }

  void section(const std::vector<Node>& nodes, std::size_t at) {
    const Node& node = nodes[at];
    const json::value* value = find(node.text);
    if (value == nullptr) unknown(node.text);
    if (is_true(*value) == (node.kind == NodeKind::inverted)) return;
    if (node.kind == NodeKind::inverted || !value->is_array()) {
      render(nodes, at + 1, node.end);
      return;
    }
    for (const json::value& element : value->get_array()) {
      levels_.push_back(&element.as_object());
      render(nodes, at + 1, node.end);
      levels_.pop_back();
    }
  }

  std::string_view source_;
  std::vector<const json::object*> levels_;
  std::string out_;
};

}  // namespace

TemplateModel::TemplateModel(json::object app) : app_(std::move(app)) {}

const json::array& TemplateModel::list(std::string_view name, std::string_view source) const {
  const json::value* found = app_.if_contains(name);
  if (found == nullptr || !found->is_array()) refuse(source, fmt::format("{} is not a list of the app model", name));
  return found->get_array();
}

const json::object& TemplateModel::at(Element element, std::string_view source) const {
  return list(element.list, source).at(element.index).as_object();
}

std::string TemplateModel::render(std::string_view text, std::string_view source) const {
  return Rendering(source, {&app_}).run(Parser(text, source).parse());
}

std::string TemplateModel::render(std::string_view text, std::string_view source, Element element) const {
  return Rendering(source, {&app_, &at(element, source)}).run(Parser(text, source).parse());
}

std::size_t TemplateModel::size(std::string_view list_name, std::string_view source) const {
  return list(list_name, source).size();
}

bool TemplateModel::holds(std::string_view flag, std::string_view source) const {
  return Rendering(source, {&app_}).holds(flag);
}

bool TemplateModel::holds(std::string_view flag, std::string_view source, Element element) const {
  return Rendering(source, {&app_, &at(element, source)}).holds(flag);
}

}  // namespace tenon::agents
