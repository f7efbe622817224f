#include "native/index/symbols/symbol.h"

#include <algorithm>
#include <ranges>

#include <boost/describe/enum_to_string.hpp>

namespace tenon::index {

std::string_view word(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::klass:
      return "class";
    case SymbolKind::structure:
      return "struct";
    case SymbolKind::enumeration:
      return "enum";
    default:
      return boost::describe::enum_to_string(kind, "?");
  }
}

std::string scope_of(const std::vector<Symbol>& symbols, const Symbol& symbol) {
  std::vector<std::string_view> names;
  if (!symbol.qualifier.empty()) names.push_back(symbol.qualifier);
  for (std::uint32_t at = symbol.parent; at != kNoParent; at = symbols[at].parent) {
    names.push_back(symbols[at].name);
    if (!symbols[at].qualifier.empty()) names.push_back(symbols[at].qualifier);
  }
  std::string scope;
  for (const std::string_view name : names | std::views::reverse) {
    if (!scope.empty()) scope += '.';
    scope += name;
  }
  return scope;
}

std::string_view signature(std::string_view text, const Symbol& symbol, std::size_t width) {
  // The line of the name says more than one with nothing but `template <…>` or a decorator.
  const std::size_t newline = symbol.name_begin == 0 ? std::string_view::npos : text.rfind('\n', symbol.name_begin - 1);
  std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  if (symbol.name_begin - begin > width) begin = std::max<std::size_t>(begin, symbol.begin);
  begin = std::min(text.find_first_not_of(" \t", begin), text.size());
  std::size_t end = std::min({text.find('\n', begin), text.size(), begin + width});
  if (end > begin && end < text.size() && text[end - 1] == '\r') --end;
  while (end > begin && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(begin, end - begin);
}

}  // namespace tenon::index
