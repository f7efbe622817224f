#include "native/index/symbols/syntax_outline.h"

#include <gmock/gmock.h>
#include <tree_sitter/api.h>

#include <set>

#include "native/index/symbols/samples.h"
#include "native/index/symbols/symbol_scanner.h"
#include "native/index/symbols/syntax/node_table.h"

namespace tenon::index {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;

TEST(SyntaxOutline, EveryNodeOfTheTablesIsInItsGrammar) {
  for (const Grammar grammar : kGrammars) {
    if (grammar == Grammar::sql) continue;
    const TSLanguage* language = syntax::language(grammar);
    ASSERT_NE(language, nullptr) << title(grammar);
    EXPECT_LE(ts_language_version(language), static_cast<std::uint32_t>(TREE_SITTER_LANGUAGE_VERSION));
    for (const syntax::DefiningNode& node : syntax::defining_nodes(grammar)) {
      const auto size = static_cast<std::uint32_t>(node.node.size());
      EXPECT_NE(ts_language_symbol_for_name(language, node.node.data(), size, true), 0)
          << title(grammar) << " " << node.node;
    }
  }
}

bool is_main_kind(SymbolKind kind) {
  return kind == SymbolKind::klass || kind == SymbolKind::structure || kind == SymbolKind::interface ||
         kind == SymbolKind::enumeration || kind == SymbolKind::function || kind == SymbolKind::method ||
         kind == SymbolKind::table || kind == SymbolKind::key;
}

// The parser does not know that `#if 0` takes a definition out, and takes macros for functions.
bool is_misread(const std::string& sample, std::string_view name) {
  if (sample == "macros.hpp") return name == "VISIBLE" || name == "TRACKED";
  return sample == "shapes.cpp" && name == "disabled";
}

TEST(SyntaxOutline, TheScannerFindsWhatTheParserFinds) {
  SymbolScanner scanner;
  for (const testing::Sample& sample : testing::samples()) {
    const Grammar grammar = *grammar_of(sample.name);
    const Outline parsed = outline(sample.text, grammar);
    EXPECT_EQ(parsed.completeness, Completeness::whole) << sample.name;
    EXPECT_FALSE(parsed.symbols.empty()) << sample.name;
    std::set<std::string_view> names;
    for (const Symbol& symbol : scanner.scan(sample.text, grammar).symbols) names.insert(symbol.name);
    for (const Symbol& symbol : parsed.symbols) {
      if (!is_main_kind(symbol.kind) || is_misread(sample.name, symbol.name)) continue;
      EXPECT_TRUE(names.contains(symbol.name)) << sample.name << ": " << word(symbol.kind) << " " << symbol.name;
    }
  }
}

TEST(SyntaxOutline, ScopesStandAroundDefinitions) {
  const std::string_view text = "class Store:\n  def put(self):\n    def inner(): pass\n";
  const Outline found = outline(text, Grammar::python);
  EXPECT_EQ(testing::listed(found.symbols), "1-3 class Store\n2-3 method Store.put\n3-3 function Store.put.inner\n");
  EXPECT_FALSE(found.has_errors);
}

TEST(SyntaxOutline, TellsCallsTypesAndNamesApart) {
  const References found = references("struct A { int x; };\nint f(A* a) { return g(a->x) + a->m(1); }", Grammar::cpp);
  EXPECT_THAT(found.references,
              Contains(AllOf(Field(&Reference::name, "g"), Field(&Reference::kind, ReferenceKind::call))));
  EXPECT_THAT(found.references,
              Contains(AllOf(Field(&Reference::name, "m"), Field(&Reference::kind, ReferenceKind::call))));
  EXPECT_THAT(found.references, Contains(AllOf(Field(&Reference::name, "A"), Field(&Reference::line, 2U),
                                               Field(&Reference::kind, ReferenceKind::type))));
  EXPECT_THAT(found.references, Not(Contains(Field(&Reference::name, "f"))));
}

TEST(SyntaxOutline, DeepBracketsAreNotParsedButScanned) {
  const std::string text = "void f() {}\n" + std::string(100'000, '[');
  const Outline found = outline(text, Grammar::cpp);
  EXPECT_EQ(found.completeness, Completeness::too_deep);
  EXPECT_THAT(found.symbols, Contains(Field(&Symbol::name, "f")));
}

TEST(SyntaxOutline, StopsWhenItIsCancelled) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += fmt::format("int v{} = {};\n", i, i);
  const std::atomic<std::size_t> cancelled = 1;
  const Outline found = outline(text, Grammar::c, {.cancelled = &cancelled});
  EXPECT_EQ(found.completeness, Completeness::too_slow);
  EXPECT_EQ(found.symbols.size(), 20'000U);
}

TEST(SyntaxOutline, AParseThatTakesTooLongOrTooMuchEnds) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += fmt::format("int v{} = {};\n", i, i);
  for (const ParseLimits& limits :
       {ParseLimits{.time = std::chrono::milliseconds(1)}, ParseLimits{.memory = 1ULL << 20U}}) {
    const Outline found = outline(text, Grammar::c, limits);
    EXPECT_EQ(found.completeness, Completeness::too_slow);
    EXPECT_EQ(found.symbols.size(), 60'000U);
    EXPECT_EQ(references(text, Grammar::c, limits).completeness, Completeness::too_slow);
  }
}

// More than 65,535 tokens in one error.
TEST(SyntaxOutline, AnErrorWithVeryManyTokensDoesNoHarm) {
  for (const std::string_view fragment : {"fun a<b>(c: d<e) = ", ") ", "1 2 "}) {
    std::string text;
    while (text.size() < 400'000) text += fragment;
    for (const Grammar grammar : {Grammar::kotlin, Grammar::json}) {
      const Outline found = outline(text, grammar, {.time = std::chrono::seconds(20)});
      EXPECT_NE(found.completeness, Completeness::binary) << fragment;
      references(text, grammar, {.time = std::chrono::seconds(20)});
    }
  }
}

TEST(SyntaxOutline, LargeAndBinaryFilesAreNotParsed) {
  EXPECT_EQ(outline(std::string(5U << 20U, ' '), Grammar::json).completeness, Completeness::too_large);
  EXPECT_EQ(outline(std::string_view("a\0b", 3), Grammar::json).completeness, Completeness::binary);
}

TEST(SyntaxOutline, BytesThatAreNoTextAreFine) {
  for (const Grammar grammar : kGrammars) {
    EXPECT_EQ(outline("\xFF\xFE\x80 x = 1\n\xC3", grammar).completeness, Completeness::whole) << title(grammar);
    EXPECT_EQ(outline("", grammar).completeness, Completeness::whole) << title(grammar);
  }
}

}  // namespace
}  // namespace tenon::index
