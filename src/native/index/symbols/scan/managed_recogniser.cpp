#include "native/index/symbols/scan/managed_keywords.h"

#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"

namespace tenon::index::scan {
namespace {

using K = ManagedKeyword;

class ManagedRecogniser {
 public:
  ManagedRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() { scope(0, reader_.last(), kNoParent, 0); }

 private:
  K keyword(Index i) const { return static_cast<K>(reader_.keyword(i)); }
  // `record` and the like are names where a name is due.
  bool is_name(Index i) const { return reader_.is_name(i) || (keyword(i) == K::record && !starts_record(i)); }
  bool starts_record(Index i) const {
    return reader_.is_name(i + 1) || keyword(i + 1) == K::structure || keyword(i + 1) == K::klass;
  }

  void scope(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    while (i < end) {
      // A namespace without braces holds what follows it.
      const std::uint32_t before = file_module_ != kNoParent && parent == kNoParent ? file_module_ : parent;
      i = member(i, end, before, depth);
    }
  }

  Index past_statement(Index i, Index end) const {
    while (i < end && !reader_.is(i, ';')) i = reader_.past(i);
    return std::min(i + 1, end);
  }

  Index member(Index start, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index i = start;
    while (i < end) {
      if (reader_.is(i, '@') && keyword(i + 1) != K::interface) {
        i += 2;
        while (reader_.is(i, '.') && reader_.is_word(i + 1)) i += 2;
        if (reader_.is(i, '(')) i = reader_.past(i);
      } else if (keyword(i) == K::modifier || reader_.is(i, '[') || reader_.is(i, '@')) {
        i = reader_.past(i);
      } else if (reader_.is(i, '<')) {
        i = std::max(reader_.past_angles(i, end), i + 1);
      } else {
        break;
      }
    }
    if (i >= end) return end;
    if (reader_.is(i, '{')) return reader_.past(i);  // an initialiser
    if (reader_.is(i, ';') || reader_.is_close(i)) return i + 1;
    switch (keyword(i)) {
      case K::import:
        return past_statement(i, end);
      case K::module:
        return module(i, end, parent, depth);
      case K::klass:
      case K::structure:
      case K::interface:
        return type(start, i, end, parent, depth);
      case K::record:
        if (starts_record(i)) return type(start, i, end, parent, depth);
        break;
      case K::enumeration:
        return enumeration(start, i, end, parent, depth);
      case K::delegate:
        return delegate(start, i, end, parent);
      default:
        break;
    }
    return declaration(start, i, end, parent);
  }

  Index module(Index start, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index last = start + 1;
    if (!reader_.is_word(last)) return last;
    while (reader_.is(last + 1, '.') && reader_.is_word(last + 2)) last += 2;
    const Index open = last + 1;
    const Span name = reader_.span(start + 1, last);
    if (!reader_.is(open, '{')) {
      file_module_ =
          recorder_.add(SymbolKind::module, name, {reader_.at(start).begin, reader_.at(reader_.last()).end}, parent);
      return std::min(open + 1, end);
    }
    const Index close = reader_.inside_end(open);
    scope(open + 1, close, recorder_.add(SymbolKind::module, name, reader_.span(start, close), parent), depth + 1);
    return reader_.past(open);
  }

  SymbolKind kind_of(Index i) const {
    switch (keyword(i)) {
      case K::interface:
        return SymbolKind::interface;
      case K::structure:
        return SymbolKind::structure;
      default:
        return SymbolKind::klass;
    }
  }

  Index body_of(Index i, Index end) const {
    while (i < end && !reader_.is(i, '{') && !reader_.is(i, ';')) i = reader_.past(i);
    return i;
  }

