#include "native/index/symbols/symbol_scanner.h"

#include <gmock/gmock.h>

#include "native/index/symbols/samples.h"

namespace tenon::index {
namespace {

TEST(SymbolScanner, FindsTheDefinitionsOfEachSample) {
  const auto samples = testing::samples();
  ASSERT_GE(samples.size(), 17U);
  SymbolScanner scanner;
  for (const testing::Sample& sample : samples) {
    const auto grammar = grammar_of(sample.name);
    ASSERT_TRUE(grammar) << sample.name;
    EXPECT_EQ(testing::listed(scanner.scan(sample.text, *grammar).symbols), sample.symbols) << sample.name;
  }
}

TEST(SymbolScanner, LinesMayEndWithCarriageReturns) {
  SymbolScanner scanner;
  for (const testing::Sample& sample : testing::samples()) {
    std::string text;
    for (const char c : sample.text) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(testing::listed(scanner.scan(text, *grammar_of(sample.name)).symbols), sample.symbols) << sample.name;
  }
}

TEST(SymbolScanner, ParentsComeBeforeAndAround) {
  SymbolScanner scanner;
  for (const testing::Sample& sample : testing::samples()) {
    const auto& symbols = scanner.scan(sample.text, *grammar_of(sample.name)).symbols;
    for (std::uint32_t i = 0; i < symbols.size(); ++i) {
      EXPECT_LE(symbols[i].begin, symbols[i].end);
      EXPECT_LE(symbols[i].end, sample.text.size());
      EXPECT_EQ(sample.text.substr(symbols[i].name_begin, symbols[i].name.size()), symbols[i].name);
      if (symbols[i].parent != kNoParent) EXPECT_LT(symbols[i].parent, i) << sample.name;
    }
  }
}

TEST(SymbolScanner, AnyBeginningOfAFileIsFine) {
  SymbolScanner scanner;
  for (const testing::Sample& sample : testing::samples()) {
    for (std::size_t size = 0; size < sample.text.size(); ++size) {
      const std::string cut = sample.text.substr(0, size);
      EXPECT_EQ(scanner.scan(cut, *grammar_of(sample.name), Mentions::counted).completeness, Completeness::whole);
    }
  }
}

TEST(SymbolScanner, ForeignSyntaxIsFine) {
  SymbolScanner scanner;
  for (const testing::Sample& sample : testing::samples()) {
    for (const Grammar grammar : kGrammars) {
      for (const Symbol& symbol : scanner.scan(sample.text, grammar).symbols) {
        EXPECT_LE(symbol.end, sample.text.size()) << sample.name << " as " << title(grammar);
      }
    }
  }
}

TEST(SymbolScanner, BytesThatAreNoTextBelongToWords) {
  SymbolScanner scanner;
  const auto& found = scanner.scan("int caf\xE9() { return 0; }\n\xFF\xFE int x;", Grammar::c);
  ASSERT_EQ(found.symbols.size(), 2U);
  EXPECT_EQ(found.symbols[0].name, "caf\xE9");
}

TEST(SymbolScanner, AnEmptyFileDefinesNothing) {
  SymbolScanner scanner;
  for (const Grammar grammar : kGrammars) EXPECT_TRUE(scanner.scan("", grammar).symbols.empty()) << title(grammar);
}

TEST(SymbolScanner, BinaryAndLargeFilesAreNotLookedAt) {
  SymbolScanner scanner({.bytes = 100});
  EXPECT_EQ(scanner.scan(std::string_view("int a;\0", 7), Grammar::c).completeness, Completeness::binary);
  EXPECT_EQ(scanner.scan(std::string(101, ' '), Grammar::c).completeness, Completeness::too_large);
}

TEST(SymbolScanner, WhatIsNestedTooDeeplyIsLeftOutAndSaidSo) {
  SymbolScanner scanner;
  std::string classes;
  for (int i = 0; i < 100'000; ++i) classes += "class A {";
  for (const Grammar grammar : {Grammar::cpp, Grammar::java, Grammar::csharp, Grammar::typescript, Grammar::php}) {
    const std::string text = grammar == Grammar::php ? "<?php " + classes : classes;
    EXPECT_EQ(scanner.scan(text, grammar).completeness, Completeness::too_deep) << title(grammar);
  }
}

TEST(SymbolScanner, ManyDefinitionsAreCutAndSaidSo) {
  SymbolScanner scanner({.symbols = 10});
  std::string text;
  for (int i = 0; i < 20; ++i) text += fmt::format("int v{};\n", i);
  const auto& found = scanner.scan(text, Grammar::c);
  EXPECT_EQ(found.symbols.size(), 10U);
  EXPECT_EQ(found.completeness, Completeness::too_many);
}

// Time that grew with the square of the length would show: 30 KB of each must not take minutes.
TEST(SymbolScanner, RepeatedFragmentsTakeLinearTime) {
  constexpr std::string_view kFragments[] = {"[",         "{",
                                             "(",         "<",
                                             "a<b",       "'",
                                             "\"",        "`${",
                                             "R\"(",      "r#\"",
                                             "<<A ",      "=/[",
                                             "'\\",       "#if 1\n",
                                             "#if 1\n{",  "#else\n",
                                             "template<", "class A : ",
                                             "fn a ",     "def a",
                                             "a:\n",      "- ",
                                             "=> a",      "a => {",
                                             "a.b.c = ",  "CREATE TABLE a (",
                                             "<h1>",      "<a id=",
                                             "{\"a\":",   "type A = ",
                                             "@a(",       "&a ",
                                             "/*",        "x, y = ",
                                             "'\\",       "namespace a ",
                                             "enum a ",   "a = b = \n",
                                             "val a = {", "requires A && ",
                                             "MACRO\n",   "@a "};
  SymbolScanner scanner;
  for (const std::string_view fragment : kFragments) {
    std::string text;
    while (text.size() < 30'000) text += fragment;
    for (const Grammar grammar : kGrammars) scanner.scan(text, grammar, Mentions::counted);
  }
}

TEST(SymbolScanner, CountsIdentifiersOutsideOfCommentsAndTexts) {
  SymbolScanner scanner;
  const auto& found =
      scanner.scan("int alpha = beta + beta; // beta\nconst char* t = \"beta\";", Grammar::c, Mentions::counted);
  std::map<std::string_view, std::uint32_t> counts;
  for (const Mention& mention : found.mentions) counts[mention.name] = mention.count;
  EXPECT_EQ(counts, (std::map<std::string_view, std::uint32_t>{{"alpha", 1}, {"beta", 2}, {"t", 1}}));
}

TEST(SymbolScanner, ASignatureIsTheLineOfTheName) {
  SymbolScanner scanner;
  const std::string_view text = "template <class T>\n  void swap(T& a,\r\n T& b) {}";
  const auto& found = scanner.scan(text, Grammar::cpp);
  ASSERT_EQ(found.symbols.size(), 1U);
  EXPECT_EQ(signature(text, found.symbols[0]), "void swap(T& a,");
  EXPECT_EQ(signature(text, found.symbols[0], 4), "void");
}

}  // namespace
}  // namespace tenon::index
