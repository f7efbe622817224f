// Finds the definitions of a file, and counts the identifiers in it, at the speed of reading.
//
// Not a parser: a lexer of the language, and a recogniser of the shapes that its definitions have, which skips what
// cannot define anything. A full parse (syntax_outline.h) costs ten times as much, too much for whole trees: measured
// with tree-sitter 0.20 on one core, 7 MB/s (C) to 17 MB/s (JavaScript), where universal-ctags does 45 to 85. What the
// two find is compared by tests on samples of all languages.
//
// Any input is fine: invalid UTF-8 is taken as letters, unbalanced brackets end with the file. Time is linear in the
// length of the text.
#pragma once

#include <memory>
#include <string_view>

#include "native/index/symbols/grammar.h"
#include "native/index/symbols/symbol.h"

namespace tenon::index {

enum class Mentions { skipped, counted };

// Keeps its buffers between files: one scanner for each thread.
class SymbolScanner {
 public:
  explicit SymbolScanner(SymbolLimits limits = {});
  ~SymbolScanner();
  SymbolScanner(SymbolScanner&&) noexcept;
  SymbolScanner& operator=(SymbolScanner&&) noexcept;

  // The result belongs to the scanner and is valid until the next call; its names are views into `text`.
  const FileSymbols& scan(std::string_view text, Grammar grammar, Mentions mentions = Mentions::skipped);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenon::index
