// PHP: declarations of files and classes, constants by define(), variables that a file assigns. Functions are looked
// for inside of others, too.
#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

enum Keyword : std::uint8_t {
  kOther,
  kNamespace,
  kClass,
  kInterface,
  kTrait,
  kEnum,
  kFunction,
  kConst,
  kModifier,
  kUse,
  kCase,
  kDefine,
  kNew,
  kWord
};

class PhpRecogniser {
 public:
  PhpRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() { scope(0, reader_.last(), kNoParent, 0); }

 private:
  void scope(Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    if (!recorder_.may_enter(depth)) return;
    Index start = i;
    while (i < end) {
      const std::uint32_t around = parent == kNoParent ? file_module_ : parent;
      const Index next = declaration(start, i, end, around, depth);
      if (next != i) {
        start = i = next;
      } else if (reader_.keyword(i) == kModifier) {
        ++i;
      } else if (reader_.is(i, '#') && reader_.is(i + 1, '[')) {
        i = reader_.past(i + 1);
      } else {
        start = ++i;
      }
    }
  }

  Index declaration(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    switch (reader_.keyword(i)) {
      case kNamespace:
        return name_space(i, end, depth);
      case kClass:
        if (reader_.is(i - 1, ':') || reader_.keyword(i - 1) == kNew) return i + 1;
        return type(start, i, end, parent, depth, SymbolKind::klass);
      case kInterface:
      case kTrait:
        return type(start, i, end, parent, depth, SymbolKind::interface);
      case kEnum:
        return reader_.is_name(i + 1) ? type(start, i, end, parent, depth, SymbolKind::enumeration) : i + 1;
      case kFunction:
        return function(start, i, end, parent, depth);
      case kConst:
        return constants(start, i, end, parent);
      case kUse:
        while (i < end && !reader_.is(i, ';')) i = reader_.past(i);
        return i + 1;
      case kCase:
        return enum_case(i, end, parent);
      case kDefine:
        if (reader_.is(i + 1, '(') && reader_.is_text(i + 2)) {
          recorder_.add(SymbolKind::constant, reader_.unquoted(i + 2), reader_.span(i, i + 2), parent);
        }
        return i + 1;
      default:
        return variable(start, i, parent);
    }
  }

  Index name_space(Index i, Index end, std::uint32_t depth) {
    Index last = i + 1;
    if (!reader_.is_word(last)) return last;
    while (reader_.is(last + 1, '\\') && reader_.is_word(last + 2)) last += 2;
    const Index open = last + 1;
    const bool braces = reader_.is(open, '{');
    const Index close = braces ? reader_.inside_end(open) : end;
    const std::uint32_t self =
        recorder_.add(SymbolKind::module, reader_.span(i + 1, last), reader_.span(i, close), kNoParent);
    if (!braces) {
      file_module_ = self;
      return open;
    }
    scope(open + 1, close, self, depth + 1);
    return reader_.past(open);
  }

  Index type(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth, SymbolKind kind) {
    const Index name = i + 1;
    if (!reader_.is_word(name)) return name;
    Index open = name + 1;
    while (open < end && !reader_.is(open, '{') && !reader_.is(open, ';')) open = reader_.past(open);
    if (!reader_.is(open, '{')) return open;
    const std::uint32_t self =
        recorder_.add(kind, reader_.span(name), reader_.span(start, reader_.past(open) - 1), parent);
    scope(open + 1, reader_.inside_end(open), self, depth + 1);
    return reader_.past(open);
  }

  bool in_type(std::uint32_t parent) const {
    if (parent == kNoParent) return false;
    const SymbolKind kind = recorder_.kind_of(parent);
    return kind == SymbolKind::klass || kind == SymbolKind::interface || kind == SymbolKind::enumeration;
  }
  bool in_function(std::uint32_t parent) const {
    if (parent == kNoParent) return false;
    const SymbolKind kind = recorder_.kind_of(parent);
    return kind == SymbolKind::function || kind == SymbolKind::method;
  }

  Index function(Index start, Index i, Index end, std::uint32_t parent, std::uint32_t depth) {
    Index name = i + 1;
    if (reader_.is(name, '&')) ++name;
    if (!reader_.is_word(name) || !reader_.is(name + 1, '(')) return i + 1;  // a closure
    Index open = reader_.past(name + 1);
    while (open < end && !reader_.is(open, '{') && !reader_.is(open, ';')) open = reader_.past(open);
    const Index after = std::min(reader_.past(open), end);
    const SymbolKind kind = in_type(parent) ? SymbolKind::method : SymbolKind::function;
    const std::uint32_t self = recorder_.add(kind, reader_.span(name), reader_.span(start, after - 1), parent);
    if (in_type(parent)) promoted(name + 1, parent);
    if (reader_.is(open, '{')) scope(open + 1, reader_.inside_end(open), self, depth + 1);
    return after;
  }

