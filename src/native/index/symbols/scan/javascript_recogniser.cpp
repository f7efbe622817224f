// JavaScript and TypeScript: definitions of a file, also those inside of functions, classes and objects that have a
// name. Plain variables of functions are left out.
#include <algorithm>

#include "native/index/symbols/scan/javascript_keywords.h"
#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

using namespace javascript;

class ScriptRecogniser {
 public:
  ScriptRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() { code(0, reader_.last(), kNoParent, 0); }

 private:
  // Statements and expressions alike: what begins with a keyword of a declaration, an assignment of a function, or a
  // brace is followed inside, everything else is walked over.
  void code(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    while (i < end) i = step(i, end, parent, depth);
  }

  Index step(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    switch (reader_.keyword(i)) {
      case kFunction:
        return function(i, i, end, parent, depth);
      case kClass:
        if (reader_.is(i - 1, '.')) return i + 1;
        return klass(i, i, end, parent, depth, Span{});
      case kVariable:
      case kConstant:
        return variables(i, end, parent, depth);
      case kInterface:
      case kType:
      case kEnum:
      case kNamespace:
        return typescript(i, end, parent, depth);
      default:
        break;
    }
    if (reader_.is(i, '=') && is_assignment(i) && i > 0) return assignment(i, end, parent, depth);
    if (reader_.is(i, '{') && begins_object(i)) {
      object(i, parent, depth + 1, Members::methods);
      return reader_.past(i);
    }
    return i + 1;
  }

  bool is_assignment(Index i) const {
    return !reader_.is(i + 1, '=') && !reader_.is(i + 1, '>') && reader_.is_word(i - 1);
  }

  bool begins_object(Index i) const {
    if (i == 0) return false;
    const Token& before = reader_.at(i - 1);
    if (before.kind == TokenKind::open) return before.mark != '{';
    if (before.kind == TokenKind::mark) return before.mark != ';' && !reader_.is_arrow(i - 1);
    return before.keyword == kReturn;
  }

  bool is_name(Index i) const {
    return reader_.is_name(i) || reader_.keyword(i) == kModifier || reader_.keyword(i) >= kInterface ||
           reader_.keyword(i) == kAsync;
  }
  bool is_any_word(Index i) const { return reader_.is_word(i); }

  bool in_function(std::uint32_t parent) const {
    if (parent == kNoParent) return false;
    const SymbolKind kind = recorder_.kind_of(parent);
    return kind == SymbolKind::function || kind == SymbolKind::method;
  }

  // From behind the parameters over a type to the brace of a body; something else when there is no body.
  Index body_after(Index i, Index end) const {
    if (!reader_.is(i, ':')) return i;
    ++i;
    while (i < end) {
      const Token& before = reader_.at(i - 1);
      const bool operand = before.kind == TokenKind::mark && before.mark != '>';
      if (reader_.is(i, '{') && !operand && !reader_.is_arrow(i - 1)) return i;
      if (reader_.is(i, ';') || reader_.is_close(i) || reader_.is(i, ',')) return i;
      if (reader_.first_on_line(i) && !operand && reader_.is_word(i)) return i;
      i = reader_.is(i, '<') ? std::max(i + 1, reader_.past_angles(i, end)) : reader_.past(i);
    }
    return end;
  }

  // `start` is where the definition begins, `i` its keyword. A name that is given is the one it is assigned to.
  Index function(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth, Span given = {},
                 Span qualifier = {}, SymbolKind kind = SymbolKind::function) {
    Index k = i + 1;
    if (reader_.is(k, '*')) ++k;
    Span name = given;
    Span own{};  // of an expression that is assigned to another name
    if (reader_.is_word(k)) {
      own = reader_.span(k);
      if (name.end == 0) name = own;
      ++k;
    }
    k = reader_.past_angles(k, end);
    if (!reader_.is(k, '(')) return k;
    const Index open = body_after(reader_.past(k), end);
    const bool has_body = reader_.is(open, '{');
    const Index after = std::min(has_body ? reader_.past(open) : open, end);
    std::uint32_t self = parent;
    if (name.end != 0) {
      const SymbolKind found = has_body || kind != SymbolKind::function ? kind : SymbolKind::declaration;
      self = recorder_.add(found, name, reader_.span(start, std::max(after, start + 1) - 1), parent, qualifier);
    }
    if (own.end != 0 && has_body && recorder_.text(own) != recorder_.text(name)) {
      recorder_.add(SymbolKind::function, own, reader_.span(i, after - 1), parent);
    }
    code(k + 1, reader_.inside_end(k), self, depth + 1);
    if (has_body) code(open + 1, reader_.inside_end(open), self, depth + 1);
    return std::max(after, i + 1);
  }

