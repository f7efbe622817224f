#include "native/index/symbols/scan/c_declarator.h"

#include <algorithm>

namespace tenon::index::scan {
namespace {

constexpr Index kNone = ~Index{0};

class DeclarationReader {
 public:
  DeclarationReader(const TokenReader& reader, Index first, Index end, std::string_view class_name)
      : reader_(reader), first_(first), end_(end), class_name_(class_name) {}

  Declaration read() {
    Index i = first_;
    while (i < end_) {
      if (reader_.is(i, ';') || reader_.is_close(i)) {
        add_variable();
        return finish(i + 1);
      }
      if (reader_.is(i, '(')) {
        const Index next = group(i);
        if (next == 0) return std::move(found_);
        i = next;
      } else if (reader_.is(i, '{')) {
        // `int x{3};`, or a block behind something that is not understood.
        const bool initialises = name_ != kNone && name_ + 1 == i && types_ > 0;
        if (initialises) add_variable();
        i = reader_.past(i);
        if (!initialises || !(reader_.is(i, ';') || reader_.is(i, ','))) return finish(i);
      } else if (reader_.is(i, ',')) {
        add_variable();
        ++i;
      } else if (reader_.is(i, '=') || (reader_.is(i, ':') && !reader_.is(i, "::"))) {
        if (reader_.is(i, '=') && reader_.is(i + 1, '=')) return finish(past_statement(i));
        if (reader_.is(i, ':') && class_name_.empty()) return finish(i + 1);  // a label
        add_variable();
        i = past_initialiser(i);
      } else {
        const Index next = ordinary(i);
        if (next == kNone) return finish(i);
        i = next;
      }
    }
    add_variable();
    return finish(end_);
  }

 private:
  void end_at(Index after) { found_.after = std::min(std::max(after, first_ + 1), end_); }

  Declaration finish(Index after) {
    end_at(after);
    return std::move(found_);
  }

  Index past_statement(Index i) const {
    while (i < end_ && !reader_.is(i, ';')) i = reader_.past(i);
    return i + 1;
  }

  Index past_initialiser(Index i) const {
    while (i < end_ && !reader_.is(i, ';') && !reader_.is(i, ',')) i = reader_.past(i);
    return i;
  }

  void add_variable() {
    if (name_ != kNone && types_ > 0) {
      found_.variables.push_back({.name = name_span_, .qualifier = has_qualifier_ ? found_.qualifier : Span{}});
    }
    name_ = kNone;
    pointer_ = false;
    if (types_ == 0) types_ = 1;
  }

  void forget_name() {
    if (name_ != kNone) ++types_;
    name_ = kNone;
    has_qualifier_ = false;
  }

  void take_name(Index first, Index last) {
    if (joined_) {
      has_qualifier_ = true;
      found_.qualifier = {reader_.at(qualified_from_).begin, reader_.at(separator_ - 1).end};
    } else {
      forget_name();
      qualified_from_ = first;
    }
    joined_ = false;
    name_ = last;
    name_span_ = reader_.span(first, last);
  }

  void take_pointer(Index name) {
    name_ = name;
    name_span_ = reader_.span(name);
    has_qualifier_ = false;
    pointer_ = true;
    ++types_;
  }

  Index ordinary(Index i) {
    if (reader_.is(i, "::")) {
      joined_ = name_ != kNone && (name_ + 1 == i || past_arguments_ == i);
      separator_ = i;
      return i + 2;
    }
    if (reader_.keyword(i) == kOperator) return operator_name(i);
    if (reader_.is(i, '~') && reader_.is_name(i + 1)) {
      take_name(i, i + 1);
      return i + 2;
    }
    if (reader_.is_name(i)) {
      const bool attribute = pointer_ && name_ != kNone && reader_.is(i + 1, '(');  // (*f)(int) PRINTF(1, 2)
      if (attribute) return reader_.past(i + 1);
      take_name(i, i);
      return i + 1;
    }
    if (reader_.is(i, '<')) {
      const Index past = reader_.past_angles(i, end_);
      past_arguments_ = past;
      return std::max(past, i + 1);
    }
    const std::uint8_t keyword = reader_.keyword(i);
    if (i > first_ && begins_declaration(i)) return kNone;
    if ((keyword == kAttribute || keyword == kDecltype) && reader_.is(i + 1, '(')) {
      if (keyword == kDecltype) ++types_;
      return reader_.past(i + 1);
    }
    if (keyword == kClass || keyword == kStruct || keyword == kEnum) return named_type(i);
    if (keyword == kType) ++types_;
    if (keyword == kRequires && reader_.is(i + 1, '(')) return reader_.past(i + 1);
    return reader_.past(i);
  }

