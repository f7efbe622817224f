// Our definitions beside those of universal-ctags, where it is installed.
#include <gmock/gmock.h>

#include <set>

#include "native/fsops/temporary_directory.h"
#include "native/index/symbols/samples.h"
#include "native/index/symbols/symbol_scanner.h"

namespace tenon::index {
namespace {

// What ctags 5.9 reports in the samples and we do not, with the reason.
struct Difference {
  std::string_view sample;
  std::string_view name;
  std::string_view reason;
};
constexpr Difference kDifferences[] = {
    {"store.py", "operating", "an import defines nothing"},
    {"server.go", "alias", "an import defines nothing"},
    {"index.php", "Baz", "an import defines nothing"},
    {"index.php", "App\\\\Http", "ctags doubles the backslash of App\\Http"},
    {"index.php", "f", "a closure in a variable of a function"},
    {"model.kt", "<lambda>", "has no name"},
    {"model.kt", "Companion", "is written `object`, and so we call it"},
    {"model.kt", "local", "a variable of a function"},
    {"site.css", ".card:not(.open", "ctags cuts at the comma in parentheses"},
    {"site.css", ".x).inner", "ctags cuts at the comma in parentheses"},
    {"tree.rb", "Fake", "is text in a heredoc"},
    {"tree.rb", "left=", "an attribute has one definition, not one for reading and one for writing"},
    {"tree.rb", "right=", "an attribute has one definition, not one for reading and one for writing"},
    {"names.rb", "String", "is compared with, not defined"},
    {"heads.kt", "action", "a variable of a function"},
    {"computed.js", "Queue", "its prototype is changed here, it is defined elsewhere"},
    {"computed.js", "files", "an import defines nothing"},
    {"package.json", "0", "the position in an array is no name"},
    {"package.json", "1", "the position in an array is no name"},
};

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
  ::pclose(pipe);
  return output;
}

std::string without_spaces(std::string_view name) {
  std::string text(name);
  std::erase(text, ' ');
  return text;
}

std::set<std::string> names_of(const std::vector<Symbol>& symbols) {
  std::set<std::string> names;
  for (const Symbol& symbol : symbols) {
    names.insert(without_spaces(symbol.name));
    names.insert(without_spaces(scope_of(symbols, symbol)));
    names.insert(without_spaces(fmt::format("{}::{}", symbol.qualifier, symbol.name)));
  }
  return names;
}

bool is_listed(std::string_view sample, std::string_view name) {
  return std::ranges::any_of(kDifferences,
                             [&](const Difference& each) { return each.sample == sample && each.name == name; });
}

TEST(Ctags, FindsNothingInTheSamplesThatWeDoNot) {
  if (output_of("ctags --version 2>/dev/null").find("Universal Ctags") == std::string::npos) {
    GTEST_SKIP() << "universal-ctags is not installed";
  }
  const fsops::TemporaryDirectory folder(std::filesystem::temp_directory_path(), "tenon-ctags-");
  SymbolScanner scanner;
  std::size_t compared = 0;
  for (const testing::Sample& sample : testing::samples()) {
    const std::filesystem::path file = folder.path() / sample.name;
    std::ofstream(file, std::ios::binary) << sample.text;
    const auto names = names_of(scanner.scan(sample.text, *grammar_of(sample.name)).symbols);
    std::istringstream tags(output_of(fmt::format("ctags --options=NONE -f - '{}' 2>/dev/null", file.string())));
    for (std::string line; std::getline(tags, line);) {
      const std::string name = without_spaces(line.substr(0, line.find('\t')));
      if (name.starts_with("__anon") || name.starts_with("Anonymous") || name.starts_with("anon")) continue;
      ++compared;
      EXPECT_TRUE(names.contains(name) || is_listed(sample.name, name)) << sample.name << ": " << line;
    }
  }
  EXPECT_GT(compared, 100U);
}

}  // namespace
}  // namespace tenon::index