  // The `=>` of an arrow function that begins at `i`; 0 when none does.
  Index arrow(Index i, Index end) const {
    constexpr Index kLongestType = 200;  // tokens
    if (reader_.keyword(i) == kAsync) ++i;
    if (reader_.is(i, '<')) i = reader_.past_angles(i, end);
    if (is_name(i) && reader_.is(i + 1, "=>")) return i + 1;
    if (!reader_.is(i, '(')) return 0;
    Index k = reader_.past(i);
    if (reader_.is(k, "=>")) return k;
    if (!reader_.is(k, ':')) return 0;
    for (const Index limit = std::min(end, k + kLongestType); k < limit; k = reader_.past(k)) {
      if (reader_.is(k, "=>")) return k;
      if (reader_.is(k, ';') || reader_.is_close(k) || reader_.is(k, ',')) return 0;
    }
    return 0;
  }

  // Behind an expression: at the comma, the semicolon, the bracket or the line that ends it.
  Index expression_end(Index i, Index end) const {
    for (const Index begin = i; i < end; i = reader_.past(i)) {
      if (reader_.is(i, ';') || reader_.is(i, ',') || reader_.is_close(i)) return i;
      if (i > begin && reader_.first_on_line(i) && starts_statement(i)) return i;
    }
    return end;
  }
  bool starts_statement(Index i) const {
    if (reader_.at(i).kind == TokenKind::mark) return reader_.is(i, '@') || reader_.is(i, '#');
    const Token& before = reader_.at(i - 1);
    if (before.kind == TokenKind::mark && !(before.mark == '>' && !reader_.is_arrow(i - 1))) return false;
    return reader_.is_word(i) || reader_.is(i, '[');
  }

  // What is assigned to a name. Returns where the value ends.
  Index value(Index start, Span name, Span qualifier, Index i, Index end, std::uint32_t parent, std::uint32_t depth,
              SymbolKind plain, SymbolKind callable) {
    Index first = i;
    if (reader_.keyword(first) == kAsync && reader_.keyword(first + 1) == kFunction) ++first;
    if (reader_.keyword(first) == kFunction) {
      return function(start, first, end, parent, depth, name, qualifier, callable);
    }
    if (reader_.keyword(first) == kClass) return klass(start, first, end, parent, depth, name);
    if (const Index arrow_at = arrow(i, end)) {
      const Index body = arrow_at + 2;
      const bool block = reader_.is(body, '{');
      const Index after = block ? reader_.past(body) : expression_end(body, end);
      const std::uint32_t self =
          recorder_.add(callable, name, reader_.span(start, std::max(after, start + 1) - 1), parent, qualifier);
      if (block) {
        code(body + 1, reader_.inside_end(body), self, depth + 1);
      } else {
        code(body, after, self, depth + 1);
      }
      return after;
    }
    const Index after = expression_end(i, end);
    const bool kept = !in_function(parent) && plain != SymbolKind::declaration;
    const std::uint32_t self =
        kept ? recorder_.add(plain, name, reader_.span(start, std::max(after, start + 1) - 1), parent, qualifier)
             : parent;
    if (reader_.is(i, '{') && reader_.past(i) >= after) {
      object(i, self, depth + 1, kept ? Members::all : Members::methods);
    } else {
      code(i, after, parent, depth + 1);
    }
    return after;
  }

