#include "native/index/symbols/syntax_outline.h"

#include <algorithm>

#include "native/index/symbols/symbol_scanner.h"
#include "native/index/symbols/syntax/node_table.h"
#include "native/index/symbols/syntax/parsed_text.h"

namespace tenon::index {
namespace {

using syntax::DefiningNode;
using syntax::NodeRule;

bool holds_code(SymbolKind kind) { return kind == SymbolKind::function || kind == SymbolKind::method; }
bool holds_members(SymbolKind kind) {
  return kind == SymbolKind::klass || kind == SymbolKind::structure || kind == SymbolKind::interface ||
         kind == SymbolKind::enumeration || kind == SymbolKind::type;
}

class Outliner {
 public:
  Outliner(std::string_view text, Grammar grammar, const ParseLimits& limits)
      : text_(text), limits_(limits), nodes_(ts_language_symbol_count(syntax::language(grammar)) + 1U) {
    const TSLanguage* language = syntax::language(grammar);
    for (const DefiningNode& node : syntax::defining_nodes(grammar)) {
      const TSSymbol symbol =
          ts_language_symbol_for_name(language, node.node.data(), static_cast<std::uint32_t>(node.node.size()), true);
      nodes_[symbol] = &node;
    }
  }

  Outline run(TSNode root) {
    found_.has_errors = ts_node_has_error(root);
    syntax::walk(root, [&](TSNode node) { enter(node); }, [&] { leave(); });
    return std::move(found_);
  }

 private:
  std::uint32_t parent() const { return around_.empty() ? kNoParent : around_.back().symbol; }

  struct Around {
    std::uint32_t symbol;
    std::size_t depth;
  };

  void enter(TSNode node) {
    ++depth_;
    const TSSymbol type = ts_node_symbol(node);
    const DefiningNode* defining = type < nodes_.size() && ts_node_is_named(node) ? nodes_[type] : nullptr;
    if (defining == nullptr || !applies(*defining, node)) return;
    if (found_.symbols.size() >= limits_.symbols) {
      found_.completeness = Completeness::too_many;
      return;
    }
    if (around_.size() >= limits_.depth) {
      found_.completeness = Completeness::too_deep;
      return;
    }
    define(*defining, node);
  }

  void leave() {
    if (!around_.empty() && around_.back().depth == depth_) around_.pop_back();
    --depth_;
  }

  bool applies(const DefiningNode& defining, TSNode node) const {
    if (defining.rule == NodeRule::with_body) return !ts_node_is_null(syntax::field(node, "body"));
    const bool in_code = parent() != kNoParent && holds_code(found_.symbols[parent()].kind);
    if (defining.rule == NodeRule::outside && in_code) {
      // A function that is given to a name is a definition wherever it stands.
      return is_callable(syntax::field(node, "value"));
    }
    return true;
  }

  static bool is_callable(TSNode value) {
    if (ts_node_is_null(value)) return false;
    const std::string_view type = ts_node_type(value);
    return type == "arrow_function" || type == "function_expression" || type == "generator_function";
  }

  struct Name {
    Name() : node{} {}
    TSNode node;
    bool function = false;  // a declarator with parameters
    bool found = false;
  };

  static bool is_name(std::string_view type) {
    return type.ends_with("identifier") || type == "constant" || type == "name" || type == "object_reference" ||
           type == "qualified_identifier" || type == "variable_name" || type == "operator_name" ||
           type == "destructor_name";
  }

  Name name_of(const DefiningNode& defining, TSNode node) const {
    Name name;
    if (defining.name_field.empty()) return own_name(node);
    name.node = syntax::field(node, defining.name_field);
    if (ts_node_is_null(name.node)) return name;
    while (defining.name_field == "declarator") {
      const std::string_view type = ts_node_type(name.node);
      if (type == "function_declarator") name.function = !points(name.node);
      TSNode inner = syntax::field(name.node, "declarator");
      if (ts_node_is_null(inner) && type.ends_with("declarator")) inner = syntax::field(name.node, "name");
      // References and parentheses have no field for what is inside.
      if (ts_node_is_null(inner) && type.ends_with("declarator")) inner = ts_node_named_child(name.node, 0);
      if (ts_node_is_null(inner)) break;
      name.node = inner;
    }
    // `struct Box<int>` is a specialisation of Box.
    if (std::string_view(ts_node_type(name.node)) == "template_type") name.node = syntax::field(name.node, "name");
    name.found = !ts_node_is_null(name.node);
    return name;
  }

