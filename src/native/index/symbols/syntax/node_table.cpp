#include "native/index/symbols/syntax/node_table.h"

extern "C" {
const TSLanguage* tree_sitter_c();
const TSLanguage* tree_sitter_c_sharp();
const TSLanguage* tree_sitter_cpp();
const TSLanguage* tree_sitter_css();
const TSLanguage* tree_sitter_go();
const TSLanguage* tree_sitter_html();
const TSLanguage* tree_sitter_java();
const TSLanguage* tree_sitter_javascript();
const TSLanguage* tree_sitter_json();
const TSLanguage* tree_sitter_kotlin();
const TSLanguage* tree_sitter_php();
const TSLanguage* tree_sitter_python();
const TSLanguage* tree_sitter_ruby();
const TSLanguage* tree_sitter_rust();
const TSLanguage* tree_sitter_tsx();
const TSLanguage* tree_sitter_typescript();
const TSLanguage* tree_sitter_yaml();
}

namespace tenon::index::syntax {
namespace {

using K = SymbolKind;
using R = NodeRule;

constexpr DefiningNode kC[] = {
    {"function_definition", K::function, "declarator"},
    {"declaration", K::variable, "declarator", R::outside},
    {"field_declaration", K::field, "declarator"},
    {"type_definition", K::type, "declarator"},
    {"struct_specifier", K::structure, "name", R::with_body},
    {"union_specifier", K::structure, "name", R::with_body},
    {"enum_specifier", K::enumeration, "name", R::with_body},
    {"enumerator", K::enumerator},
    {"preproc_def", K::macro},
    {"preproc_function_def", K::macro},
};
constexpr DefiningNode kCpp[] = {
    {"function_definition", K::function, "declarator"},
    {"declaration", K::variable, "declarator", R::outside},
    {"field_declaration", K::field, "declarator"},
    {"type_definition", K::type, "declarator"},
    {"alias_declaration", K::type},
    {"concept_definition", K::type},
    {"namespace_definition", K::module},
    {"class_specifier", K::klass, "name", R::with_body},
    {"struct_specifier", K::structure, "name", R::with_body},
    {"union_specifier", K::structure, "name", R::with_body},
    {"enum_specifier", K::enumeration, "name", R::with_body},
    {"enumerator", K::enumerator},
    {"preproc_def", K::macro},
    {"preproc_function_def", K::macro},
};
constexpr DefiningNode kCsharp[] = {
    {"namespace_declaration", K::module},
    {"file_scoped_namespace_declaration", K::module},
    {"class_declaration", K::klass},
    {"struct_declaration", K::structure},
    {"record_declaration", K::klass},
    {"interface_declaration", K::interface},
    {"enum_declaration", K::enumeration},
    {"enum_member_declaration", K::enumerator},
    {"delegate_declaration", K::type},
    {"method_declaration", K::method},
    {"constructor_declaration", K::method},
    {"property_declaration", K::property},
    {"variable_declarator", K::field, "name", R::outside},
};
constexpr DefiningNode kCss[] = {{"selectors", K::selector, ""}, {"keyframes_name", K::selector, ""}};
constexpr DefiningNode kGo[] = {
    {"package_clause", K::module, ""},
    {"function_declaration", K::function},
    {"method_declaration", K::method},
    {"type_spec", K::type, "name", R::typed},
    {"type_alias", K::type},
    {"const_spec", K::constant, "name", R::outside},
    {"var_spec", K::variable, "name", R::outside},
    {"field_declaration", K::field},
    {"method_elem", K::method},
};
constexpr DefiningNode kHtml[] = {{"attribute", K::anchor, ""}};
constexpr DefiningNode kJava[] = {
    {"package_declaration", K::module, ""},    {"class_declaration", K::klass},
    {"record_declaration", K::klass},          {"interface_declaration", K::interface},
    {"annotation_type_declaration", K::klass}, {"enum_declaration", K::enumeration},
    {"enum_constant", K::enumerator},          {"method_declaration", K::method},
    {"constructor_declaration", K::method},    {"field_declaration", K::field, "declarator"},
};
constexpr DefiningNode kJavascript[] = {
    {"function_declaration", K::function},
    {"generator_function_declaration", K::function},
    {"class_declaration", K::klass},
    {"method_definition", K::method},
    {"field_definition", K::field, "property"},
    {"variable_declarator", K::variable, "name", R::outside},
};
constexpr DefiningNode kTypescript[] = {
    {"function_declaration", K::function},
    {"function_signature", K::declaration},
    {"generator_function_declaration", K::function},
    {"class_declaration", K::klass},
    {"abstract_class_declaration", K::klass},
    {"method_definition", K::method},
    {"method_signature", K::method},
    {"abstract_method_signature", K::method},
    {"public_field_definition", K::field},
    {"property_signature", K::field},
    {"interface_declaration", K::interface},
    {"type_alias_declaration", K::type},
    {"enum_declaration", K::enumeration},
    {"enum_assignment", K::enumerator},
    {"internal_module", K::module},
    {"module", K::module},
    {"variable_declarator", K::variable, "name", R::outside},
};
constexpr DefiningNode kJson[] = {{"pair", K::key, "key"}};
constexpr DefiningNode kKotlin[] = {
    {"package_header", K::module, ""},
    {"class_declaration", K::klass, ""},
    {"object_declaration", K::klass, ""},
    {"function_declaration", K::function, ""},
    {"property_declaration", K::property, "", R::outside},
    {"type_alias", K::type, ""},
    {"enum_entry", K::enumerator, ""},
};
constexpr DefiningNode kPhp[] = {
    {"namespace_definition", K::module},  {"class_declaration", K::klass},      {"interface_declaration", K::interface},
    {"trait_declaration", K::interface},  {"enum_declaration", K::enumeration}, {"enum_case", K::enumerator},
    {"function_definition", K::function}, {"method_declaration", K::method},    {"property_element", K::field, ""},
    {"const_element", K::constant, ""},
};
constexpr DefiningNode kPython[] = {
    {"class_definition", K::klass},
    {"function_definition", K::function},
    {"assignment", K::variable, "left", R::outside},
};
constexpr DefiningNode kRuby[] = {
    {"module", K::module},
    {"class", K::klass},
    {"method", K::method},
    {"singleton_method", K::method},
    {"assignment", K::constant, "left", R::constant_name},
};
constexpr DefiningNode kRust[] = {
    {"mod_item", K::module, "name", R::with_body},
    {"struct_item", K::structure},
    {"union_item", K::structure},
    {"enum_item", K::enumeration},
    {"enum_variant", K::enumerator},
    {"trait_item", K::interface},
    {"type_item", K::type},
    {"function_item", K::function},
    {"function_signature_item", K::declaration},
    {"const_item", K::constant},
    {"static_item", K::variable},
    {"macro_definition", K::macro},
    {"field_declaration", K::field},
};
constexpr DefiningNode kYaml[] = {{"block_mapping_pair", K::key, "key"}, {"anchor_name", K::anchor, ""}};

}  // namespace

const TSLanguage* language(Grammar grammar) {
  switch (grammar) {
    case Grammar::c:
      return tree_sitter_c();
    case Grammar::cpp:
      return tree_sitter_cpp();
    case Grammar::csharp:
      return tree_sitter_c_sharp();
    case Grammar::css:
      return tree_sitter_css();
    case Grammar::go:
      return tree_sitter_go();
    case Grammar::html:
      return tree_sitter_html();
    case Grammar::java:
      return tree_sitter_java();
    case Grammar::javascript:
      return tree_sitter_javascript();
    case Grammar::json:
      return tree_sitter_json();
    case Grammar::kotlin:
      return tree_sitter_kotlin();
    case Grammar::php:
      return tree_sitter_php();
    case Grammar::python:
      return tree_sitter_python();
    case Grammar::ruby:
      return tree_sitter_ruby();
    case Grammar::rust:
      return tree_sitter_rust();
    case Grammar::sql:
      return nullptr;
    case Grammar::tsx:
      return tree_sitter_tsx();
    case Grammar::typescript:
      return tree_sitter_typescript();
    case Grammar::yaml:
      return tree_sitter_yaml();
  }
  return nullptr;
}

std::span<const DefiningNode> defining_nodes(Grammar grammar) {
  switch (grammar) {
    case Grammar::c:
      return kC;
    case Grammar::cpp:
      return kCpp;
    case Grammar::csharp:
      return kCsharp;
    case Grammar::css:
      return kCss;
    case Grammar::go:
      return kGo;
    case Grammar::html:
      return kHtml;
    case Grammar::java:
      return kJava;
    case Grammar::javascript:
      return kJavascript;
    case Grammar::json:
      return kJson;
    case Grammar::kotlin:
      return kKotlin;
    case Grammar::php:
      return kPhp;
    case Grammar::python:
      return kPython;
    case Grammar::ruby:
      return kRuby;
    case Grammar::rust:
      return kRust;
    case Grammar::sql:
      return {};
    case Grammar::tsx:
    case Grammar::typescript:
      return kTypescript;
    case Grammar::yaml:
      return kYaml;
  }
  return {};
}

}  // namespace tenon::index::syntax
