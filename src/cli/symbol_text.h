// A definition, for people and for --json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"
#include "native/index/symbols/symbol.h"

namespace tenon::cli {

struct SymbolLine {
  std::string path;
  std::string_view text;  // of the file
  const std::vector<index::Symbol>& symbols;
  const index::Symbol& symbol;
};

// "path:line  kind  scope.name  first line", and a line feed.
std::string symbol_text(const SymbolLine& line, const Terminal& terminal);

// One object on a line; `*_hex` members for what is no text (cli/byte_text.h).
std::string symbol_json(const SymbolLine& line);

// Why symbols of a file are missing.
std::string_view reason_text(index::Completeness completeness);

// The text, with everything that is not UTF-8 replaced by U+FFFD.
std::string valid_text(std::string_view bytes);

}  // namespace tenon::cli