  // `__construct(private string $name)` declares a field.
  void promoted(Index open, std::uint32_t parent) {
    bool field = false;
    for (Index i = open + 1; i < reader_.inside_end(open); i = reader_.past(i)) {
      if (reader_.keyword(i) == kModifier) field = true;
      if (reader_.is(i, ',')) field = false;
      if (field && is_variable(i)) recorder_.add(SymbolKind::field, bare(i), reader_.span(i), parent);
    }
  }

  bool is_variable(Index i) const {
    return reader_.is_word(i) && reader_.text(i).starts_with('$') && reader_.text(i).size() > 1;
  }
  Span bare(Index i) const { return {reader_.at(i).begin + 1, reader_.at(i).end}; }

  Index constants(Index start, Index i, Index end, std::uint32_t parent) {
    Index k = i + 1;
    if (reader_.is_word(k) && reader_.is_word(k + 1)) ++k;  // with a type
    while (k < end && reader_.is_word(k)) {
      const Index name = k;
      while (k < end && !reader_.is(k, ',') && !reader_.is(k, ';')) k = reader_.past(k);
      recorder_.add(SymbolKind::constant, reader_.span(name), reader_.span(start, k), parent);
      if (!reader_.is(k, ',')) break;
      ++k;
    }
    return std::max(k, i + 1);
  }

  Index enum_case(Index i, Index end, std::uint32_t parent) {
    const bool entry = parent != kNoParent && recorder_.kind_of(parent) == SymbolKind::enumeration;
    if (!entry || !reader_.is_word(i + 1)) return i + 1;
    recorder_.add(SymbolKind::enumerator, reader_.span(i + 1), reader_.span(i, i + 1), parent);
    return std::min(i + 2, end);
  }

  Index variable(Index start, Index i, std::uint32_t parent) {
    if (!is_variable(i)) return i;
    if (in_type(parent) &&
        (reader_.is(i + 1, '=') || reader_.is(i + 1, ';') || reader_.is(i + 1, '{') || reader_.is(i + 1, ','))) {
      recorder_.add(SymbolKind::field, bare(i), reader_.span(start, i), parent);
      Index k = i + 1;
      while (!reader_.is(k, ';') && !reader_.is(k, '{') && k < reader_.last()) k = reader_.past(k);
      return k;
    }
    const bool assigned = reader_.is(i + 1, '=') && !reader_.is(i + 1, "==") && !reader_.is(i + 1, "=>");
    if (assigned && !in_function(parent) && reader_.first_on_line(i)) {
      recorder_.add(SymbolKind::variable, bare(i), reader_.span(i), parent);
    }
    return i;
  }

  TokenReader reader_;
  Recorder& recorder_;
  std::uint32_t file_module_ = kNoParent;
};

}  // namespace

void recognise_php(const TokenList& list, Recorder& recorder) { PhpRecogniser(list, recorder).run(); }

const KeywordTable& php_keywords() {
  static const KeywordTable kTable(
      {
          {"namespace", kNamespace},
          {"class", kClass},
          {"interface", kInterface},
          {"trait", kTrait},
          {"enum", kEnum},
          {"function", kFunction},
          {"const", kConst},
          {"public", kModifier},
          {"private", kModifier},
          {"protected", kModifier},
          {"static", kModifier},
          {"final", kModifier},
          {"abstract", kModifier},
          {"readonly", kModifier},
          {"var", kModifier},
          {"use", kUse},
          {"case", kCase},
          {"define", kDefine},
          {"new", kNew},
          {"return", kWord},
          {"if", kWord},
          {"else", kWord},
          {"elseif", kWord},
          {"for", kWord},
          {"foreach", kWord},
          {"while", kWord},
          {"switch", kWord},
          {"echo", kWord},
          {"extends", kWord},
          {"implements", kWord},
          {"as", kWord},
          {"null", kWord},
          {"true", kWord},
          {"false", kWord},
          {"throw", kWord},
          {"try", kWord},
          {"catch", kWord},
          {"array", kWord},
          {"fn", kWord},
          {"match", kWord},
      },
      KeywordTable::Case::folded);
  return kTable;
}

}  // namespace tenon::index::scan
