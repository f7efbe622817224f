// Rust: items of a file, of modules, traits and implementations, and of the bodies of functions.
#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

enum Keyword : std::uint8_t {
  kOther,
  kFn,
  kStruct,
  kEnum,
  kTrait,
  kImpl,
  kMod,
  kType,
  kConst,
  kStatic,
  kMacroRules,
  kModifier,
  kWhere,
  kFor,
  kWord
};

class RustRecogniser {
 public:
  RustRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() { scope(0, reader_.last(), kNoParent, 0); }

 private:
  void scope(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    Index start = i;
    while (i < end) {
      const Index next = item(start, i, end, parent, depth);
      if (next != i) {
        start = i = next;
        continue;
      }
      // What stands before an item belongs to it; anything else is not an item.
      const bool prefix = reader_.keyword(i) == kModifier || reader_.is_text(i) ||
                          (reader_.is(i, '(') && i > start && reader_.keyword(i - 1) == kModifier);
      const bool attribute = reader_.is(i, '#') && reader_.is(i + 1, '[');
      if (attribute) {
        i = reader_.past(i + 1);
      } else if (prefix) {
        i = reader_.past(i);
      } else {
        if (reader_.is(i, '{') || reader_.is(i, '(')) scope(i + 1, reader_.inside_end(i), parent, depth + 1);
        i = reader_.past(i);
        start = i;
      }
    }
  }

  // Behind the item that begins at the keyword; `i` when none does.
  Index item(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    switch (reader_.keyword(i)) {
      case kFn:
        return function(start, i, end, parent, depth);
      case kStruct:
        return structure(start, i, end, parent);
      case kEnum:
        return enumeration(start, i, end, parent);
      case kTrait:
        return container(start, i, end, parent, depth, SymbolKind::interface);
      case kMod:
        return container(start, i, end, parent, depth, SymbolKind::module);
      case kImpl:
        return implementation(i, end, parent, depth);
      case kType:
      case kConst:
      case kStatic:
        if (i > 0 && reader_.is(i - 1, '\'')) return i;  // a lifetime
        return value(start, i, end, parent, depth);
      case kMacroRules:
        return macro(start, i, parent);
      default:
        return i;
    }
  }

  // The `{` or `;` that ends a head.
  Index head_end(Index i, Index end) const {
    while (i < end && !reader_.is(i, '{') && !reader_.is(i, ';')) i = reader_.past(i);
    return i;
  }

