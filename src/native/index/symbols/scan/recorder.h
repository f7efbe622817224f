// Where recognisers put what they find. For the inside of this folder.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/index/symbols/symbol.h"

namespace tenon::index::scan {

struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

class Recorder {
 public:
  Recorder(std::string_view text, const SymbolLimits& limits, FileSymbols& found)
      : text_(text), limits_(limits), found_(found) {}

  // Returns the index of the symbol, the parent of what is inside of it.
  std::uint32_t add(SymbolKind kind, Span name, Span whole, std::uint32_t parent, Span qualifier = {}) {
    if (found_.symbols.size() >= limits_.symbols) {
      found_.completeness = Completeness::too_many;
      return parent;
    }
    found_.symbols.push_back({.name = text(name),
                              .qualifier = text(qualifier),
                              .name_begin = name.begin,
                              .begin = whole.begin,
                              .end = whole.end,
                              .line = 0,
                              .last_line = 0,
                              .parent = parent,
                              .kind = kind});
    return static_cast<std::uint32_t>(found_.symbols.size() - 1);
  }

  // For what ends where something else begins. Not for kNoParent.
  void set_end(std::uint32_t symbol, std::uint32_t end) { found_.symbols[symbol].end = end; }

  // Whether definitions may be looked for one level further inside.
  bool may_enter(std::uint32_t depth) {
    if (depth < limits_.depth) return true;
    if (found_.completeness == Completeness::whole) found_.completeness = Completeness::too_deep;
    return false;
  }

  std::string_view text(Span span) const { return text_.substr(span.begin, span.end - span.begin); }
  std::string_view text() const { return text_; }
  SymbolKind kind_of(std::uint32_t symbol) const { return found_.symbols[symbol].kind; }
  std::string_view name_of(std::uint32_t symbol) const { return found_.symbols[symbol].name; }

 private:
  std::string_view text_;
  const SymbolLimits& limits_;
  FileSymbols& found_;
};

}  // namespace tenon::index::scan
