// C and C++: declarations of files, namespaces and classes. Bodies of functions are skipped.
#include <algorithm>

#include "native/index/symbols/scan/c_declarator.h"
#include "native/index/symbols/scan/recognisers.h"

namespace tenon::index::scan {
namespace {

class CRecogniser {
 public:
  CRecogniser(const TokenList& list, Recorder& recorder)
      : list_(list), reader_(recorder.text(), list), recorder_(recorder) {}

  void run() {
    scope({0, reader_.last()}, kNoParent, 0);
    for (const Define& define : list_.defines) {
      recorder_.add(SymbolKind::macro, {define.begin, define.end}, {define.line_begin, define.definition_end},
                    kNoParent);
    }
  }

 private:
  struct Range {
    Index begin;
    Index end;
  };

  bool in_type(std::uint32_t parent) const {
    if (parent == kNoParent) return false;
    const SymbolKind kind = recorder_.kind_of(parent);
    return kind == SymbolKind::klass || kind == SymbolKind::structure || kind == SymbolKind::type;
  }

  Index past_statement(Index i, Index end) const {
    while (i < end && !reader_.is(i, ';')) i = reader_.past(i);
    return std::min(i + 1, end);
  }

  void scope(Range range, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    for (Index i = range.begin; i < range.end;) i = statement(i, range.end, parent, depth);
  }

  Index statement(Index start, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index i = past_lone_macros(start, end);
    while (i < end) {
      if (reader_.keyword(i) == kTemplate) {
        i = std::max(reader_.past_angles(i + 1, end), i + 1);
      } else if (reader_.keyword(i) == kRequires) {
        i = past_constraint(i, end);
      } else if (reader_.is(i, '[') || reader_.keyword(i) == kSpecifier) {
        i = reader_.past(i);
      } else if (reader_.keyword(i) == kExtern) {
        i += reader_.is_text(i + 1) ? 2 : 1;
        if (!reader_.is(i, '{')) continue;
        scope({i + 1, reader_.inside_end(i)}, parent, depth + 1);
        return reader_.past(i);
      } else {
        break;
      }
    }
    if (i >= end) return end;
    switch (reader_.keyword(i)) {
      case kNamespace:
        return name_space(i, end, parent, depth);
      case kUsing:
        return alias(i, end, parent);
      case kTypedef:
        return type_definition(start, i, end, parent, depth);
      case kClass:
      case kStruct:
      case kEnum:
        return type(start, i, end, parent, depth);
      case kAccess:
        return access(i, end);
      case kStatement:
        return past_statement(i, end);
      case kFriend:
        return befriended(start, i, end, parent);
      case kConcept:
        if (reader_.is_name(i + 1)) {
          const Index after = past_statement(i, end);
          recorder_.add(SymbolKind::type, reader_.span(i + 1), reader_.span(start, after - 1), parent);
          return after;
        }
        break;
      default:
        break;
    }
    return declaration(start, i, end, parent, depth);
  }

  Index access(Index i, Index end) const {
    ++i;
    while (i < end && reader_.is_word(i)) ++i;  // `public slots:`
    return reader_.is(i, ':') ? i + 1 : i;
  }

  // Words in capitals, each on a line of its own, before what a keyword begins: `Q_GADGET`, `EXPORT_BEGIN`.
  Index past_lone_macros(Index start, Index end) const {
    Index i = start;
    while (i < end && reader_.is_name(i) && is_all_capitals(reader_.text(i)) && reader_.first_on_line(i + 1)) ++i;
    switch (reader_.keyword(i)) {
      case kNamespace:
      case kClass:
      case kStruct:
      case kEnum:
      case kTypedef:
      case kUsing:
      case kTemplate:
      case kExtern:
      case kAccess:
        return i;
      default:
        return start;
    }
  }

  // Behind `requires A<T> && (…)`.
  Index past_constraint(Index i, Index end) const {
    do {
      i += reader_.keyword(i) == kRequires ? 1 : 2;
      if (reader_.keyword(i) == kRequires) {  // requires (T t) { … }
        i = reader_.is(i + 1, '(') ? reader_.past(i + 1) : i + 1;
        i = reader_.past(i);
      } else if (reader_.is(i, '(')) {
        i = reader_.past(i);
      } else {
        while (reader_.is(i, '!')) ++i;
        while (reader_.is_word(i) && reader_.is(i + 1, "::")) i += 3;
        i = std::max(reader_.past_angles(i + 1, end), i + 1);
      }
    } while (i < end && (reader_.is(i, "&&") || reader_.is(i, "||")));
    return std::min(i, end);
  }