  Index function(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!reader_.is_word(i + 1)) return i + 1;  // a type: fn(i32)
    const Index open = head_end(i + 2, end);
    const Index after = std::min(reader_.past(open), end);
    const SymbolKind kind = method_around_ ? SymbolKind::method : SymbolKind::function;
    const std::uint32_t self =
        recorder_.add(kind, reader_.span(i + 1), reader_.span(start, std::max(after, i + 2) - 1), parent, type_around_);
    if (reader_.is(open, '{')) {
      const Around around = leave();
      scope(open + 1, reader_.inside_end(open), self, depth + 1);
      restore(around);
    }
    return std::max(after, i + 2);
  }

  Index structure(Index start, Index i, Index end, std::uint32_t parent) {
    if (!reader_.is_name(i + 1)) return i + 1;
    const Index open = head_end(i + 2, end);
    const Index after = std::min(reader_.past(open), end);
    const std::uint32_t self = recorder_.add(SymbolKind::structure, reader_.span(i + 1),
                                             reader_.span(start, std::max(after, i + 2) - 1), parent);
    if (reader_.is(open, '{')) fields(open, self);
    return std::max(after, i + 2);
  }

  void fields(Index open, std::uint32_t parent) {
    const Index close = reader_.inside_end(open);
    for (Index k = open + 1; k < close; ++k) {
      while (reader_.is(k, '#') && reader_.is(k + 1, '[')) k = reader_.past(k + 1);
      const Index start = k;
      while (reader_.keyword(k) == kModifier || reader_.is(k, '(')) k = reader_.past(k);
      if (reader_.is_word(k) && reader_.is(k + 1, ':')) {
        recorder_.add(SymbolKind::field, reader_.span(k), reader_.span(start, k), parent);
      }
      while (k < close && !reader_.is(k, ',')) {
        const Index past = reader_.is(k, '<') ? reader_.past_angles(k, close) : k;
        k = past != k ? past : reader_.past(k);
      }
    }
  }

  Index enumeration(Index start, Index i, Index end, std::uint32_t parent) {
    if (!reader_.is_name(i + 1)) return i + 1;
    const Index open = head_end(i + 2, end);
    if (!reader_.is(open, '{')) return open;
    const Index after = std::min(reader_.past(open), end);
    const std::uint32_t self =
        recorder_.add(SymbolKind::enumeration, reader_.span(i + 1), reader_.span(start, after - 1), parent);
    const Index close = reader_.inside_end(open);
    for (Index k = open + 1; k < close; ++k) {
      while (reader_.is(k, '#') && reader_.is(k + 1, '[')) k = reader_.past(k + 1);
      const Index name = k;
      while (k < close && !reader_.is(k, ',')) k = reader_.past(k);
      if (!reader_.is_word(name)) continue;
      const std::uint32_t variant =
          recorder_.add(SymbolKind::enumerator, reader_.span(name), reader_.span(name, k - 1), self);
      if (reader_.is(name + 1, '{')) fields(name + 1, variant);
    }
    return after;
  }

  Index container(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth, SymbolKind kind) {
    if (!reader_.is_word(i + 1)) return i + 1;
    const Index open = head_end(i + 2, end);
    const Index after = std::max(std::min(reader_.past(open), end), i + 2);
    const std::uint32_t self = recorder_.add(kind, reader_.span(i + 1), reader_.span(start, after - 1), parent);
    if (!reader_.is(open, '{')) return after;
    const Around around = leave();
    method_around_ = kind == SymbolKind::interface;
    scope(open + 1, reader_.inside_end(open), self, depth + 1);
    restore(around);
    return after;
  }

  // Its functions belong to the type, wherever that is defined.
  Index implementation(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    const Index open = head_end(i + 1, end);
    if (!reader_.is(open, '{')) return open + 1;
    Index k = i + 1;
    if (reader_.is(k, '<')) k = std::max(k, reader_.past_angles(k, open));
    Index name = 0;
    while (k < open && reader_.keyword(k) != kWhere) {
      if (reader_.keyword(k) == kFor) name = 0;
      if (reader_.is_name(k)) name = k;
      k = reader_.is(k, '<') ? std::max(k + 1, reader_.past_angles(k, open)) : reader_.past(k);
    }
    const Around around = leave();
    method_around_ = true;
    if (name != 0) type_around_ = reader_.span(name);
    scope(open + 1, reader_.inside_end(open), parent, depth + 1);
    restore(around);
    return reader_.past(open);
  }

  Index value(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    const std::uint8_t keyword = reader_.keyword(i);
    Index name = i + 1;
    if (keyword == kConst && (reader_.keyword(name) == kFn || reader_.keyword(name) == kModifier)) {
      while (reader_.keyword(name) == kModifier || reader_.is_text(name)) ++name;
      return reader_.keyword(name) == kFn ? name : i + 1;
    }
    if (reader_.text(name) == "mut") ++name;
    if (!reader_.is_name(name)) return name;
    Index semicolon = name;
    while (semicolon < end && !reader_.is(semicolon, ';')) semicolon = reader_.past(semicolon);
    if (reader_.text(name) != "_") {
      const SymbolKind kind = keyword == kType    ? SymbolKind::type
                              : keyword == kConst ? SymbolKind::constant
                                                  : SymbolKind::variable;
      recorder_.add(kind, reader_.span(name), reader_.span(start, std::min(semicolon, end)), parent, type_around_);
    }
    if (keyword != kType) {  // `const _: () = { impl … };`
      const Around around = leave();
      scope(name + 1, semicolon, parent, depth + 1);
      restore(around);
    }
    return std::min(semicolon + 1, end);
  }

  Index macro(Index start, Index i, std::uint32_t parent) {
    if (!reader_.is(i + 1, '!') || !reader_.is_word(i + 2)) return i + 1;
    const Index after = reader_.past(i + 3);
    recorder_.add(SymbolKind::macro, reader_.span(i + 2), reader_.span(start, after - 1), parent);
    return after;
  }

  struct Around {
    bool method;
    Span type;
  };
  Around leave() {
    const Around around{method_around_, type_around_};
    method_around_ = false;
    type_around_ = {};
    return around;
  }
  void restore(const Around& around) {
    method_around_ = around.method;
    type_around_ = around.type;
  }

  TokenReader reader_;
  Recorder& recorder_;
  bool method_around_ = false;
  Span type_around_;
};

}  // namespace

void recognise_rust(const TokenList& list, Recorder& recorder) { RustRecogniser(list, recorder).run(); }

const KeywordTable& rust_keywords() {
  static const KeywordTable kTable({
      {"fn", kFn},
      {"struct", kStruct},
      {"union", kStruct},
      {"enum", kEnum},
      {"trait", kTrait},
      {"impl", kImpl},
      {"mod", kMod},
      {"type", kType},
      {"const", kConst},
      {"static", kStatic},
      {"macro_rules", kMacroRules},
      {"pub", kModifier},
      {"unsafe", kModifier},
      {"async", kModifier},
      {"extern", kModifier},
      {"default", kModifier},
      {"where", kWhere},
      {"for", kFor},
      {"let", kWord},
      {"mut", kWord},
      {"if", kWord},
      {"else", kWord},
      {"match", kWord},
      {"loop", kWord},
      {"while", kWord},
      {"return", kWord},
      {"use", kWord},
      {"self", kWord},
      {"crate", kWord},
      {"super", kWord},
      {"as", kWord},
      {"in", kWord},
      {"ref", kWord},
      {"move", kWord},
      {"dyn", kWord},
      {"break", kWord},
      {"continue", kWord},
      {"true", kWord},
      {"false", kWord},
      {"await", kWord},
  });
  return kTable;
}

}  // namespace tenon::index::scan
