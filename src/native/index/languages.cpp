#include "native/index/languages.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon::index {
namespace {

// The words of a row, separated by spaces, as written in the table below.
struct Row {
  std::string_view name;
  std::string_view aliases;
  std::string_view extensions;
  std::string_view also;
  std::string_view file_names;
};

constexpr Row kRows[] = {
    {"asm", "", "asm S s", "", ""},
    {"c", "", "c h cats", "H C", ""},
    {"clojure", "clj", "clj cljc cljs cljx", "", ""},
    {"cmake", "", "cmake", "", "CMakeLists.txt"},
    {"config", "", "cfg conf config ini", "", ""},
    {"cpp", "c++ cxx", "cpp cc cxx C hpp hh hxx H inl ipp tpp", "h", ""},
    {"csharp", "cs", "cs csx", "", ""},
    {"css", "", "css", "scss", ""},
    {"dart", "", "dart", "", ""},
    {"docker", "dockerfile", "dockerfile", "", "Dockerfile Containerfile"},
    {"elixir", "ex", "ex exs eex", "", ""},
    {"erlang", "erl", "erl hrl", "", ""},
    {"go", "golang", "go", "", ""},
    {"graphql", "", "graphql graphqls gql", "", ""},
    {"groovy", "", "groovy gradle", "", ""},
    {"haskell", "hs", "hs lhs hsc c2hs cpphs", "", ""},
    {"html", "", "html htm ejs", "", ""},
    {"java", "", "java jsp jspx properties", "", ""},
    {"javascript", "js jsx", "js jsx mjs cjs vue", "", ""},
    {"json", "", "json", "", "composer.lock"},
    {"jsonl", "", "jsonl", "", ""},
    {"kotlin", "kt", "kt kts", "", ""},
    {"less", "", "less", "", ""},
    {"lisp", "", "el lisp lsp sc scm", "jl", ""},
    {"lua", "", "lua", "", ""},
    {"make", "", "mk mak", "", "Makefile makefile GNUmakefile Makefile.am Makefile.in"},
    {"markdown", "md", "md markdown mdown mkdn", "", ""},
    {"nix", "", "nix", "", ""},
    {"objc", "objective-c", "m", "h", ""},
    {"ocaml", "ml", "ml mli mll mly", "", ""},
    {"perl", "pl", "pl pm PL perl plh plx t", "", ""},
    {"php", "", "php php3 php4 php5 phtml", "", ""},
    {"powershell", "ps", "ps1 psm1 psd1 ps1xml cdxml", "", ""},
    {"protobuf", "proto", "proto", "", ""},
    {"python", "py", "py pyi", "", ""},
    {"r", "", "r R Rmd Rnw", "", ""},
    {"ruby", "rb", "rb rbw gemspec", "ru", "Gemfile Rakefile .irbrc config.ru"},
    {"rust", "rs", "rs", "", ""},
    {"sass", "scss", "sass scss", "", ""},
    {"scala", "", "scala sbt", "", ""},
    {"shell", "sh bash", "sh bash zsh ksh csh tcsh bashrc cshrc kshrc", "",
     "bashrc profile .bashrc .bash_profile .bash_login .bash_logout .profile .zshrc .zshenv .zprofile .login .logout"},
    {"sql", "", "sql psql", "", ""},
    {"svelte", "", "svelte", "", ""},
    {"swift", "", "swift", "", ""},
    {"terraform", "tf", "tf tfvars", "", ""},
    {"tex", "latex", "tex bib cls dtx ins ltx sty", "", ""},
    {"text", "txt", "txt", "", ""},
    {"toml", "", "toml", "", "Cargo.lock"},
    {"typescript", "ts", "ts mts cts", "tsx", ""},
    {"tsx", "", "tsx", "", ""},
    {"vim", "", "vim", "", ".vimrc"},
    {"xml", "", "xml dtd rng sch xhtml xjb xsd xsl xslt", "", ""},
    {"yaml", "yml", "yaml yml", "", ""},
    {"zig", "", "zig", "", ""},
};
constexpr std::size_t kCount = std::size(kRows);

constexpr std::size_t word_count(std::string_view words) {
  return words.empty() ? 0 : 1 + static_cast<std::size_t>(std::ranges::count(words, ' '));
}

constexpr std::size_t total_words() {
  std::size_t count = 0;
  for (const Row& row : kRows) {
    count += word_count(row.aliases) + word_count(row.extensions) + word_count(row.also) + word_count(row.file_names);
  }
  return count;
}

struct Table {
  std::array<std::string_view, total_words()> words{};
  std::array<Language, kCount> languages{};

  Table() {
    std::size_t used = 0;
    const auto split = [&](std::string_view text) {
      const std::size_t first = used;
      while (!text.empty()) {
        const std::size_t space = std::min(text.find(' '), text.size());
        words[used++] = text.substr(0, space);
        text.remove_prefix(std::min(space + 1, text.size()));
      }
      return std::span<const std::string_view>(words).subspan(first, used - first);
    };
    for (std::size_t i = 0; i < kCount; ++i) {
      const Row& row = kRows[i];
      languages[i] = {row.name, split(row.aliases), split(row.extensions), split(row.also), split(row.file_names)};
    }
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
};

const Table& table() {
  static const Table kTable;
  return kTable;
}

struct Owned {
  std::string_view word;
  const Language* language;
};

// Sorted by word; the first language of the table that lists a word has it.
std::vector<Owned> owners(std::span<const std::string_view> Language::* words) {
  std::vector<Owned> owned;
  for (const Language& language : languages()) {
    for (const std::string_view word : language.*words) owned.push_back({word, &language});
  }
  std::ranges::sort(owned, {}, [](const Owned& entry) { return std::pair(entry.word, entry.language); });
  return owned;
}

const Language* owner(const std::vector<Owned>& owned, std::string_view word) {
  const auto found = std::ranges::lower_bound(owned, word, {}, &Owned::word);
  return found != owned.end() && found->word == word ? found->language : nullptr;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

bool lists(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::span<const Language> languages() { return table().languages; }

const Language* language_named(std::string_view name) {
  for (const Language& language : languages()) {
    if (language.name == name || lists(language.aliases, name)) return &language;
  }
  return nullptr;
}

const Language* language_of(std::string_view path) {
  static const std::vector<Owned> kByFileName = owners(&Language::file_names);
  static const std::vector<Owned> kByExtension = owners(&Language::extensions);
  const std::string_view name = base_name(path);
  if (const Language* language = owner(kByFileName, name)) return language;
  const std::string_view ending = extension(name);
  return ending.empty() ? nullptr : owner(kByExtension, ending);
}

bool belongs_to(const Language& language, std::string_view path) {
  const std::string_view name = base_name(path);
  if (lists(language.file_names, name)) return true;
  const std::string_view ending = extension(name);
  return !ending.empty() && (lists(language.extensions, ending) || lists(language.also, ending));
}

}  // namespace tenon::index
