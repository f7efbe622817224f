// Any text in any language: the scanner ends, and what it finds lies in the text; a damaged cache of a map is refused or
// read whole. The first byte chooses the language.
#include <cstdint>
#include <cstdlib>

#include "native/index/map/map_cache.h"
#include "native/index/symbols/symbol_scanner.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tenon::index;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view text = bytes.substr(1);
  const Grammar grammar = kGrammars[data[0] % kGrammars.size()];
  static SymbolScanner scanner;
  const FileSymbols& found = scanner.scan(text, grammar, Mentions::counted);
  for (std::uint32_t i = 0; i < found.symbols.size(); ++i) {
    const Symbol& symbol = found.symbols[i];
    const bool inside = symbol.begin <= symbol.end && symbol.end <= text.size() &&
                        text.substr(symbol.name_begin, symbol.name.size()) == symbol.name;
    if (!inside || (symbol.parent != kNoParent && symbol.parent >= i)) std::abort();
    if (signature(text, symbol).size() > text.size()) std::abort();
  }
  decoded_facts(bytes, "/");
  return 0;
}