  Index variables(Index start, Index end, std::uint32_t parent, std::uint32_t depth) {
    const SymbolKind kind = reader_.keyword(start) == kConstant ? SymbolKind::constant : SymbolKind::variable;
    Index i = start + 1;
    if (reader_.keyword(i) == kEnum) return typescript(i, end, parent, depth);
    while (i < end) {
      const Index name = i;
      if (reader_.is_open(i)) {  // destructured
        i = reader_.past(i);
      } else if (is_name(i)) {
        ++i;
      } else {
        return i;
      }
      if (reader_.is(i, '!')) ++i;
      if (reader_.is(i, ':')) i = type_end(i + 1, end);
      const bool plain = is_name(name) && !reader_.is_open(name);
      if (reader_.is(i, '=') && plain && reader_.text(i + 1) == "require" && reader_.is(i + 2, '(')) {
        i = expression_end(i + 1, end);  // an import
      } else if (reader_.is(i, '=') && plain) {
        i = value(start, reader_.span(name), {}, i + 1, end, parent, depth, kind, SymbolKind::function);
      } else if (reader_.is(i, '=')) {
        const Index after = expression_end(i + 1, end);
        code(i + 1, after, parent, depth + 1);
        i = after;
      } else if (plain && !in_function(parent)) {
        recorder_.add(kind, reader_.span(name), reader_.span(start, name), parent);
      }
      if (!reader_.is(i, ',')) return i;
      ++i;
    }
    return end;
  }

  Index type_end(Index i, Index end) const {
    for (const Index begin = i; i < end;) {
      if (reader_.is(i, ';') || reader_.is(i, ',') || reader_.is_close(i)) return i;
      if (reader_.is(i, '=') && !reader_.is(i, "=>")) return i;
      if (i > begin && reader_.first_on_line(i) && starts_statement(i)) return i;
      if (reader_.is(i, "=>")) {
        i += 2;
      } else {
        i = reader_.is(i, '<') ? std::max(i + 1, reader_.past_angles(i, end)) : reader_.past(i);
      }
    }
    return end;
  }

  // `a.b.c = …`
  Index assignment(Index equals, Index end, std::uint32_t parent, std::uint32_t depth) {
    const Index name = equals - 1;
    Index first = name;
    while (first >= 2 && reader_.is(first - 1, '.') && reader_.is_word(first - 2)) first -= 2;
    const bool single = first == name;
    const Index i = equals + 1;
    const bool callable = reader_.keyword(i) == kFunction || reader_.keyword(i) == kClass || arrow(i, end) != 0 ||
                          (reader_.keyword(i) == kAsync && reader_.keyword(i + 1) == kFunction);
    const bool of_prototype = first + 2 < name && reader_.text(name - 2) == "prototype";
    const bool object_value = (reader_.is(i, '{') && !single) || of_prototype;
    if ((!callable && !object_value) || (single && in_function(parent))) return i;
    const Span qualifier = single ? Span{} : reader_.span(first, name - 2);
    return value(first, reader_.span(name), qualifier, i, end, parent, depth,
                 object_value ? SymbolKind::property : SymbolKind::declaration,
                 single ? SymbolKind::function : SymbolKind::method);
  }

  Index klass(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth, Span given) {
    Index k = i + 1;
    Span name = given;
    Span own{};  // of an expression that is assigned to another name
    if (is_name(k)) {
      own = reader_.span(k);
      if (name.end == 0) name = own;
      ++k;
    }
    while (k < end && !reader_.is(k, '{') && !reader_.is(k, ';') && !reader_.is_close(k)) {
      k = reader_.is(k, '<') ? std::max(k + 1, reader_.past_angles(k, end)) : reader_.past(k);
    }
    if (!reader_.is(k, '{')) return k;
    const std::uint32_t self =
        name.end != 0 ? recorder_.add(SymbolKind::klass, name, reader_.span(start, reader_.past(k) - 1), parent)
                      : parent;
    if (own.end != 0 && recorder_.text(own) != recorder_.text(name)) {
      recorder_.add(SymbolKind::klass, own, reader_.span(i, reader_.past(k) - 1), parent);
    }
    members(k, self, depth + 1);
    return reader_.past(k);
  }

