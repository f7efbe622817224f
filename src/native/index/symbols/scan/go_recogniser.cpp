// Go: declarations of a file. Bodies of functions are skipped.
#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

enum Keyword : std::uint8_t { kOther, kPackage, kFunc, kType, kVar, kConst, kImport, kStruct, kInterface, kWord };

class GoRecogniser {
 public:
  GoRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() {
    for (Index i = 0; i < reader_.last();) {
      switch (reader_.keyword(i)) {
        case kPackage:
          if (reader_.is_word(i + 1))
            recorder_.add(SymbolKind::module, reader_.span(i + 1), reader_.span(i, i + 1), kNoParent);
          i += 2;
          break;
        case kFunc:
          i = function(i);
          break;
        case kType:
        case kVar:
        case kConst:
          i = group(i);
          break;
        default:
          i = reader_.past(i);
      }
    }
  }

 private:
  // Where a specification ends: at the first token of a later line, outside of brackets.
  Index line_end(Index i, Index end) const {
    for (i = reader_.past(i); i < end; i = reader_.past(i)) {
      if (reader_.is(i, ';') || (reader_.first_on_line(i) && !continues(i - 1))) return i;
    }
    return end;
  }
  bool continues(Index i) const {
    return reader_.at(i).kind == TokenKind::mark && !reader_.is(i, '+') && !reader_.is(i, '-');
  }

  Index function(Index start) {
    Index i = start + 1;
    Span receiver{};
    if (reader_.is(i, '(')) {
      for (Index k = i + 1; k < reader_.inside_end(i) && !reader_.is(k, '['); ++k) {
        if (reader_.is_word(k)) receiver = reader_.span(k);
      }
      i = reader_.past(i);
    }
    if (!reader_.is_word(i)) return i;
    const Index name = i;
    if (reader_.is(++i, '[')) i = reader_.past(i);
    if (!reader_.is(i, '(')) return i;
    i = reader_.past(i);
    while (i < reader_.last() && !reader_.is(i, ';') && !(reader_.first_on_line(i) && !continues(i - 1))) {
      const bool literal = reader_.keyword(i - 1) == kStruct || reader_.keyword(i - 1) == kInterface;
      if (reader_.is(i, '{') && !literal) {
        i = reader_.past(i);
        break;
      }
      i = reader_.past(i);
    }
    recorder_.add(receiver.end != 0 ? SymbolKind::method : SymbolKind::function, reader_.span(name),
                  reader_.span(start, i - 1), kNoParent, receiver);
    return i;
  }

  Index group(Index start) {
    const std::uint8_t keyword = reader_.keyword(start);
    if (!reader_.is(start + 1, '(')) {
      const Index end = line_end(start, reader_.last());
      specification(keyword, start, start + 1, end);
      return end;
    }
    const Index close = reader_.inside_end(start + 1);
    for (Index i = start + 2; i < close;) {
      const Index end = line_end(i, close);
      specification(keyword, i, i, end);
      i = reader_.is(end, ';') ? end + 1 : end;
    }
    return reader_.past(start + 1);
  }

  void specification(std::uint8_t keyword, Index start, Index i, Index end) {
    if (!reader_.is_word(i)) return;
    if (keyword == kType) return type(start, i, end);
    const SymbolKind kind = keyword == kConst ? SymbolKind::constant : SymbolKind::variable;
    while (reader_.is_word(i) && i < end) {
      if (reader_.text(i) != "_") recorder_.add(kind, reader_.span(i), reader_.span(start, end - 1), kNoParent);
      if (!reader_.is(i + 1, ',')) return;
      i += 2;
    }
  }

  void type(Index start, Index name, Index end) {
    Index i = name + 1;
    // Type parameters, not the length of an array.
    if (reader_.is(i, '[') && reader_.is_word(i + 1) && reader_.inside_end(i) > i + 2) i = reader_.past(i);
    if (reader_.is(i, '=')) ++i;
    const bool structure = reader_.keyword(i) == kStruct;
    const bool interface = reader_.keyword(i) == kInterface;
    const SymbolKind kind = structure ? SymbolKind::structure : interface ? SymbolKind::interface : SymbolKind::type;
    const std::uint32_t self = recorder_.add(kind, reader_.span(name), reader_.span(start, end - 1), kNoParent);
    const Index open = i + 1;
    if ((structure || interface) && reader_.is(open, '{')) members(open + 1, reader_.inside_end(open), self, 0);
  }

  void members(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    while (i < end) {
      const Index next = line_end(i, end);
      member(i, next, parent, depth);
      i = reader_.is(next, ';') ? next + 1 : std::max(next, i + 1);
    }
  }

  void member(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    const Index start = i;
    if (reader_.is(i, '*')) ++i;
    if (!reader_.is_word(i)) return;
    if (recorder_.kind_of(parent) == SymbolKind::interface && reader_.is(i + 1, '(')) {
      recorder_.add(SymbolKind::method, reader_.span(i), reader_.span(i, end - 1), parent);
      return;
    }
    while (reader_.is(i + 1, '.') && reader_.is_word(i + 2)) i += 2;  // an embedded type of a package
    std::uint32_t last = parent;
    Index name = i;
    for (;;) {
      if (reader_.is_word(name))
        last = recorder_.add(SymbolKind::field, reader_.span(name), reader_.span(start, end - 1), parent);
      if (!reader_.is(name + 1, ',') || name + 2 >= end) break;
      name += 2;
    }
    for (Index k = name + 1; k + 1 < end; ++k) {
      if (reader_.keyword(k) == kStruct && reader_.is(k + 1, '{')) {
        return members(k + 2, reader_.inside_end(k + 1), last, depth + 1);
      }
      if (reader_.is(k, '{')) return;
    }
  }

  TokenReader reader_;
  Recorder& recorder_;
};

}  // namespace

void recognise_go(const TokenList& list, Recorder& recorder) { GoRecogniser(list, recorder).run(); }

const KeywordTable& go_keywords() {
  static const KeywordTable kTable({
      {"package", kPackage}, {"func", kFunc},     {"type", kType},           {"var", kVar},     {"const", kConst},
      {"import", kImport},   {"struct", kStruct}, {"interface", kInterface}, {"map", kWord},    {"chan", kWord},
      {"return", kWord},     {"if", kWord},       {"else", kWord},           {"for", kWord},    {"range", kWord},
      {"switch", kWord},     {"case", kWord},     {"default", kWord},        {"select", kWord}, {"go", kWord},
      {"defer", kWord},      {"break", kWord},    {"continue", kWord},       {"goto", kWord},   {"fallthrough", kWord},
      {"nil", kWord},        {"true", kWord},     {"false", kWord},          {"string", kWord}, {"int", kWord},
      {"error", kWord},      {"bool", kWord},     {"byte", kWord},
  });
  return kTable;
}

}  // namespace tenon::index::scan
