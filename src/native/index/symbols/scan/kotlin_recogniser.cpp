// Kotlin: declarations of files and classes; of bodies and values the functions and types, wherever they stand. Plain
// variables of functions are left out.
#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

enum Keyword : std::uint8_t {
  kOther,
  kPackage,
  kClass,
  kInterface,
  kObject,
  kFun,
  kValue,
  kAlias,
  kModifier,
  kEnum,
  kConst,
  kAccessor,
  kInit,
  kImport,
  kWord
};

class KotlinRecogniser {
 public:
  KotlinRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() { scope(0, reader_.last(), kNoParent, 0); }

 private:
  void scope(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    Index start = i;
    while (i < end) {
      const Index next = declaration(start, i, end, parent, depth);
      if (next != i) {
        start = i = next;
      } else if (reader_.keyword(i) == kModifier || reader_.keyword(i) == kEnum || reader_.keyword(i) == kConst) {
        ++i;
      } else if (reader_.is(i, '@')) {
        i += 2;
        if (reader_.is(i, '(') && !reader_.first_on_line(i)) i = reader_.past(i);
      } else {
        if (reader_.is(i, '{')) code(i + 1, reader_.inside_end(i), parent, depth + 1);  // init, get, set
        i = reader_.past(i);
        start = i;
      }
    }
  }

  // Statements and expressions: functions and types are recorded, everything else is walked over.
  void code(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    while (i < end) {
      const std::uint8_t keyword = reader_.keyword(i);
      const bool expression = i > 0 && (reader_.is(i - 1, ':') || reader_.is(i - 1, '.'));  // Type::class
      if (keyword == kFun || ((keyword == kClass || keyword == kInterface || keyword == kObject) && !expression)) {
        const Index next = declaration(i, i, end, parent, depth);
        i = std::max(next, i + 1);
      } else if (reader_.is_open(i)) {
        code(i + 1, reader_.inside_end(i), parent, depth + 1);
        i = reader_.past(i);
      } else {
        ++i;
      }
    }
  }

  bool has(Index from, Index to, Keyword keyword) const {
    for (Index i = from; i < to; ++i) {
      if (reader_.keyword(i) == keyword) return true;
    }
    return false;
  }

  Index declaration(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    switch (reader_.keyword(i)) {
      case kPackage:
        return package(i);
      case kImport:
        return i + 2;
      case kClass:
      case kInterface:
        return type(start, i, end, parent, depth);
      case kObject:
        return type(start, i, end, parent, depth);
      case kFun:
        if (reader_.keyword(i + 1) == kInterface) return i;
        return function(start, i, end, parent, depth);
      case kValue:
        return value(start, i, end, parent, depth);
      case kAlias:
        if (!reader_.is_word(i + 1)) return i + 1;
        recorder_.add(SymbolKind::type, reader_.span(i + 1), reader_.span(start, line_end(i, end) - 1), parent);
        return line_end(i, end);
      default:
        return i;
    }
  }

  Index line_end(Index i, Index end) const {
    for (i = reader_.past(i); i < end; i = reader_.past(i)) {
      if (reader_.first_on_line(i) || reader_.is(i, ';')) return i;
    }
    return end;
  }

  Index package(Index i) {
    Index last = i + 1;
    if (!reader_.is_word(last)) return last;
    while (reader_.is(last + 1, '.')) last += 2;
    recorder_.add(SymbolKind::module, reader_.span(i + 1, last), reader_.span(i, last), kNoParent);
    return last + 1;
  }

  // Where a head ends: at its body, or before the next declaration.
  Index head_end(Index i, Index end) const {
    while (i < end && !reader_.is(i, '{') && !reader_.is(i, '=')) {
      if (reader_.first_on_line(i) && !reader_.is(i, ':') && !reader_.is(i, ',') && !reader_.is(i, '(') &&
          reader_.text(i) != "where" && !reader_.is(i - 1, ':') && !reader_.is(i - 1, ',') &&
          !leads_to_constructor(i)) {
        return i;
      }
      if (reader_.is(i, ';') || reader_.is_close(i)) return i;
      i = reader_.is(i, '<') ? std::max(i + 1, reader_.past_angles(i, end)) : reader_.past(i);
    }
    return i;
  }