  // A friend with a body is a function of the scope around the class.
  Index befriended(Index start, Index i, Index end, std::uint32_t parent) {
    const Declaration found = read_declaration(reader_, i + 1, end, {});
    if (found.function && (found.body != 0 || found.defaulted)) {
      recorder_.add(SymbolKind::function, found.name, reader_.span(start, found.after - 1), parent, found.qualifier);
    }
    return std::max(found.after, i + 1);
  }

  Index name_space(Index start, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index open = start + 1;
    while (open < end && !reader_.is(open, '{') && !reader_.is(open, ';')) open = reader_.past(open);
    if (!reader_.is(open, '{')) return std::min(open + 1, end);
    const Index close = reader_.inside_end(open);
    bool named = false;
    for (Index i = start + 1; i < open; i = reader_.past(i)) {
      const bool joined = reader_.is(i - 1, ':') || reader_.keyword(i - 1) == kSpecifier;  // a::b, a::inline b
      if (!reader_.is_name(i) || (named && !joined)) continue;
      if (is_all_capitals(reader_.text(i)) && reader_.is_word(i + 1)) continue;  // an attribute in a macro
      named = true;
      parent = recorder_.add(SymbolKind::module, reader_.span(i), reader_.span(start, close), parent);
    }
    scope({open + 1, close}, parent, depth + 1);
    return reader_.past(open);
  }

  Index alias(Index i, Index end, std::uint32_t parent) {
    const Index after = past_statement(i, end);
    if (!reader_.is_name(i + 1)) return after;
    Index equals = i + 2;
    while (reader_.is(equals, '[') || reader_.is(equals, '(') || reader_.is_word(equals)) equals = reader_.past(equals);
    if (reader_.is(equals, '=')) {
      recorder_.add(SymbolKind::type, reader_.span(i + 1), reader_.span(i, after - 1), parent);
    }
    return after;
  }

  struct TypeHead {
    Index name = 0;  // 0: none
    Index body = 0;  // its brace; 0: no definition
    Span qualifier;
  };

  TypeHead type_head(Index keyword, Index end) const {
    TypeHead head;
    Index i = keyword + 1;
    if (reader_.keyword(i) == kClass || reader_.keyword(i) == kStruct) ++i;  // enum class
    for (; i < end; i = reader_.past(i)) {
      if (reader_.is(i, '{')) {
        head.body = i;
        return head;
      }
      if (reader_.is(i, "::")) {
        if (head.name != 0)
          head.qualifier = {reader_.at(head.qualifier.end ? keyword + 1 : head.name).begin, reader_.at(head.name).end};
        ++i;
      } else if (reader_.is(i, ':')) {
        break;
      } else if (reader_.is_word(i)) {
        if (reader_.keyword(i) == kFinal) continue;
        if (reader_.keyword(i) == kAttribute) {
          if (reader_.is(i + 1, '(')) ++i;
          continue;
        }
        if (reader_.is(i + 1, '(') && reader_.is_word(reader_.past(i + 1))) {  // struct EXPORT(x) Name
          ++i;
          continue;
        }
        const bool continued = reader_.is(i - 1, ':') && i >= 2 && reader_.is(i - 2, "::");
        const bool last = reader_.is(i + 1, '{') || reader_.is(i + 1, ':') || reader_.keyword(i + 1) == kFinal;
        if (head.name != 0 && !is_all_capitals(reader_.text(head.name)) && !continued) {
          if (last && is_all_capitals(reader_.text(i))) continue;  // `class A MACRO {`
          if (!last) return head;                                  // `struct A b`
        }
        head.name = i;
      } else if (reader_.is(i, '<')) {
        const Index past = reader_.past_angles(i, end);
        if (past == i) return head;
        i = past - 1;
      } else if (!reader_.is(i, '[')) {
        return head;
      }
    }
    for (; i < end; i = reader_.past(i)) {  // bases, or the type under an enum
      if (reader_.is(i, '{')) {
        head.body = i;
        return head;
      }
      const std::uint8_t word = reader_.keyword(i);
      if (reader_.is(i, ';') || reader_.is(i, '=') || word == kClass || word == kStruct || word == kEnum) return head;
      if (reader_.is(i, '<')) i = std::max(i, reader_.past_angles(i, end) - 1);
    }
    return head;
  }