  Index type(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    const SymbolKind kind = kind_of(i);
    const bool record = keyword(i) == K::record;
    Index name = i + 1;
    if (record && !reader_.is_name(name)) ++name;  // record struct
    if (!reader_.is_word(name)) return name;
    const Index open = body_of(name + 1, end);
    const Index after = std::min(reader_.past(open), end);
    const std::uint32_t self =
        recorder_.add(kind, reader_.span(name), reader_.span(start, std::max(after, start + 1) - 1), parent);
    Index components = name + 1;
    if (reader_.is(components, '<')) components = reader_.past_angles(components, end);
    if (record && reader_.is(components, '(')) record_components(components, self);
    if (reader_.is(open, '{')) scope(open + 1, reader_.inside_end(open), self, depth + 1);
    return std::max(after, start + 1);
  }

  void record_components(Index open, std::uint32_t self) {
    Index name = 0;
    for (Index i = open + 1; i <= reader_.inside_end(open); i = reader_.past(i)) {
      if (reader_.is_name(i)) name = i;
      if (reader_.is(i, '<')) i = std::max(i, reader_.past_angles(i, reader_.inside_end(open)) - 1);
      if ((reader_.is(i, ',') || reader_.is(i, ')')) && name != 0) {
        recorder_.add(SymbolKind::field, reader_.span(name), reader_.span(name), self);
        name = 0;
      }
    }
  }

  Index enumeration(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    const Index open = body_of(i + 1, end);
    const Index after = reader_.past(open);
    if (!reader_.is_word(i + 1) || !reader_.is(open, '{')) return std::min(after, end);
    const std::uint32_t self =
        recorder_.add(SymbolKind::enumeration, reader_.span(i + 1), reader_.span(start, after - 1), parent);
    const Index close = reader_.inside_end(open);
    Index k = open + 1;
    while (k < close && !reader_.is(k, ';')) {
      while (reader_.is(k, '@') || reader_.is(k, '[')) {
        k = reader_.is(k, '[') ? reader_.past(k) : k + 2;
        if (reader_.is(k, '(')) k = reader_.past(k);
      }
      const Index name = k;
      while (k < close && !reader_.is(k, ',') && !reader_.is(k, ';')) k = reader_.past(k);
      if (reader_.is_word(name)) {
        recorder_.add(SymbolKind::enumerator, reader_.span(name), reader_.span(name, k - 1), self);
      }
      if (reader_.is(k, ',')) ++k;
    }
    if (k < close) scope(k + 1, close, self, depth + 1);
    return std::min(after, end);
  }

  Index delegate(Index start, Index i, Index end, std::uint32_t parent) {
    const Index after = past_statement(i, end);
    for (Index k = i + 1; k < after; ++k) {
      if (!reader_.is_name(k)) continue;
      const Index next = reader_.is(k + 1, '<') ? reader_.past_angles(k + 1, after) : k + 1;
      if (reader_.is(next, '(')) {
        recorder_.add(SymbolKind::type, reader_.span(k), reader_.span(start, after - 1), parent);
        break;
      }
    }
    return after;
  }

  // Type, name, and what follows it: parameters of a method, the body of a property, the value of a field.
  Index declaration(Index start, Index i, Index end, std::uint32_t parent) {
    Index name = 0;
    std::uint32_t words = 0;
    bool event = false;
    for (; i < end; i = reader_.past(i)) {
      if (keyword(i) == K::event) event = true;
      if (keyword(i) == K::operation) return operation(start, i, end, parent);
      if (is_name(i) || keyword(i) == K::type) {
        ++words;
        if (is_name(i)) name = i;
      } else if (reader_.is(i, '<')) {
        const Index past = reader_.past_angles(i, end);
        if (past == i) return past_statement(i, end);
        i = past - 1;
      } else if (reader_.is(i, '(') && name != 0) {
        const bool destructor = reader_.is(name - 1, '~');
        const Span span = destructor ? reader_.span(name - 1, name) : reader_.span(name);
        return method(start, span, i, end, parent);
      } else if (reader_.is(i, '{') && name != 0 && words > 1) {
        return property(start, name, i, end, parent);
      } else if (reader_.is(i, "=>") && name != 0 && words > 1) {
        const Index after = past_statement(i, end);
        recorder_.add(SymbolKind::property, reader_.span(name), reader_.span(start, after - 1), parent);
        return after;
      } else if (reader_.is(i, '=') || reader_.is(i, ';') || reader_.is(i, ',')) {
        return fields(start, name, words, i, end, parent, event);
      } else if (reader_.is(i, '{') || reader_.is_close(i)) {
        return reader_.past(i);
      } else if (reader_.is(i, '[') && reader_.text(i - 1) == "this") {
        name = i - 1;
      }
    }
    return end;
  }

