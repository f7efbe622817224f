// Ruby: modules, classes, methods, constants, attributes and aliases. Blocks are followed by their keywords, so that
// each `end` finds what it ends.
#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

enum Keyword : std::uint8_t {
  kOther,
  kClass,
  kModule,
  kDef,
  kDo,
  kLoop,   // while, until, for: may be followed by `do`
  kBlock,  // if, unless, case, begin: a block, or behind a statement a condition
  kEnd,
  kAttribute,
  kAlias,
  kJoint,  // goes on with a statement: then, else, and
  kWord
};

class RubyRecogniser {
 public:
  RubyRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() {
    for (Index i = 0; i < reader_.last();) i = step(i);
    for (const Block& block : blocks_) {
      if (block.symbol != kNoParent) recorder_.set_end(block.symbol, reader_.at(reader_.last()).begin);
    }
  }

 private:
  struct Block {
    std::uint32_t symbol;  // kNoParent: of control flow
    std::uint32_t parent;  // of what is inside
  };

  std::uint32_t parent() const { return blocks_.empty() ? kNoParent : blocks_.back().parent; }

  // `x.class`, `:end` and `if:` are no keywords.
  bool is_keyword(Index i) const {
    if (reader_.keyword(i) == kOther || reader_.keyword(i) >= kJoint) return false;
    if (i > 0 && reader_.at(i - 1).end == reader_.at(i).begin && (reader_.is(i - 1, '.') || reader_.is(i - 1, ':')))
      return false;
    return !(reader_.is(i + 1, ':') && reader_.at(i).end == reader_.at(i + 1).begin && !reader_.is(i + 1, "::"));
  }

  bool begins_statement(Index i) const {
    if (i == 0 || reader_.first_on_line(i)) return true;
    const Token& before = reader_.at(i - 1);
    const bool suffix = (before.mark == '?' || before.mark == '!') && i > 1 && reader_.is_word(i - 2) &&
                        reader_.at(i - 2).end == before.begin;  // commit! if ready?
    if (suffix) return false;
    return before.kind == TokenKind::mark || before.kind == TokenKind::open ||
           (before.keyword == kJoint && before.kind == TokenKind::word);
  }

  Index step(Index i) {
    if (reader_.first_on_line(i)) in_loop_head_ = false;
    if (is_keyword(i)) return keyword(i);
    const bool constant = reader_.is_name(i) && reader_.is(i + 1, '=') && !reader_.is(i + 1, "==") &&
                          !reader_.is(i + 1, "=>") && !reader_.is(i + 1, "=~") && begins_statement(i);
    const char first = recorder_.text()[std::min<std::size_t>(reader_.at(i).begin, recorder_.text().size() - 1)];
    const bool sigil = i > 0 && (reader_.is(i - 1, '$') || reader_.is(i - 1, '@'));
    if (constant && !sigil && first >= 'A' && first <= 'Z') {
      recorder_.add(SymbolKind::constant, reader_.span(i), reader_.span(i), parent());
    }
    return i + 1;
  }

  Index keyword(Index i) {
    switch (reader_.keyword(i)) {
      case kClass:
      case kModule:
        return container(i);
      case kDef:
        return method(i);
      case kDo:
        if (in_loop_head_) {
          in_loop_head_ = false;
        } else {
          blocks_.push_back({kNoParent, parent()});
        }
        return i + 1;
      case kLoop:
        if (begins_statement(i)) {
          blocks_.push_back({kNoParent, parent()});
          in_loop_head_ = true;
        }
        return i + 1;
      case kBlock:
        if (begins_statement(i)) blocks_.push_back({kNoParent, parent()});
        return i + 1;
      case kEnd:
        if (!blocks_.empty()) {
          if (blocks_.back().symbol != kNoParent) recorder_.set_end(blocks_.back().symbol, reader_.at(i).end);
          blocks_.pop_back();
        }
        return i + 1;
      case kAttribute:
        return attributes(i);
      case kAlias:
        return alias(i);
      default:
        return i + 1;
    }
  }

  void enter(SymbolKind kind, Span name, Index start, Index last, Span qualifier) {
    if (!recorder_.may_enter(static_cast<std::uint32_t>(blocks_.size()))) {
      blocks_.push_back({kNoParent, parent()});
      return;
    }
    const std::uint32_t around = parent();
    const std::uint32_t self = recorder_.add(kind, name, reader_.span(start, last), around, qualifier);
    blocks_.push_back({self == around ? kNoParent : self, self});
  }

