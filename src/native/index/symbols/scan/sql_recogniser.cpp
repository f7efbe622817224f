// SQL: what CREATE creates, the columns of tables.
#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

enum Keyword : std::uint8_t {
  kOther,
  kCreate,
  kRelation,  // also view
  kRoutine,   // function, procedure
  kObject,    // index, trigger, sequence …
  kType,      // type, domain
  kSchema,
  kModifier,  // between CREATE and what is created, and between that and its name
  kConstraint,
  kWord
};

class SqlRecogniser {
 public:
  SqlRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() {
    Index i = 0;
    while (i < reader_.last()) i = reader_.keyword(i) == kCreate ? create(i) : i + 1;
  }

 private:
  bool is_name(Index i) const { return reader_.is_word(i) || reader_.is_text(i) || reader_.is(i, '['); }
  Span name(Index i) const {
    if (reader_.is(i, '[')) return reader_.span(i + 1, std::max(reader_.past(i), i + 3) - 2);
    return reader_.is_text(i) ? reader_.unquoted(i) : reader_.span(i);
  }

  Index create(Index start) {
    Index i = start + 1;
    while (reader_.keyword(i) == kModifier) ++i;
    const std::uint8_t keyword = reader_.keyword(i);
    if (keyword < kRelation || keyword > kSchema) return i;
    ++i;
    while (reader_.keyword(i) == kModifier) ++i;
    if (!is_name(i) || reader_.text(i) == "ON" || reader_.text(i) == "on") return i;
    const Index first = i;
    while (reader_.is(reader_.past(i), '.') && is_name(reader_.past(i) + 1)) i = reader_.past(i) + 1;
    const Span qualifier = i > first ? Span{name(first).begin, reader_.at(i - 2).end} : Span{};
    const Index end = statement_end(i);
    const std::uint32_t self = recorder_.add(kind(keyword), name(i), reader_.span(start, end), kNoParent, qualifier);
    const Index open = reader_.past(i);
    if (keyword == kRelation && reader_.is(open, '(')) columns(open, self);
    return open;
  }

  static SymbolKind kind(std::uint8_t keyword) {
    switch (keyword) {
      case kRelation:
        return SymbolKind::table;
      case kRoutine:
        return SymbolKind::function;
      case kType:
        return SymbolKind::type;
      case kSchema:
        return SymbolKind::module;
      default:
        return SymbolKind::object;
    }
  }

  Index statement_end(Index i) const {
    while (i < reader_.last() && !reader_.is(i, ';')) {
      if (reader_.keyword(i) == kCreate) return i - 1;
      i = reader_.past(i);
    }
    return std::min(i, reader_.last());
  }

  void columns(Index open, std::uint32_t parent) {
    const bool closed = reader_.partner(open) > open;
    const Index end = closed ? reader_.partner(open) : statement_end(open + 1);
    for (Index i = open + 1; i < end; ++i) {
      const Index column = i;
      const bool typed = is_name(i) && !reader_.is(reader_.past(i), ',');
      while (i < end && !reader_.is(i, ',')) i = reader_.past(i);
      if (typed && reader_.keyword(column) != kConstraint) {
        recorder_.add(SymbolKind::field, name(column), reader_.span(column, i - 1), parent);
      }
    }
  }

  TokenReader reader_;
  Recorder& recorder_;
};

}  // namespace

void recognise_sql(const TokenList& list, Recorder& recorder) { SqlRecogniser(list, recorder).run(); }

const KeywordTable& sql_keywords() {
  static const KeywordTable kTable(
      {
          {"create", kCreate},
          {"table", kRelation},
          {"view", kRelation},
          {"function", kRoutine},
          {"procedure", kRoutine},
          {"index", kObject},
          {"trigger", kObject},
          {"sequence", kObject},
          {"event", kObject},
          {"package", kObject},
          {"publication", kObject},
          {"synonym", kObject},
          {"policy", kObject},
          {"type", kType},
          {"domain", kType},
          {"schema", kSchema},
          {"database", kSchema},
          {"or", kModifier},
          {"replace", kModifier},
          {"temporary", kModifier},
          {"temp", kModifier},
          {"unlogged", kModifier},
          {"global", kModifier},
          {"local", kModifier},
          {"materialized", kModifier},
          {"recursive", kModifier},
          {"unique", kModifier},
          {"fulltext", kModifier},
          {"clustered", kModifier},
          {"nonclustered", kModifier},
          {"constraint", kConstraint},
          {"if", kModifier},
          {"not", kModifier},
          {"exists", kModifier},
          {"concurrently", kModifier},
          {"virtual", kModifier},
          {"external", kModifier},
          {"primary", kConstraint},
          {"foreign", kConstraint},
          {"check", kConstraint},
          {"key", kConstraint},
          {"exclude", kConstraint},
          {"like", kConstraint},
          {"select", kWord},
          {"from", kWord},
          {"where", kWord},
          {"insert", kWord},
          {"into", kWord},
          {"update", kWord},
          {"delete", kWord},
          {"join", kWord},
          {"and", kWord},
          {"as", kWord},
          {"on", kWord},
          {"values", kWord},
          {"begin", kWord},
          {"end", kWord},
          {"null", kWord},
          {"default", kWord},
          {"references", kWord},
          {"integer", kWord},
          {"text", kWord},
      },
      KeywordTable::Case::folded);
  return kTable;
}

}  // namespace tenon::index::scan
