// The languages whose definitions we find. A file's language is told by its name alone: by its extension, else by its
// whole name (Rakefile); a header `.h` is C++, whose scanner and grammar read C as well.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <boost/describe/enum.hpp>

namespace tenon::index {

enum class Grammar {
  c,
  cpp,
  csharp,
  css,
  go,
  html,
  java,
  javascript,
  json,
  kotlin,
  php,
  python,
  ruby,
  rust,
  sql,
  tsx,
  typescript,
  yaml
};
BOOST_DESCRIBE_ENUM(Grammar, c, cpp, csharp, css, go, html, java, javascript, json, kotlin, php, python, ruby, rust,
                    sql, tsx, typescript, yaml)

inline constexpr std::array kGrammars = {
    Grammar::c,      Grammar::cpp,  Grammar::csharp,     Grammar::css, Grammar::go,   Grammar::html,
    Grammar::java,   Grammar::json, Grammar::javascript, Grammar::php, Grammar::ruby, Grammar::kotlin,
    Grammar::python, Grammar::rust, Grammar::sql,        Grammar::tsx, Grammar::yaml, Grammar::typescript};

// Nothing for a file of another kind. Does not look at the disk.
std::optional<Grammar> grammar_of(std::string_view path);

// As people write it: "C++", "TypeScript".
std::string_view title(Grammar grammar);

}  // namespace tenon::index