  // `(*name)(…)` declares a variable.
  static bool points(TSNode declarator) {
    const TSNode inner = syntax::field(declarator, "declarator");
    return !ts_node_is_null(inner) && std::string_view(ts_node_type(inner)) == "parenthesized_declarator";
  }

  // For nodes whose name has no field.
  Name own_name(TSNode node) const {
    Name name;
    const std::string_view type = ts_node_type(node);
    if (type == "attribute") return id_of(node);
    if (type == "selectors" || type == "anchor_name" || type == "keyframes_name") {
      name.node = node;
      name.found = true;
      return name;
    }
    for (std::uint32_t i = 0; i < ts_node_named_child_count(node) && !name.found; ++i) {
      const TSNode child = ts_node_named_child(node, i);
      const std::string_view child_type = ts_node_type(child);
      if (is_name(child_type)) {
        name.node = child;
        name.found = true;
      } else if (child_type == "variable_declaration") {
        name = own_name(child);
      }
    }
    return name;
  }

  Name id_of(TSNode attribute) const {
    Name name;
    const TSNode key = ts_node_named_child(attribute, 0);
    const TSNode value = ts_node_named_child(attribute, 1);
    if (ts_node_is_null(key) || ts_node_is_null(value) || syntax::text_of(text_, key) != "id") return name;
    const TSNode inside = ts_node_named_child(value, 0);
    name.node = ts_node_is_null(inside) ? value : inside;
    name.found = true;
    return name;
  }

  void define(const DefiningNode& defining, TSNode node) {
    const Name found = name_of(defining, node);
    if (!found.found) return;
    std::uint32_t begin = ts_node_start_byte(found.node);
    std::string_view name = syntax::text_of(text_, found.node);
    const std::string_view type = ts_node_type(found.node);
    if (type.ends_with("pattern") || type == "subscript" || type == "attribute" || type == "pattern_list") return;
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front()) {
      name = name.substr(1, name.size() - 2);
      ++begin;
    }
    if (name.starts_with('$')) {
      name.remove_prefix(1);
      ++begin;
    }
    std::string_view qualifier;
    if (type == "qualified_identifier" || type == "scope_resolution" || type == "object_reference") {
      const std::size_t separator = type == "object_reference" ? name.rfind('.') : last_scope(name);
      if (separator != std::string_view::npos) {
        const std::size_t skipped = separator + (type == "object_reference" ? 1 : 2);
        qualifier = name.substr(0, separator);
        name.remove_prefix(skipped);
        begin += static_cast<std::uint32_t>(skipped);
      }
    }
    if (name.empty() || name.contains('\n')) return;
    if (defining.rule == NodeRule::constant_name && !(name.front() >= 'A' && name.front() <= 'Z')) return;
    around_.push_back({static_cast<std::uint32_t>(found_.symbols.size()), depth_});
    const std::uint32_t outer = around_.size() > 1 ? around_[around_.size() - 2].symbol : kNoParent;
    found_.symbols.push_back({.name = name,
                              .qualifier = qualifier,
                              .name_begin = begin,
                              .begin = ts_node_start_byte(node),
                              .end = ts_node_end_byte(node),
                              .line = ts_node_start_point(found.node).row + 1,
                              .last_line = ts_node_end_point(node).row + 1,
                              .parent = outer,
                              .kind = kind_of(defining, node, found, outer, !qualifier.empty())});
  }

  // Of `::` outside of template arguments.
  static std::size_t last_scope(std::string_view name) {
    std::size_t depth = 0;
    for (std::size_t i = name.size(); i-- > 1;) {
      if (name[i] == '>') ++depth;
      if (name[i] == '<' && depth > 0) --depth;
      if (depth == 0 && name[i] == ':' && name[i - 1] == ':') return i - 1;
    }
    return std::string_view::npos;
  }

  SymbolKind kind_of(const DefiningNode& defining, TSNode node, const Name& name, std::uint32_t outer,
                     bool qualified) const {
    const bool member = outer != kNoParent && holds_members(found_.symbols[outer].kind);
    if (defining.rule == NodeRule::typed) {
      const TSNode type = syntax::field(node, "type");
      const std::string_view text = ts_node_is_null(type) ? std::string_view() : ts_node_type(type);
      if (text == "struct_type") return SymbolKind::structure;
      if (text == "interface_type") return SymbolKind::interface;
    }
    if (is_callable(syntax::field(node, "value"))) return member ? SymbolKind::method : SymbolKind::function;
    if (defining.kind == SymbolKind::function && (member || qualified)) return SymbolKind::method;
    if (name.function && (defining.kind == SymbolKind::variable || defining.kind == SymbolKind::field)) {
      return SymbolKind::declaration;
    }
    if (defining.kind == SymbolKind::variable && member) return SymbolKind::field;
    return defining.kind;
  }