  // `struct A::B<C>`: a type, and no name of what is declared.
  Index named_type(Index i) {
    ++types_;
    const bool may_have_macro = reader_.keyword(i) == kClass;
    ++i;
    while (i < end_ && !reader_.is_name(i)) {
      const std::uint8_t keyword = reader_.keyword(i);
      if (keyword == kNoKeyword && !reader_.is(i, '[')) return i;
      if (keyword == kAttribute && reader_.is(i + 1, '(')) ++i;
      i = reader_.past(i);
    }
    if (may_have_macro && is_all_capitals(reader_.text(i)) && reader_.is_name(i + 1)) ++i;
    while (reader_.is(i + 1, "::") && reader_.is_word(i + 3)) i += 3;
    return std::max(reader_.past_angles(i + 1, end_), i + 1);
  }

  // Whether what came before was a macro that stands alone.
  bool begins_declaration(Index i) const {
    switch (reader_.keyword(i)) {
      case kNamespace:
      case kTemplate:
      case kTypedef:
      case kUsing:
      case kExtern:
      case kConcept:
        return reader_.first_on_line(i);
      case kAccess:
        return reader_.first_on_line(i) && reader_.is(i + 1, ':');
      case kClass:
      case kStruct:
      case kEnum:
        return reader_.first_on_line(i) && name_ != kNone && name_ + 1 == i && types_ == 0;
      default:
        return false;
    }
  }

  // `operator+`, `operator()`, `operator bool`, `operator"" _s`.
  Index operator_name(Index i) {
    Index last = i + 1;
    if (reader_.is(last, "()") || reader_.is(last, "[]")) {
      ++last;
    } else {
      while (last + 1 < end_ && !reader_.is(last + 1, '(') && !reader_.is(last + 1, ';')) ++last;
    }
    take_name(i, last);
    ++types_;
    return last + 1;
  }

  bool is_macro_call(Index open, Index after) const {
    if (has_qualifier_) return false;
    const std::string_view name = reader_.text(name_);
    if (types_ > 0) {
      if (!is_all_capitals(name) || reader_.is(after, '{')) return false;
      return reader_.first_on_line(after) || (reader_.is_text(open + 1) && !reader_.is(after, ';'));
    }
    if (!class_name_.empty() && name == class_name_) return false;
    if (reader_.is(name_ - 1, '~') && name_ > first_) return false;
    if (name_span_.begin != reader_.at(name_).begin) return false;
    if (is_all_capitals(name)) return true;
    return !reader_.is(after, '{') || (open + 1 < reader_.partner(open) && !class_name_.empty());
  }

  // `DATA(Type) name;`
  bool is_type_in_macro(Index open) const {
    return reader_.is_name(open + 1) && reader_.partner(open) == open + 2 && reader_.is_name(open + 3) &&
           reader_.is(open + 4, ';');
  }

