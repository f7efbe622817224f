#include "native/diff/function_drivers.h"

#include <array>

namespace tenon::diff {
namespace {

// Patterns are RE2's, matched against a line without its end. A pattern after `except` keeps lines out; the first one
// that matches decides.
struct Rule {
  FunctionRule::Verdict verdict;
  const char* pattern;
};
constexpr auto names = FunctionRule::Verdict::names;
constexpr auto except = FunctionRule::Verdict::excludes;

struct Driver {
  std::string_view name;
  std::string_view files;  // endings with their dot, or whole names, each between spaces
  std::vector<Rule> rules;
};

const std::vector<Driver>& drivers() {
  static const std::vector<Driver> table = {
      {"ada",
       " .ada .adb .ads ",
       {{except, R"((?i)^[ \t]*(?:with|end)\b)"},
        {except, R"((?i)\bis[ \t]+(?:new|separate|abstract)\b|\brenames\b)"},
        {names, R"((?i)^[ \t]*((?:overriding[ \t]+|not[ \t]+overriding[ \t]+|private[ \t]+)?)"
                R"((?:package|procedure|function|task|protected|entry|generic)\b.*)$)"}}},
      {"bash",
       " .sh .bash .ksh .zsh .bashrc .bash_profile .profile .zshrc ",
       {{names, R"(^[ \t]*([A-Za-z_][\w.:-]*[ \t]*\([ \t]*\).*)$)"},
        {names, R"(^[ \t]*(function[ \t]+[A-Za-z_][\w.:-]*(?:[ \t(].*)?)$)"}}},
      {"bibtex", " .bib ", {{names, R"(^[ \t]*(@[A-Za-z]+[ \t]*[{(]?[ \t]*[^ \t"@',\\#}{~%]*))"}}},
      {"cpp",
       " .c .h .cc .cpp .cxx .c++ .hh .hpp .hxx .h++ .ipp .inl .cu .cuh ",
       {{except, R"(^[ \t]*[A-Za-z_]\w*:[ \t]*(?:$|/[/*]))"}, {names, R"(^((?:::[ \t]*)?[A-Za-z_].*)$)"}}},
      {"csharp",
       " .cs .csx ",
       {{except,
         R"(^[ \t]*(?:await|base|break|case|catch|checked|continue|default|do|else|finally|fixed|for|foreach|from|goto)"
         R"(|if|let|lock|new|return|select|switch|this|throw|try|unchecked|using|when|where|while|yield)\b)"},
        {names, R"(^[ \t]*((?:[a-z]+[ \t]+)*(?:class|enum|interface|struct|record|namespace|delegate)[ \t].*)$)"},
        {names, R"(^[ \t]*((?:[@\w.?]+(?:<[^()=;]*>)?(?:\[[, ]*\])*[?*]*[ \t]+)+(?:operator\b[ \t]*[^\s(]+|[@\w.~]+))"
                R"((?:[ \t]*<[^()=;]*>)?)"
                R"([ \t]*\((?:[^;]*|[^;]*=>.*))$)"},
        {names, R"(^[ \t]*((?:[@\w.?]+(?:<[^()=;]*>)?(?:\[[, ]*\])*[?*]*[ \t]+)+[@\w.]+[ \t]*(?:\{.*)?)$)"}}},
      {"css", " .css .scss .less ", {{except, R"([:;][ \t]*$)"}, {names, R"(^([:\[@.#*]?[A-Za-z0-9_-].*)$)"}}},
      {"dts", " .dts .dtsi .dtso ", {{except, R"([;=])"}, {names, R"(^[ \t]*((?:/[ \t]*\{|&?[A-Za-z_]).*)$)"}}},
      {"elixir",
       " .ex .exs ",
       {{names, R"(^[ \t]*((?:def(?:macrop?|module|impl|protocol|p|guardp?|delegate|exception)?|test|describe))"
                R"([ \t(].*)$)"}}},
      {"fortran",
       " .f .for .f77 .f90 .f95 .f03 .f08 .F .F90 .F95 ",
       {{except, R"(^[cC*](?:[^A-Za-z]|$)|^[ \t]*!)"},
        {except, R"((?i)^[ \t]*module[ \t]+procedure\b)"},
        {names,
         R"((?i)^[ \t]*((?:end[ \t]*)?(?:program|module|submodule[ \t]*\([^)]*\)|block[ \t]*data)[ \t]+[a-z].*)$)"},
        {names, R"((?i)^[ \t]*((?:[^!'" \t]+[ \t]+)*(?:subroutine|function)[ \t]+[a-z].*)$)"}}},
      {"fountain", " .fountain ", {{names, R"((?i)^((?:\.[^.]|(?:int|ext|est|int\.?/ext|i/e)[. ]).*)$)"}}},
      {"golang",
       " .go ",
       {{names, R"(^[ \t]*(func\b.*)$)"}, {names, R"(^[ \t]*(type[ \t].*\b(?:struct|interface)\b.*)$)"}}},
      {"html", " .html .htm .xhtml ", {{names, R"(^[ \t]*(<[Hh][1-6](?:[ \t][^>]*)?>.*)$)"}}},
      {"ini", " .ini .cfg .conf .toml .editorconfig .gitconfig .gitmodules ", {{names, R"(^[ \t]*(\[[^\]]+\]+))"}}},
      {"java",
       " .java ",
       {{except, R"(^[ \t]*(?:assert|case|catch|do|else|finally|for|if|instanceof|new|return|switch|synchronized|throw)"
                 R"(|try|while|yield)\b)"},
        {names, R"(^[ \t]*((?:[@a-z-]+[ \t]+)*(?:class|enum|interface|@interface|record)[ \t].*)$)"},
        {names, R"(^[ \t]*((?:[\w<>\[\]?.,&@]+[ \t]+)+[A-Za-z_$][\w$]*[ \t]*\([^;]*)$)"}}},
      {"javascript",
       " .js .mjs .cjs .jsx .ts .mts .cts .tsx ",
       {{except, R"(^[ \t]*(?:if|for|while|switch|catch|return|else|do|try|await|throw|new|case|with)\b)"},
        {names, R"(^[ \t]*((?:(?:export|default|declare|abstract|async)[ \t]+)*)"
                R"((?:function|class|interface|enum|namespace|module)\b[^;]*)$)"},
        {names, R"(^[ \t]*((?:export[ \t]+)?(?:const|let|var)[ \t]+[\w$]+[^=;]*=[ \t]*(?:async[ \t]+)?)"
                R"((?:function\b|\([^;]*=>|[\w$]+[ \t]*=>)[^;]*)$)"},
        {names, R"(^[ \t]+((?:(?:public|private|protected|static|readonly|override|abstract|async|get|set)[ \t]+)*)"
                R"(\*?[#\w$]+[ \t]*(?:<[^()]*>)?\([^;]*\{)[ \t]*$)"},
        {names, R"(^([A-Za-z_$].*\{)[ \t]*$)"}}},
      {"kotlin", " .kt .kts ", {{names, R"(^[ \t]*((?:@?[a-z]+[ \t]+)*(?:fun|class|interface|object)\b.*)$)"}}},
      {"markdown", " .md .markdown ", {{names, R"(^( {0,3}#{1,6}(?:[ \t].*)?)$)"}}},
      {"matlab",
       " .m .octave ",
       {{names, R"(^[ \t]*((?:classdef|function)[ \t].*)$)"}, {names, R"(^((?:%%%?|##)[ \t].*)$)"}}},
      {"objc",
       " .mm ",
       {{except, R"(^[ \t]*(?:do|for|if|else|return|switch|while)\b)"},
        {names, R"(^[ \t]*([-+][ \t]*\([ \t]*[A-Za-z_][^;]*)$)"},
        {names, R"(^(@(?:implementation|interface|protocol)\b.*)$)"},
        {names, R"(^[ \t]*((?:[A-Za-z_][\w]*[ \t*]+)+[A-Za-z_]\w*[ \t]*\([^;]*)$)"}}},
      {"pascal",
       " .pas .pp .dpr .lpr ",
       {{names, R"((?i)^[ \t]*((?:class[ \t]+)?(?:procedure|function|constructor|destructor|operator)\b.*)$)"},
        {names, R"((?i)^[ \t]*((?:interface|implementation|initialization|finalization)[ \t]*)$)"},
        {names, R"((?i)^[ \t]*(\w+[ \t]*=[ \t]*(?:packed[ \t]+)?(?:class|record|object|interface)\b.*)$)"}}},
      {"perl",
       " .pl .pm .t .psgi ",
       {{names, R"(^(package[ \t]+[^;{]+[;{].*)$)"},
        {names, R"(^(sub[ \t]+[\w':]+[ \t]*(?:\([^)]*\)[ \t]*)?(?::[^;#]*)?(?:\{[ \t]*)?(?:#.*)?)$)"},
        {names, R"(^((?:BEGIN|END|INIT|CHECK|UNITCHECK|AUTOLOAD|DESTROY)[ \t]*(?:\{[ \t]*)?(?:#.*)?)$)"},
        {names, R"(^(=head[0-9][ \t].*)$)"}}},
      {"php",
       " .php .phtml .php5 ",
       {{names, R"(^[ \t]*((?:(?:public|protected|private|static|abstract|final)[ \t]+)*function\b.*)$)"},
        {names, R"(^[ \t]*((?:(?:final|abstract|readonly)[ \t]+)*(?:class|enum|interface|trait)[ \t].*)$)"}}},
      {"python", " .py .pyi .pyw .pyx ", {{names, R"(^[ \t]*((?:class|def|async[ \t]+def)[ \t].*)$)"}}},
      {"r", " .r .R ", {{names, R"(^[ \t]*([A-Za-z][\w.]*[ \t]*(?:<-|=)[ \t]*function\b.*)$)"}}},
      {"ruby", " .rb .rake .gemspec Rakefile Gemfile ", {{names, R"(^[ \t]*((?:class|module|def)[ \t].*)$)"}}},
      {"rust",
       " .rs ",
       {{names, R"(^[ \t]*((?:(?:pub(?:[ \t]*\([^)]*\))?|async|const|default|unsafe|extern(?:[ \t]+"[^"]*")?)[ \t]+)*)"
                R"((?:struct|enum|union|mod|trait|fn|impl|macro_rules!)(?:[<\s][^;]*)?)$)"}}},
      {"scheme",
       " .scm .ss .sld .rkt .lisp .lsp .cl .el .clj ",
       {{names, R"(^(\(.*)$)"},
        {names, R"(^[ \t]*(\((?:def[^\s()\[\]{}]*|library|module|struct|class\*?|interface\*?|mixin|unit|package))"
                R"((?:[ \t(\[{].*)?)$)"}}},
      {"swift",
       " .swift ",
       {{names,
         R"(^[ \t]*((?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|private|fileprivate|internal|open|package|static|class|final)"
         R"(|override|mutating|nonmutating|convenience|required|indirect|dynamic|optional|prefix|postfix|infix)"
         R"(|nonisolated|distributed)(?:\([a-z]+\))?[ \t]+)*)"
         R"((?:(?:class|struct|enum|protocol|extension|actor|func|macro)[ \t].*|(?:init|subscript)[?!]?[ \t]*[<(].*)"
         R"(|deinit[ \t]*\{?.*))$)"}}},
      {"tex",
       " .tex .sty .cls .latex ",
       {{names, R"(^(\\(?:(?:sub)*section|(?:sub)?paragraph|chapter|part)\*?[ \t]*[\[{].*)$)"}}},
  };
  return table;
}

const Driver* driver_named(std::string_view name) {
  for (const Driver& driver : drivers()) {
    if (driver.name == name) return &driver;
  }
  return nullptr;
}

}  // namespace

std::vector<FunctionRule> rules_of_driver(std::string_view name) {
  std::vector<FunctionRule> rules;
  const Driver* driver = driver_named(name);
  if (driver == nullptr) return rules;
  for (const Rule& rule : driver->rules) rules.push_back({.verdict = rule.verdict, .pattern = rule.pattern});
  return rules;
}

std::string_view driver_of_file(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  const std::string whole = fmt::format(" {} ", name);
  const std::string ending = dot == std::string_view::npos ? std::string() : fmt::format(" {} ", name.substr(dot));
  for (const Driver& driver : drivers()) {
    const bool by_ending = !ending.empty() && driver.files.find(ending) != std::string_view::npos;
    if (by_ending || driver.files.find(whole) != std::string_view::npos) return driver.name;
  }
  return {};
}

std::vector<std::string_view> driver_names() {
  std::vector<std::string_view> all;
  for (const Driver& driver : drivers()) all.push_back(driver.name);
  return all;
}

}  // namespace tenon::diff