  std::string_view text_;
  const ParseLimits& limits_;
  std::vector<const DefiningNode*> nodes_;  // by symbol of the grammar; null: defines nothing
  Outline found_;
  std::vector<Around> around_;
  std::size_t depth_ = 0;
};

Outline scanned(std::string_view text, Grammar grammar, const ParseLimits& limits, Completeness bound) {
  if (bound == Completeness::binary || bound == Completeness::too_large) return {.symbols = {}, .completeness = bound};
  SymbolScanner scanner({.bytes = limits.bytes, .depth = limits.depth, .symbols = limits.symbols});
  const FileSymbols& found = scanner.scan(text, grammar);
  return {.symbols = found.symbols, .completeness = bound == Completeness::whole ? found.completeness : bound};
}

bool is_identifier(std::string_view type) {
  return type.ends_with("identifier") || type == "constant" || type == "name" || type == "variable_name";
}

bool is_call(std::string_view type) {
  return type.contains("call") || type.contains("invocation") || type == "new_expression" ||
         type == "object_creation_expression";
}

bool is_first(TSNode node, TSNode parent) { return ts_node_eq(ts_node_named_child(parent, 0), node); }
bool is_last(TSNode node, TSNode parent) {
  return ts_node_eq(ts_node_named_child(parent, ts_node_named_child_count(parent) - 1), node);
}

ReferenceKind kind_of(TSNode node, TSNode parent, TSNode grandparent) {
  const std::string_view type = ts_node_type(node);
  if (type == "type_identifier") return ReferenceKind::type;
  const std::string_view parent_type = ts_node_is_null(parent) ? std::string_view() : ts_node_type(parent);
  if (is_call(parent_type)) {
    const bool named = ts_node_eq(syntax::field(parent, "name"), node) ||
                       ts_node_eq(syntax::field(parent, "method"), node) ||
                       ts_node_eq(syntax::field(parent, "function"), node);
    if (named || (is_first(node, parent) && ts_node_is_null(syntax::field(parent, "object"))))
      return ReferenceKind::call;
  }
  const bool member = !ts_node_is_null(grandparent) && is_last(node, parent) && is_first(parent, grandparent);
  if (member && is_call(ts_node_type(grandparent))) return ReferenceKind::call;
  return ReferenceKind::name;
}

}  // namespace

Outline outline(std::string_view text, Grammar grammar, const ParseLimits& limits) {
  if (syntax::language(grammar) == nullptr) return scanned(text, grammar, limits, Completeness::whole);
  const syntax::ParseMemory memory(limits.memory, limits.cancelled);
  const auto tree = syntax::parse(text, grammar, limits, memory);
  if (!tree) return scanned(text, grammar, limits, tree.error());
  return Outliner(text, grammar, limits).run(ts_tree_root_node(tree->get()));
}

References references(std::string_view text, Grammar grammar, const ParseLimits& limits) {
  References found;
  const bool has_references = grammar != Grammar::json && grammar != Grammar::yaml && grammar != Grammar::html;
  if (!has_references || syntax::language(grammar) == nullptr) return found;
  const syntax::ParseMemory memory(limits.memory, limits.cancelled);
  const auto tree = syntax::parse(text, grammar, limits, memory);
  if (!tree) {
    found.completeness = tree.error();
    return found;
  }
  const TSNode root = ts_tree_root_node(tree->get());
  std::vector<std::uint32_t> definitions;
  for (const Symbol& symbol : Outliner(text, grammar, limits).run(root).symbols)
    definitions.push_back(symbol.name_begin);
  std::ranges::sort(definitions);
  std::vector<TSNode> path;
  const auto enter = [&](TSNode node) {
    path.push_back(node);
    if (ts_node_child_count(node) != 0 || !ts_node_is_named(node) || !is_identifier(ts_node_type(node))) return;
    const std::uint32_t begin = ts_node_start_byte(node);
    if (std::ranges::binary_search(definitions, begin)) return;
    const TSNode parent = path.size() > 1 ? path[path.size() - 2] : TSNode{};
    const TSNode grandparent = path.size() > 2 ? path[path.size() - 3] : TSNode{};
    found.references.push_back({.name = syntax::text_of(text, node),
                                .begin = begin,
                                .line = ts_node_start_point(node).row + 1,
                                .kind = kind_of(node, parent, grandparent)});
  };
  syntax::walk(root, enter, [&] { path.pop_back(); });
  return found;
}

}  // namespace tenon::index
