#include "native/index/symbols/symbol_scanner.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "native/index/symbols/line_index.h"
#include "native/index/symbols/mention_counter.h"
#include "native/index/symbols/scan/recognisers.h"

namespace tenon::index {
namespace {

// How a language with brackets is read.
struct Reading {
  scan::Dialect dialect;
  const scan::KeywordTable& (*keywords)();
  void (*recognise)(const scan::TokenList&, scan::Recorder&);
};

std::optional<Reading> reading_of(Grammar grammar) {
  using scan::Dialect;
  switch (grammar) {
    case Grammar::c:
    case Grammar::cpp:
      return Reading{Dialect::c, scan::c_keywords, scan::recognise_c};
    case Grammar::csharp:
      return Reading{Dialect::csharp, scan::csharp_keywords, scan::recognise_csharp};
    case Grammar::go:
      return Reading{Dialect::go, scan::go_keywords, scan::recognise_go};
    case Grammar::java:
      return Reading{Dialect::java, scan::java_keywords, scan::recognise_java};
    case Grammar::javascript:
    case Grammar::tsx:
    case Grammar::typescript:
      return Reading{Dialect::javascript, scan::javascript_keywords, scan::recognise_javascript};
    case Grammar::kotlin:
      return Reading{Dialect::kotlin, scan::kotlin_keywords, scan::recognise_kotlin};
    case Grammar::php:
      return Reading{Dialect::php, scan::php_keywords, scan::recognise_php};
    case Grammar::python:
      return Reading{Dialect::python, scan::python_keywords, scan::recognise_python};
    case Grammar::ruby:
      return Reading{Dialect::ruby, scan::ruby_keywords, scan::recognise_ruby};
    case Grammar::rust:
      return Reading{Dialect::rust, scan::rust_keywords, scan::recognise_rust};
    case Grammar::sql:
      return Reading{Dialect::sql, scan::sql_keywords, scan::recognise_sql};
    case Grammar::css:
    case Grammar::html:
    case Grammar::json:
    case Grammar::yaml:
      return std::nullopt;
  }
  return std::nullopt;
}

bool comes_before(const Symbol& a, const Symbol& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; }

}  // namespace

struct SymbolScanner::State {
  explicit State(SymbolLimits given) : limits(given), mentions(found.mentions) {}

  void recognise(std::string_view text, Grammar grammar, Mentions counted) {
    scan::Recorder recorder(text, limits, found);
    if (const auto reading = reading_of(grammar)) {
      scan::lex(text, reading->dialect, reading->keywords(), list);
      reading->recognise(list, recorder);
      if (counted == Mentions::counted) count_words(text);
      return;
    }
    switch (grammar) {
      case Grammar::css:
        return scan::recognise_css(recorder, {0, static_cast<std::uint32_t>(text.size())});
      case Grammar::html:
        return scan::recognise_html(recorder, list);
      case Grammar::json:
        return scan::recognise_json(recorder);
      default:
        return scan::recognise_yaml(recorder);
    }
  }

  void count_words(std::string_view text) {
    mentions.begin_file();
    for (const scan::Token& token : list.tokens) {
      if (token.kind != scan::TokenKind::word || token.keyword != 0) continue;
      mentions.count(text.substr(token.begin, token.end - token.begin), token.link);
    }
  }

  // Macros and names of anonymous types are found out of order.
  void order() {
    if (std::ranges::is_sorted(found.symbols, comes_before)) return;
    std::vector<std::uint32_t> places(found.symbols.size());
    std::iota(places.begin(), places.end(), 0U);
    std::ranges::sort(places, [&](std::uint32_t a, std::uint32_t b) {
      const Symbol& one = found.symbols[a];
      const Symbol& other = found.symbols[b];
      if (comes_before(one, other) || comes_before(other, one)) return comes_before(one, other);
      return a < b;
    });
    std::vector<std::uint32_t> moved(places.size());
    std::vector<Symbol> ordered(places.size());
    for (std::uint32_t i = 0; i < places.size(); ++i) {
      moved[places[i]] = i;
      ordered[i] = found.symbols[places[i]];
    }
    for (Symbol& symbol : ordered) {
      if (symbol.parent != kNoParent) symbol.parent = moved[symbol.parent];
    }
    for (std::uint32_t i = 0; i < ordered.size(); ++i) {
      if (ordered[i].parent != kNoParent && ordered[i].parent >= i) ordered[i].parent = kNoParent;
    }
    found.symbols = std::move(ordered);
  }

  void count_lines(std::string_view text) {
    if (found.symbols.empty()) return;
    lines.read(text);
    for (Symbol& symbol : found.symbols) {
      symbol.end = std::max(symbol.end, symbol.name_begin + static_cast<std::uint32_t>(symbol.name.size()));
      symbol.line = lines.line_of(symbol.name_begin);
      symbol.last_line = lines.line_of(std::max(symbol.end, 1U) - 1);
    }
  }

  SymbolLimits limits;
  FileSymbols found;
  scan::TokenList list;
  MentionCounter mentions;
  LineIndex lines;
};

SymbolScanner::SymbolScanner(SymbolLimits limits) : state_(std::make_unique<State>(limits)) {}
SymbolScanner::~SymbolScanner() = default;
SymbolScanner::SymbolScanner(SymbolScanner&&) noexcept = default;
SymbolScanner& SymbolScanner::operator=(SymbolScanner&&) noexcept = default;

const FileSymbols& SymbolScanner::scan(std::string_view text, Grammar grammar, Mentions mentions) {
  FileSymbols& found = state_->found;
  found.symbols.clear();
  found.mentions.clear();
  found.completeness = Completeness::whole;
  if (text.size() > std::min<std::uint64_t>(state_->limits.bytes, UINT32_MAX - 1)) {
    found.completeness = Completeness::too_large;
    return found;
  }
  constexpr std::size_t kSniffed = 8'000;  // as git looks for binary files
  if (text.substr(0, kSniffed).contains('\0')) {
    found.completeness = Completeness::binary;
    return found;
  }
  state_->recognise(text, grammar, mentions);
  state_->order();
  state_->count_lines(text);
  return found;
}

}  // namespace tenon::index