  SymbolKind kind_of_type(Index keyword) const {
    if (reader_.keyword(keyword) == kEnum) return SymbolKind::enumeration;
    return reader_.keyword(keyword) == kClass ? SymbolKind::klass : SymbolKind::structure;
  }

  void body(Index keyword, Index open, std::uint32_t parent, std::uint32_t depth) {
    const Index close = reader_.inside_end(open);
    if (reader_.keyword(keyword) == kEnum) {
      enumerators(open + 1, close, parent);
    } else {
      scope({open + 1, close}, parent, depth + 1);
    }
  }

  void enumerators(Index i, Index end, std::uint32_t parent) {
    while (i < end) {
      const Index name = i;
      while (i < end && !reader_.is(i, ',')) i = reader_.past(i);
      if (reader_.is_name(name)) {
        recorder_.add(SymbolKind::enumerator, reader_.span(name), reader_.span(name, i - 1), parent);
      }
      ++i;
    }
  }

  Index type(Index start, Index keyword, Index end, std::uint32_t parent, std::uint32_t depth) {
    const TypeHead head = type_head(keyword, end);
    if (head.body == 0) return declaration(start, keyword, end, parent, depth);
    const Index after = reader_.past(head.body);
    std::uint32_t self = parent;
    if (head.name != 0) {
      self = recorder_.add(kind_of_type(keyword), reader_.span(head.name), reader_.span(start, after - 1), parent,
                           head.qualifier);
    }
    body(keyword, head.body, self, depth);
    // `struct {…} a, b;`; after a class without its semicolon, a macro perhaps, the next declaration begins.
    if (reader_.is(after, ';')) return after + 1;
    if (reader_.is_name(after) || reader_.is(after, '*')) return declarators(start, after, end, parent);
    if (reader_.keyword(after) == kAttribute || reader_.keyword(after) == kSpecifier) {
      Index i = after;
      while (reader_.keyword(i) == kAttribute || reader_.keyword(i) == kSpecifier || reader_.is(i, '('))
        i = reader_.past(i);
      return reader_.is_name(i) || reader_.is(i, '*') ? declarators(start, i, end, parent) : i;
    }
    return after;
  }

  // Names separated by commas, up to the semicolon: `*a, b[2] = {…}, c : 3;`.
  Index declarators(Index start, Index i, Index end, std::uint32_t parent) {
    const SymbolKind kind = in_type(parent) ? SymbolKind::field : SymbolKind::variable;
    Index name = 0;
    while (i < end && !reader_.is(i, ';')) {
      if (reader_.is(i, ',') || reader_.is(i, '=') || reader_.is(i, ':')) {
        if (name != 0) recorder_.add(kind, reader_.span(name), reader_.span(start, name), parent);
        name = 0;
        while (i < end && !reader_.is(i, ',') && !reader_.is(i, ';')) i = reader_.past(i);
        if (reader_.is(i, ';')) return i + 1;
      } else if (reader_.is_name(i)) {
        name = i;
      } else if (reader_.is(i, '{')) {
        break;
      }
      i = reader_.past(i);
    }
    if (name != 0) recorder_.add(kind, reader_.span(name), reader_.span(start, name), parent);
    return std::min(i + 1, end);
  }

  // The last of the words in a group that holds nothing else, a macro for a pointer and a name; 0 otherwise.
  Index only_words(Index open) const {
    Index i = open + 1;
    while (reader_.is_word(i)) ++i;
    return i > open + 1 && reader_.partner(open) == i && reader_.is_name(i - 1) ? i - 1 : 0;
  }

