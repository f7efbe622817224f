#include "native/index/symbols/grammar.h"

#include <boost/describe/enum_from_string.hpp>

#include "native/index/languages.h"

namespace tenon::index {
namespace {

std::string_view extension(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
}

// Files that a person looks for with their language, but that are written in another.
bool is_other(std::string_view ending) {
  return ending == "properties" || ending == "jsp" || ending == "jspx" || ending == "vue" || ending == "ejs";
}

}  // namespace

std::optional<Grammar> grammar_of(std::string_view path) {
  const std::string_view ending = extension(path);
  if (ending == "h") return Grammar::cpp;
  const Language* language = language_of(path);
  if (language == nullptr || is_other(ending)) return std::nullopt;
  for (const Grammar grammar : kGrammars) {
    if (language->name == boost::describe::enum_to_string(grammar, "")) return grammar;
  }
  return std::nullopt;
}

std::string_view title(Grammar grammar) {
  switch (grammar) {
    case Grammar::c:
      return "C";
    case Grammar::cpp:
      return "C++";
    case Grammar::csharp:
      return "C#";
    case Grammar::css:
      return "CSS";
    case Grammar::go:
      return "Go";
    case Grammar::html:
      return "HTML";
    case Grammar::java:
      return "Java";
    case Grammar::javascript:
      return "JavaScript";
    case Grammar::json:
      return "JSON";
    case Grammar::kotlin:
      return "Kotlin";
    case Grammar::php:
      return "PHP";
    case Grammar::python:
      return "Python";
    case Grammar::ruby:
      return "Ruby";
    case Grammar::rust:
      return "Rust";
    case Grammar::sql:
      return "SQL";
    case Grammar::tsx:
      return "TSX";
    case Grammar::typescript:
      return "TypeScript";
    case Grammar::yaml:
      return "YAML";
  }
  return "?";
}

}  // namespace tenon::index