  // A group behind a name: parameters, most likely. Where to go on; 0: the declaration has ended.
  Index group(Index open) {
    const Index after = reader_.past(open);
    if (name_ == kNone || name_ + 1 != open) {
      if (name_ != kNone && past_arguments_ == open) {  // f<int>(…): a specialisation
        return parameters(open, after);
      }
      if (const Index inside = pointer_name(reader_, open)) {
        take_pointer(inside);
        return reader_.is(after, '(') ? reader_.past(after) : after;
      }
      return after;
    }
    if (const Index inside = pointer_name(reader_, open); inside != 0 && reader_.is(after, '(')) {
      take_pointer(inside);
      return reader_.past(after);
    }
    if (is_macro_call(open, after)) {
      const bool ends = reader_.is(after, ';') || reader_.is(after, '{') || reader_.first_on_line(after);
      name_ = kNone;
      if (is_type_in_macro(open)) ++types_;
      if (!ends) return after;
      end_at(reader_.is(after, ';') || reader_.is(after, '{') ? reader_.past(after) : after);
      return 0;
    }
    return parameters(open, after);
  }

  Index parameters(Index open, Index after) {
    // `int x(3);` and `T t("…");` are variables.
    if (const Index first = open + 1; class_name_.empty() && reader_.is(after, ';') && !has_qualifier_ &&
                                      (reader_.is_text(first) || reader_.at(first).kind == TokenKind::number)) {
      return after;
    }
    found_.function = true;
    found_.name = name_span_;
    if (!has_qualifier_) found_.qualifier = {};
    Index i = after;
    while (i < end_) {
      if (reader_.is(i, '{')) {
        found_.body = i;
        end_at(reader_.past(i));
        return 0;
      }
      if (reader_.is(i, ';') || reader_.is_close(i)) {
        end_at(i + 1);
        return 0;
      }
      if (reader_.is(i, ',')) {
        end_at(past_statement(i));
        return 0;
      }
      if (reader_.is(i, '=')) {
        found_.defaulted = reader_.keyword(i + 1) == kDefault;
        end_at(past_statement(i));
        return 0;
      }
      if (reader_.is(i, ':') && !reader_.is(i, "::")) {
        i = past_member_initialisers(i + 1);
      } else if (reader_.is(i, "::")) {
        i += 2;
      } else if (reader_.is(i, '<')) {
        i = std::max(i + 1, reader_.past_angles(i, end_));
      } else {
        i = reader_.past(i);
      }
    }
    end_at(end_);
    return 0;
  }

  Index past_member_initialisers(Index i) const {
    while (i < end_) {
      while (i < end_ && !reader_.is(i, '(') && !reader_.is(i, '{') && !reader_.is(i, ';')) {
        i = reader_.is(i, '<') ? std::max(i + 1, reader_.past_angles(i, end_)) : i + 1;
      }
      if (i >= end_ || reader_.is(i, ';')) return i;
      i = reader_.past(i);
      while (reader_.is(i, '.')) ++i;
      if (!reader_.is(i, ',')) return i;
      ++i;
    }
    return i;
  }

  const TokenReader& reader_;
  Index first_;
  Index end_;
  std::string_view class_name_;
  Declaration found_;
  Index name_ = kNone;  // last token of the name that was seen last
  Span name_span_;
  Index qualified_from_ = 0;
  Index separator_ = 0;
  Index past_arguments_ = 0;
  std::uint32_t types_ = 0;  // words of a type before the name
  bool joined_ = false;      // the next name continues a qualified one
  bool has_qualifier_ = false;
  bool pointer_ = false;  // the name is that of a pointer to a function or an array
};

}  // namespace

Declaration read_declaration(const TokenReader& reader, Index first, Index end, std::string_view class_name) {
  return DeclarationReader(reader, first, end, class_name).read();
}

Index pointer_name(const TokenReader& reader, Index open) {
  Index i = open + 1;
  while (reader.is_word(i)) i += reader.is(i + 1, "::") ? 3 : 1;  // a class, or a macro for the calling convention
  if (!reader.is(i, '*') && !reader.is(i, '^')) return 0;
  while (reader.is(i, '*') || reader.is(i, '^') || reader.keyword(i) == kSpecifier) ++i;
  return reader.is_name(i) && reader.is_close(reader.is(i + 1, '[') ? reader.past(i + 1) : i + 1) ? i : 0;
}

bool is_all_capitals(std::string_view word) {
  return word.size() >= 2 && std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace tenon::index::scan