  // The body of a class or an interface.
  void members(Index open, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    const Index end = reader_.inside_end(open);
    for (Index i = open + 1; i < end;) i = member(i, end, parent, depth);
  }

  bool names_member(Index i) const {
    return reader_.is(i, '(') || reader_.is(i, '=') || reader_.is(i, ':') || reader_.is(i, ';') || reader_.is(i, '?') ||
           reader_.is(i, '!') || reader_.is(i, '<') || reader_.is(i, ',') || reader_.is(i, '}');
  }

  // `name`, `"name"`, `[Symbol.iterator]`.
  Span member_name(Index i) const {
    if (reader_.is_text(i)) return reader_.unquoted(i);
    return reader_.is(i, '[') ? reader_.span(i, reader_.past(i) - 1) : reader_.span(i);
  }

  Index member(Index start, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index i = start;
    while (i < end) {
      if (reader_.is(i, '@')) {
        i += 2;
        while (reader_.is(i, '.')) i += 2;
        if (reader_.is(i, '(')) i = reader_.past(i);
      } else if ((reader_.keyword(i) == kModifier || reader_.keyword(i) == kAsync) && !names_member(i + 1)) {
        ++i;
      } else if (reader_.is(i, '*') || reader_.is(i, '#')) {
        ++i;
      } else {
        break;
      }
    }
    if (reader_.is(i, '{')) {
      code(i + 1, reader_.inside_end(i), parent, depth + 1);
      return reader_.past(i);
    }
    const bool word = reader_.is_word(i);
    if (!word && !reader_.is_text(i) && reader_.at(i).kind != TokenKind::number && !reader_.is(i, '['))
      return reader_.past(i);
    const Span name = member_name(i);
    i = reader_.past(i);
    while (reader_.is(i, '?') || reader_.is(i, '!')) ++i;
    i = reader_.past_angles(i, end);
    if (reader_.is(i, '(')) {
      const Index body = body_after(reader_.past(i), end);
      const bool has_body = reader_.is(body, '{');
      const Index after = has_body ? reader_.past(body) : body;
      std::uint32_t self = parent;
      if (name.end != 0)
        self = recorder_.add(SymbolKind::method, name, reader_.span(start, std::max(after, start + 1) - 1), parent);
      if (reader_.text(start) == "constructor") parameter_properties(i, parent);
      if (has_body) code(body + 1, reader_.inside_end(body), self, depth + 1);
      return std::max(after, start + 1);
    }
    if (reader_.is(i, ':')) i = type_end(i + 1, end);
    if (reader_.is(i, '=')) {
      i = value(start, name, {}, i + 1, end, parent, depth, SymbolKind::field, SymbolKind::method);
    } else if (name.end != 0) {
      recorder_.add(SymbolKind::field, name, reader_.span(start, std::max(i, start + 1) - 1), parent);
    }
    if (reader_.is(i, ';') || reader_.is(i, ',')) ++i;
    return std::max(i, start + 1);
  }

  // `constructor(private name: string)` declares a field.
  void parameter_properties(Index open, std::uint32_t parent) {
    const Index end = reader_.inside_end(open);
    for (Index i = open + 1; i < end; i = reader_.past(i)) {
      if (reader_.keyword(i) != kModifier || reader_.is(i + 1, ':') || reader_.is(i + 1, ',')) continue;
      Index name = i;
      while (reader_.keyword(name) == kModifier && reader_.is_word(name + 1)) ++name;
      recorder_.add(SymbolKind::field, reader_.span(name), reader_.span(i, name), parent);
      i = name;
    }
  }

  enum class Members { all, methods };

  void object(Index open, std::uint32_t parent, std::uint32_t depth, Members kept) {
    if (!recorder_.may_enter(depth)) return;
    const Index end = reader_.inside_end(open);
    for (Index i = open + 1; i < end;) i = entry(i, end, parent, depth, kept);
  }