  // `@Inject private constructor(` on a line of its own.
  bool leads_to_constructor(Index i) const {
    constexpr Index kLongest = 40;  // tokens
    for (const Index first = i; i - first < kLongest;) {
      if (reader_.text(i) == "constructor") return true;
      if (reader_.is(i, '@')) {
        i += 2;
        while (reader_.is(i, '.') || reader_.is(i, ':')) i += 2;
        if (reader_.is(i, '(')) i = reader_.past(i);
      } else if (reader_.keyword(i) == kModifier) {
        ++i;
      } else {
        return false;
      }
    }
    return false;
  }

  Index type(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index name = i + 1;
    const bool named = reader_.is_word(name) && !reader_.first_on_line(name) && reader_.text(name) != "by";
    if (!named && !has(start, i, kModifier)) {
      // `object : Type {`: an expression.
      const Index open = head_end(name, end);
      if (reader_.is(open, '{')) scope(open + 1, reader_.inside_end(open), parent, depth + 1);
      return reader_.is(open, '{') ? reader_.past(open) : open;
    }
    const Index open = head_end(named ? name + 1 : name, end);
    const Index after = reader_.is(open, '{') ? reader_.past(open) : open;
    const SymbolKind kind = reader_.keyword(i) == kInterface   ? SymbolKind::interface
                            : has(start, i, kEnum)             ? SymbolKind::enumeration
                                                               : SymbolKind::klass;
    const std::uint32_t self =
        recorder_.add(kind, reader_.span(named ? name : i), reader_.span(start, after - 1), parent);
    constructor_properties(name + 1, open, self);
    if (reader_.is(open, '{')) {
      const Index close = reader_.inside_end(open);
      Index body = open + 1;
      if (kind == SymbolKind::enumeration) body = entries(body, close, self, depth);
      scope(body, close, self, depth + 1);
    }
    return std::max(after, i + 1);
  }

  void constructor_properties(Index i, Index end, std::uint32_t self) {
    for (; i < end; i = reader_.past(i)) {
      if (!reader_.is(i, '(')) continue;
      for (Index k = i + 1; k < reader_.inside_end(i); k = reader_.past(k)) {
        if (reader_.keyword(k) != kValue || !reader_.is_word(k + 1)) continue;
        recorder_.add(SymbolKind::property, reader_.span(k + 1), reader_.span(k, k + 1), self);
      }
    }
  }

  Index entries(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    while (i < end && !reader_.is(i, ';')) {
      if (reader_.keyword(i) == kFun || reader_.keyword(i) == kValue) return i;
      const Index name = i;
      Index body = 0;
      for (; i < end && !reader_.is(i, ',') && !reader_.is(i, ';'); i = reader_.past(i)) {
        if (reader_.is(i, '{')) body = i;
      }
      if (reader_.is_word(name)) {
        const std::uint32_t self =
            recorder_.add(SymbolKind::enumerator, reader_.span(name), reader_.span(name, i - 1), parent);
        if (body != 0) scope(body + 1, reader_.inside_end(body), self, depth + 1);
      }
      if (reader_.is(i, ',')) ++i;
    }
    return i;
  }

  bool in_type(std::uint32_t parent) const {
    if (parent == kNoParent) return false;
    const SymbolKind kind = recorder_.kind_of(parent);
    return kind != SymbolKind::function && kind != SymbolKind::method && kind != SymbolKind::variable;
  }