  Index type_definition(Index start, Index keyword, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index type = keyword + 1;
    while (reader_.keyword(type) == kSpecifier) ++type;
    const bool has_type =
        reader_.keyword(type) == kClass || reader_.keyword(type) == kStruct || reader_.keyword(type) == kEnum;
    const TypeHead head = has_type ? type_head(type, end) : TypeHead{};
    Index i = head.body != 0 ? reader_.past(head.body) : type;
    Index name = 0;
    std::vector<Index> names;
    while (i < end && !reader_.is(i, ';')) {
      if (reader_.is(i, ',') && name != 0) {
        names.push_back(name);
        name = 0;
      } else if (name != 0 && reader_.is(i - 1, ')') && reader_.is_name(i) && reader_.is(i + 1, '(')) {
        ++i;  // a macro behind the parameters
      } else if (reader_.is_name(i)) {
        name = i;
      } else if (reader_.keyword(i) == kAttribute && reader_.is(i + 1, '(')) {
        ++i;
      } else if (reader_.is(i, '(')) {
        const Index after = reader_.past(i);
        const bool parameters = name != 0 && name + 1 == i && !reader_.is(after, '(') && !reader_.is(after, '[');
        Index inside = parameters ? 0 : pointer_name(reader_, i);
        if (inside == 0 && reader_.is(after, '(')) inside = only_words(i);
        if (inside != 0) {
          name = inside;
          if (reader_.is(after, '(')) i = after;
        }
      } else if (reader_.is(i, '<')) {
        i = std::max(i, reader_.past_angles(i, end) - 1);
      } else if (reader_.is(i, '{')) {
        break;
      }
      i = reader_.past(i);
    }
    if (name != 0) names.push_back(name);
    const Index last = std::min(i, end);
    std::uint32_t self = parent;
    if (head.body != 0 && head.name != 0) {
      self = recorder_.add(kind_of_type(type), reader_.span(head.name), reader_.span(start, last), parent);
    }
    for (const Index each : names) {
      const std::uint32_t added =
          recorder_.add(SymbolKind::type, reader_.span(each), reader_.span(start, last), parent);
      if (self == parent) self = added;
    }
    if (head.body != 0) body(type, head.body, self, depth);
    return std::min(i + 1, end);
  }

  Index declaration(Index start, Index first, Index end, std::uint32_t parent, std::uint32_t depth) {
    const Declaration found = read_declaration(reader_, first, end, enclosing_class(parent));
    const bool member = in_type(parent);
    if (found.function) {
      const bool qualified = found.qualifier.end != 0;
      const SymbolKind defined = member || qualified ? SymbolKind::method : SymbolKind::function;
      const std::uint32_t self =
          recorder_.add(found.body != 0 || found.defaulted ? defined : SymbolKind::declaration, found.name,
                        reader_.span(start, found.after - 1), parent, found.qualifier);
      if (found.body != 0) local_types(found.body, self, depth + 1);
    }
    for (const DeclaredVariable& variable : found.variables) {
      const bool field = member || variable.qualifier.end != 0;
      recorder_.add(field ? SymbolKind::field : SymbolKind::variable, variable.name,
                    reader_.span(start, found.after - 1), parent, variable.qualifier);
    }
    return std::max(found.after, start + 1);
  }

  // Types that the body of a function defines, and names for types.
  void local_types(Index open, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    const Index end = reader_.inside_end(open);
    for (Index i = open + 1; i < end;) {
      const std::uint8_t keyword = reader_.keyword(i);
      const bool definition =
          keyword == kTypedef || keyword == kUsing || keyword == kClass || keyword == kStruct || keyword == kEnum;
      const bool begins =
          reader_.is(i - 1, ';') || reader_.is(i - 1, '{') || reader_.is(i - 1, '}') || reader_.first_on_line(i);
      i = definition && begins ? local_type(i, end, parent, depth) : i + 1;
    }
  }

  Index local_type(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (reader_.keyword(i) == kTypedef) return type_definition(i, i, end, parent, depth);
    if (reader_.keyword(i) == kUsing) return alias(i, end, parent);
    return type_head(i, end).body != 0 ? type(i, i, end, parent, depth) : i + 1;
  }

  std::string_view enclosing_class(std::uint32_t parent) const {
    return in_type(parent) ? recorder_.name_of(parent) : std::string_view();
  }

  const TokenList& list_;
  TokenReader reader_;
  Recorder& recorder_;
};

}  // namespace

void recognise_c(const TokenList& list, Recorder& recorder) { CRecogniser(list, recorder).run(); }

}  // namespace tenon::index::scan