  Index container(Index start) {
    Index i = start + 1;
    if (reader_.is(i, "<<")) {  // class << self
      blocks_.push_back({kNoParent, parent()});
      return i + 2;
    }
    if (reader_.is(i, "::")) i += 2;
    if (!reader_.is_word(i)) return i;
    const Index first = i;
    while (reader_.is(i + 1, "::") && reader_.is_word(i + 3)) i += 3;
    const Span qualifier = i > first ? reader_.span(first, i - 3) : Span{};
    enter(reader_.keyword(start) == kClass ? SymbolKind::klass : SymbolKind::module, reader_.span(i), start, i,
          qualifier);
    // A superclass on the same line, perhaps `Struct.new(…) do`, is walked over as any code.
    return i + 1;
  }

  // The last token of a method's name: `save!`, `name=`, `==`, `[]`, `+@`.
  Index name_end(Index i) const {
    Index last = i;
    if (reader_.is_word(i)) {
      const bool suffix = reader_.is(i + 1, '?') || reader_.is(i + 1, '!') ||
                          (reader_.is(i + 1, '=') && (reader_.is(i + 2, '(') || reader_.is_name(i + 2)));
      return suffix && reader_.at(i).end == reader_.at(i + 1).begin ? i + 1 : i;
    }
    while (last + 1 < reader_.last() && !reader_.first_on_line(last + 1) && !reader_.is(last + 1, '(') &&
           !reader_.is(last + 1, ',') && reader_.at(last).end == reader_.at(last + 1).begin) {
      ++last;
    }
    return last;
  }

  Index method(Index start) {
    Index i = start + 1;
    Span qualifier{};
    if (reader_.is_word(i) && reader_.is(i + 1, '.')) {
      qualifier = reader_.span(i);
      i += 2;
    }
    const Index last = name_end(i);
    if (reader_.first_on_line(i) || i >= reader_.last()) return i;
    const Index after = reader_.is(last + 1, '(') ? reader_.past(last + 1) : last + 1;
    const bool endless =
        reader_.is(after, '=') && !reader_.first_on_line(after) && reader_.at(after - 1).end < reader_.at(after).begin;
    if (endless) {
      recorder_.add(SymbolKind::method, reader_.span(i, last), reader_.span(start, after), parent(), qualifier);
    } else {
      enter(SymbolKind::method, reader_.span(i, last), start, last, qualifier);
    }
    return last + 1;
  }

  // attr_accessor :name, :size
  Index attributes(Index start) {
    Index i = start + 1;
    if (reader_.is(i, '(')) ++i;
    while (reader_.is(i, ':') && reader_.is_word(i + 1)) {
      recorder_.add(SymbolKind::property, reader_.span(i + 1), reader_.span(i, i + 1), parent());
      i += 2;
      if (!reader_.is(i, ',')) break;
      ++i;
    }
    return i;
  }

  // alias new old; alias_method :new, :old
  Index alias(Index start) {
    Index i = start + 1;
    if (reader_.is(i, '(')) ++i;
    if (reader_.is(i, ':')) ++i;
    if (reader_.first_on_line(i) || i >= reader_.last() || reader_.is_text(i)) return i;
    const Index last = name_end(i);
    recorder_.add(SymbolKind::method, reader_.span(i, last), reader_.span(start, last), parent());
    return last + 1;
  }

  TokenReader reader_;
  Recorder& recorder_;
  std::vector<Block> blocks_;
  bool in_loop_head_ = false;
};

}  // namespace

void recognise_ruby(const TokenList& list, Recorder& recorder) { RubyRecogniser(list, recorder).run(); }

const KeywordTable& ruby_keywords() {
  static const KeywordTable kTable({
      {"class", kClass},
      {"module", kModule},
      {"def", kDef},
      {"do", kDo},
      {"while", kLoop},
      {"until", kLoop},
      {"for", kLoop},
      {"if", kBlock},
      {"unless", kBlock},
      {"case", kBlock},
      {"begin", kBlock},
      {"end", kEnd},
      {"attr_accessor", kAttribute},
      {"attr_reader", kAttribute},
      {"attr_writer", kAttribute},
      {"alias", kAlias},
      {"alias_method", kAlias},
      {"return", kWord},
      {"then", kJoint},
      {"else", kJoint},
      {"elsif", kJoint},
      {"when", kJoint},
      {"in", kJoint},
      {"and", kJoint},
      {"or", kJoint},
      {"not", kJoint},
      {"rescue", kWord},
      {"ensure", kJoint},
      {"yield", kWord},
      {"self", kWord},
      {"super", kWord},
      {"nil", kWord},
      {"true", kWord},
      {"false", kWord},
      {"next", kWord},
      {"break", kWord},
      {"require", kWord},
      {"require_relative", kWord},
      {"puts", kWord},
  });
  return kTable;
}

}  // namespace tenon::index::scan