  Index function(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index k = i + 1;
    if (reader_.is(k, '<')) k = std::max(k, reader_.past_angles(k, end));
    Index name = 0;
    Index receiver = 0;
    while (k < end && !reader_.is(k, '(')) {
      if (reader_.first_on_line(k) || reader_.is(k, '{')) return k;
      if (reader_.is_word(k) || reader_.is_text(k)) {
        if (name != 0) receiver = name;
        name = k;
      }
      k = reader_.is(k, '<') ? std::max(k + 1, reader_.past_angles(k, end)) : k + 1;
    }
    if (name == 0) return std::max(k, i + 1);
    const Index open = head_end(reader_.past(k), end);
    Index after = open;
    if (reader_.is(open, '{')) after = reader_.past(open);
    if (reader_.is(open, '=')) after = expression_end(open + 1, end);
    const Span span = reader_.is_text(name) ? reader_.unquoted(name) : reader_.span(name);
    const std::uint32_t self =
        recorder_.add(in_type(parent) ? SymbolKind::method : SymbolKind::function, span, reader_.span(start, after - 1),
                      parent, receiver != 0 ? reader_.span(receiver) : Span{});
    if (after > open) code(open, after, self, depth + 1);
    return std::max(after, i + 1);
  }

  // A mark that needs something behind it; `Type?`, `List<Type>`, `value!!` and `*/` need nothing.
  bool is_operator(Index i) const {
    if (reader_.at(i).kind != TokenKind::mark || reader_.is(i, '?') || reader_.is(i, '!')) return false;
    return !reader_.is(i, '>') || reader_.is_arrow(i);
  }

  // Lines that begin with an operator or a dot go on with the expression before them.
  Index expression_end(Index i, Index end) const {
    for (i = reader_.past(i); i < end; i = reader_.past(i)) {
      if (reader_.is(i, ';') || reader_.is_close(i)) return i;
      const bool goes_on = reader_.at(i).kind == TokenKind::mark && !reader_.is(i, '@');
      const bool open_before = is_operator(i - 1);
      if (reader_.first_on_line(i) && !goes_on && !open_before && !reader_.is(i, '{')) return i;
    }
    return end;
  }

  Index value(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index name = i + 1;
    if (reader_.is(name, '<')) name = std::max(name, reader_.past_angles(name, end));
    while (reader_.is(name + 1, '.') && reader_.is_word(name + 2)) name += 2;  // of an extension
    if (!reader_.is_word(name)) return reader_.past(name);
    const Index after = expression_end(name, end);
    const SymbolKind kind = has(start, i, kConst) ? SymbolKind::constant
                            : in_type(parent)     ? SymbolKind::property
                                                  : SymbolKind::variable;
    const std::uint32_t self = recorder_.add(kind, reader_.span(name), reader_.span(start, after - 1), parent);
    code(name + 1, after, self, depth + 1);
    return after;
  }

  TokenReader reader_;
  Recorder& recorder_;
};

}  // namespace

void recognise_kotlin(const TokenList& list, Recorder& recorder) { KotlinRecogniser(list, recorder).run(); }

const KeywordTable& kotlin_keywords() {
  static const KeywordTable kTable({
      {"package", kPackage},
      {"import", kImport},
      {"class", kClass},
      {"interface", kInterface},
      {"object", kObject},
      {"fun", kFun},
      {"val", kValue},
      {"var", kValue},
      {"typealias", kAlias},
      {"enum", kEnum},
      {"const", kConst},
      {"public", kModifier},
      {"private", kModifier},
      {"protected", kModifier},
      {"internal", kModifier},
      {"open", kModifier},
      {"abstract", kModifier},
      {"final", kModifier},
      {"sealed", kModifier},
      {"data", kModifier},
      {"inner", kModifier},
      {"inline", kModifier},
      {"value", kModifier},
      {"annotation", kModifier},
      {"companion", kModifier},
      {"override", kModifier},
      {"suspend", kModifier},
      {"operator", kModifier},
      {"infix", kModifier},
      {"tailrec", kModifier},
      {"external", kModifier},
      {"lateinit", kModifier},
      {"vararg", kModifier},
      {"expect", kModifier},
      {"actual", kModifier},
      {"return", kWord},
      {"if", kWord},
      {"else", kWord},
      {"when", kWord},
      {"for", kWord},
      {"while", kWord},
      {"null", kWord},
      {"true", kWord},
      {"false", kWord},
      {"this", kWord},
      {"super", kWord},
      {"is", kWord},
      {"in", kWord},
      {"as", kWord},
      {"throw", kWord},
      {"try", kWord},
  });
  return kTable;
}

}  // namespace tenon::index::scan