  Index operation(Index start, Index i, Index end, std::uint32_t parent) {
    Index open = i + 1;
    while (open < end && !reader_.is(open, '(')) ++open;
    const Index after = past_body(reader_.past(open), end);
    recorder_.add(SymbolKind::method, reader_.span(i, open - 1), reader_.span(start, after - 1), parent);
    return after;
  }

  // Behind `{…}`, `=> …;` or `;`.
  Index past_body(Index i, Index end) const {
    while (i < end && !reader_.is(i, '{') && !reader_.is(i, ';')) i = reader_.past(i);
    return std::min(reader_.past(i), end);
  }

  Index method(Index start, Span name, Index open, Index end, std::uint32_t parent) {
    const Index after = past_body(reader_.past(open), end);
    if (parent == kNoParent || recorder_.kind_of(parent) == SymbolKind::module) {
      if (reader_.is(after - 1, ';')) return after;  // a statement of a script
      recorder_.add(SymbolKind::function, name, reader_.span(start, after - 1), parent);
    } else {
      recorder_.add(SymbolKind::method, name, reader_.span(start, after - 1), parent);
    }
    return after;
  }

  Index property(Index start, Index name, Index open, Index end, std::uint32_t parent) {
    Index after = reader_.past(open);
    if (reader_.is(after, '=')) after = past_statement(after, end);
    recorder_.add(SymbolKind::property, reader_.span(name), reader_.span(start, after - 1), parent);
    return std::min(after, end);
  }

  Index fields(Index start, Index name, std::uint32_t words, Index i, Index end, std::uint32_t parent, bool event) {
    const bool in_type = parent != kNoParent && recorder_.kind_of(parent) != SymbolKind::module;
    const SymbolKind kind = event ? SymbolKind::property : SymbolKind::field;
    while (i < end) {
      if (name != 0 && words > 1 && in_type) recorder_.add(kind, reader_.span(name), reader_.span(start, name), parent);
      name = 0;
      while (i < end && !reader_.is(i, ',') && !reader_.is(i, ';')) {
        i = reader_.is(i, '<') ? std::max(i + 1, reader_.past_angles(i, end)) : reader_.past(i);
      }
      if (!reader_.is(i, ',')) break;
      ++i;
      if (reader_.is_name(i)) name = i;
      if (name == 0) break;
    }
    return past_statement(i, end);
  }