  Index entry(Index start, Index end, std::uint32_t parent, std::uint32_t depth, Members kept) {
    Index i = start;
    while ((reader_.keyword(i) == kModifier || reader_.keyword(i) == kAsync || reader_.is(i, '*')) && i + 1 < end &&
           !names_member(i + 1)) {
      ++i;
    }
    if (reader_.is(i, ',')) return i + 1;
    const bool computed = reader_.is(i, '[');
    if (reader_.is(i, '.') || (reader_.is_open(i) && !computed)) {
      const Index after = expression_end(i + 1, end);
      code(i + 1, after, parent, depth + 1);
      return std::max(after, start + 1);
    }
    const bool named = reader_.is_word(i) || reader_.is_text(i) || reader_.at(i).kind == TokenKind::number || computed;
    if (!named) return reader_.past(i);
    const Span name = member_name(i);
    i = reader_.past_angles(reader_.past(i), end);
    if (reader_.is(i, '(')) {
      const Index body = body_after(reader_.past(i), end);
      if (!reader_.is(body, '{')) return std::max(body, start + 1);
      const std::uint32_t self =
          recorder_.add(SymbolKind::method, name, reader_.span(start, reader_.past(body) - 1), parent);
      code(body + 1, reader_.inside_end(body), self, depth + 1);
      return reader_.past(body);
    }
    if (!reader_.is(i, ':')) return std::max(expression_end(i, end), start + 1);
    const SymbolKind plain = kept == Members::all ? SymbolKind::property : SymbolKind::declaration;
    return std::max(value(start, name, {}, i + 1, end, parent, depth, plain, SymbolKind::method), start + 1);
  }

  Index typescript(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    const std::uint8_t keyword = reader_.keyword(i);
    const Index name = i + 1;
    const bool named = is_name(name) || (keyword == kNamespace && reader_.is_text(name));
    if (!named || reader_.first_on_line(name) || reader_.is(i - 1, '.')) return i + 1;
    if (keyword == kType) {
      const Index equals = reader_.past_angles(name + 1, end);
      if (!reader_.is(equals, '=')) return i + 1;
      const Index after = type_end(equals + 1, end);
      recorder_.add(SymbolKind::type, reader_.span(name), reader_.span(i, std::max(after, i + 1) - 1), parent);
      return after;
    }
    constexpr Index kLongestHead = 300;  // tokens
    const Index limit = std::min(end, i + kLongestHead);
    Index open = name + 1;
    while (open < limit && !reader_.is(open, '{') && !reader_.is(open, ';') && !reader_.is(open, '=') &&
           !reader_.is_close(open)) {
      open = reader_.is(open, '<') ? std::max(open + 1, reader_.past_angles(open, end)) : reader_.past(open);
    }
    if (!reader_.is(open, '{')) return i + 1;
    const Index after = reader_.past(open);
    if (keyword == kInterface) {
      members(open, recorder_.add(SymbolKind::interface, reader_.span(name), reader_.span(i, after - 1), parent),
              depth + 1);
    } else if (keyword == kNamespace) {
      Index last = name;
      while (reader_.is(last + 1, '.')) last += 2;
      const Span span = reader_.is_text(name) ? reader_.unquoted(name) : reader_.span(name, last);
      code(open + 1, reader_.inside_end(open),
           recorder_.add(SymbolKind::module, span, reader_.span(i, after - 1), parent), depth + 1);
    } else {
      const std::uint32_t self =
          recorder_.add(SymbolKind::enumeration, reader_.span(name), reader_.span(i, after - 1), parent);
      for (Index k = open + 1; k < reader_.inside_end(open); ++k) {
        const Index entry = k;
        while (k < reader_.inside_end(open) && !reader_.is(k, ',')) k = reader_.past(k);
        if (reader_.is_word(entry) || reader_.is_text(entry)) {
          recorder_.add(SymbolKind::enumerator, reader_.is_text(entry) ? reader_.unquoted(entry) : reader_.span(entry),
                        reader_.span(entry, k - 1), self);
        }
      }
    }
    return after;
  }

  TokenReader reader_;
  Recorder& recorder_;
};

}  // namespace

void recognise_javascript(const TokenList& list, Recorder& recorder) { ScriptRecogniser(list, recorder).run(); }

}  // namespace tenon::index::scan