  TokenReader reader_;
  Recorder& recorder_;
  std::uint32_t file_module_ = kNoParent;
};

constexpr std::uint8_t id(K keyword) { return static_cast<std::uint8_t>(keyword); }

}  // namespace

void recognise_java(const TokenList& list, Recorder& recorder) { ManagedRecogniser(list, recorder).run(); }

void recognise_csharp(const TokenList& list, Recorder& recorder) {
  for (const Define& define : list.defines) {
    recorder.add(SymbolKind::macro, {define.begin, define.end}, {define.line_begin, define.definition_end}, kNoParent);
  }
  ManagedRecogniser(list, recorder).run();
}

const KeywordTable& java_keywords() {
  static const KeywordTable kTable({
      {"package", id(K::module)},
      {"class", id(K::klass)},
      {"interface", id(K::interface)},
      {"enum", id(K::enumeration)},
      {"record", id(K::record)},
      {"import", id(K::import)},
      {"public", id(K::modifier)},
      {"private", id(K::modifier)},
      {"protected", id(K::modifier)},
      {"static", id(K::modifier)},
      {"final", id(K::modifier)},
      {"abstract", id(K::modifier)},
      {"synchronized", id(K::modifier)},
      {"native", id(K::modifier)},
      {"transient", id(K::modifier)},
      {"volatile", id(K::modifier)},
      {"strictfp", id(K::modifier)},
      {"default", id(K::modifier)},
      {"sealed", id(K::modifier)},
      {"throws", id(K::condition)},
      {"extends", id(K::condition)},
      {"implements", id(K::condition)},
      {"permits", id(K::condition)},
      {"void", id(K::type)},
      {"int", id(K::type)},
      {"long", id(K::type)},
      {"short", id(K::type)},
      {"byte", id(K::type)},
      {"char", id(K::type)},
      {"boolean", id(K::type)},
      {"float", id(K::type)},
      {"double", id(K::type)},
      {"var", id(K::type)},
      {"return", id(K::import)},
      {"if", id(K::import)},
      {"for", id(K::import)},
      {"while", id(K::import)},
      {"new", id(K::import)},
      {"throw", id(K::import)},
      {"else", id(K::import)},
      {"this", id(K::condition)},
      {"super", id(K::condition)},
      {"null", id(K::condition)},
      {"true", id(K::condition)},
      {"false", id(K::condition)},
      {"try", id(K::condition)},
      {"catch", id(K::condition)},
  });
  return kTable;
}

const KeywordTable& csharp_keywords() {
  static const KeywordTable kTable({
      {"namespace", id(K::module)},   {"class", id(K::klass)},
      {"struct", id(K::structure)},   {"interface", id(K::interface)},
      {"enum", id(K::enumeration)},   {"record", id(K::record)},
      {"delegate", id(K::delegate)},  {"event", id(K::event)},
      {"operator", id(K::operation)}, {"using", id(K::import)},
      {"public", id(K::modifier)},    {"private", id(K::modifier)},
      {"protected", id(K::modifier)}, {"internal", id(K::modifier)},
      {"static", id(K::modifier)},    {"readonly", id(K::modifier)},
      {"abstract", id(K::modifier)},  {"virtual", id(K::modifier)},
      {"override", id(K::modifier)},  {"sealed", id(K::modifier)},
      {"partial", id(K::modifier)},   {"async", id(K::modifier)},
      {"extern", id(K::modifier)},    {"unsafe", id(K::modifier)},
      {"const", id(K::modifier)},     {"new", id(K::modifier)},
      {"volatile", id(K::modifier)},  {"ref", id(K::modifier)},
      {"required", id(K::modifier)},  {"implicit", id(K::modifier)},
      {"explicit", id(K::modifier)},  {"where", id(K::condition)},
      {"void", id(K::type)},          {"int", id(K::type)},
      {"uint", id(K::type)},          {"long", id(K::type)},
      {"ulong", id(K::type)},         {"short", id(K::type)},
      {"ushort", id(K::type)},        {"byte", id(K::type)},
      {"sbyte", id(K::type)},         {"char", id(K::type)},
      {"bool", id(K::type)},          {"float", id(K::type)},
      {"double", id(K::type)},        {"decimal", id(K::type)},
      {"string", id(K::type)},        {"object", id(K::type)},
      {"dynamic", id(K::type)},       {"var", id(K::type)},
      {"return", id(K::import)},      {"if", id(K::import)},
      {"for", id(K::import)},         {"foreach", id(K::import)},
      {"while", id(K::import)},       {"throw", id(K::import)},
      {"else", id(K::import)},        {"this", id(K::type)},
      {"base", id(K::condition)},     {"null", id(K::condition)},
      {"true", id(K::condition)},     {"false", id(K::condition)},
      {"try", id(K::condition)},      {"catch", id(K::condition)},
      {"get", id(K::condition)},      {"set", id(K::condition)},
  });
  return kTable;
}

}  // namespace tenon::index::scan
