// Python: classes and functions wherever they stand, variables of modules and classes.
#include <algorithm>

#include "native/index/symbols/scan/recognisers.h"
#include "native/index/symbols/scan/token_reader.h"

namespace tenon::index::scan {
namespace {

enum Keyword : std::uint8_t { kOther, kClass, kDef, kAsync, kLambda, kWord };

class PythonRecogniser {
 public:
  PythonRecogniser(const TokenList& list, Recorder& recorder) : reader_(recorder.text(), list), recorder_(recorder) {}

  void run() {
    for (Index i = 0; i < reader_.last();) i = line(i);
    leave(0, reader_.last());
  }

 private:
  struct Scope {
    std::uint32_t indentation;
    std::uint32_t symbol;
    bool function;
  };

  std::uint32_t indentation(Index i) const {
    const std::string_view text = recorder_.text();
    std::uint32_t column = 0;
    for (std::size_t at = reader_.at(i).begin; at > 0 && text[at - 1] != '\n' && column < kWidest; --at) ++column;
    return column;
  }

  void leave(std::uint32_t indentation, Index next) {
    while (!scopes_.empty() && scopes_.back().indentation >= indentation) {
      recorder_.set_end(scopes_.back().symbol, reader_.at(next - 1).end);
      scopes_.pop_back();
    }
  }

  Index next_line(Index i) const {
    for (i = reader_.past(i); i < reader_.last() && !reader_.first_on_line(i);) i = reader_.past(i);
    return i;
  }

  Index line(Index start) {
    const std::uint32_t column = indentation(start);
    if (start > 0 && !decorated_) leave(column, start);
    if (reader_.is(start, '@')) {
      if (!decorated_) decorator_ = start;
      decorated_ = true;
      return next_line(start);
    }
    const Index begin = decorated_ ? decorator_ : start;
    decorated_ = false;
    const Index i = reader_.keyword(start) == kAsync ? start + 1 : start;
    if ((reader_.keyword(i) == kClass || reader_.keyword(i) == kDef) && reader_.is_word(i + 1)) {
      definition(begin, i, column);
    } else if (is_named_lambda(start)) {
      lambda(start);
    } else if (scopes_.empty() || !scopes_.back().function) {
      variables(start);
    }
    return next_line(start);
  }

  void definition(Index begin, Index i, std::uint32_t column) {
    const std::uint32_t parent = scopes_.empty() ? kNoParent : scopes_.back().symbol;
    const bool function = reader_.keyword(i) == kDef;
    const bool method = function && parent != kNoParent && !scopes_.back().function;
    if (!recorder_.may_enter(static_cast<std::uint32_t>(scopes_.size()))) return;
    const std::uint32_t self = recorder_.add(method     ? SymbolKind::method
                                             : function ? SymbolKind::function
                                                        : SymbolKind::klass,
                                             reader_.span(i + 1), reader_.span(begin, i + 1), parent);
    if (self != parent) scopes_.push_back({column, self, function});
  }

  bool is_named_lambda(Index i) const {
    return reader_.is_name(i) && reader_.is(i + 1, '=') && reader_.keyword(i + 2) == kLambda;
  }

  void lambda(Index i) {
    const std::uint32_t parent = scopes_.empty() ? kNoParent : scopes_.back().symbol;
    const bool method = parent != kNoParent && !scopes_.back().function;
    recorder_.add(method ? SymbolKind::method : SymbolKind::function, reader_.span(i),
                  reader_.span(i, std::max(next_line(i), i + 1) - 1), parent);
  }

  // `a = …`, `a: int`, `a, b = …`, `a = b = …`
  void variables(Index i) {
    Index names[kMostNames];
    std::size_t count = 0;
    Index end = i;
    while (reader_.is_name(end) && (end == i || !reader_.first_on_line(end))) {
      if (count < kMostNames) names[count++] = end;
      ++end;
      const bool chained = reader_.is(end, '=') && !reader_.is(end, "==") && reader_.is_name(end + 1) &&
                           reader_.is(end + 2, '=') && !reader_.is(end + 2, "==");
      if (!reader_.is(end, ',') && !chained) break;
      ++end;
    }
    const bool assigned = reader_.is(end, '=') && !reader_.is(end, "==");
    const bool declared = reader_.is(end, ':') && count == 1;
    if ((!assigned && !declared) || reader_.first_on_line(end)) return;
    const std::uint32_t parent = scopes_.empty() ? kNoParent : scopes_.back().symbol;
    const Index last = std::max(next_line(i), i + 1) - 1;
    for (std::size_t k = 0; k < count; ++k) {
      recorder_.add(parent == kNoParent ? SymbolKind::variable : SymbolKind::field, reader_.span(names[k]),
                    reader_.span(i, last), parent);
    }
  }

  static constexpr std::uint32_t kWidest = 4096;
  static constexpr std::size_t kMostNames = 32;
  TokenReader reader_;
  Recorder& recorder_;
  std::vector<Scope> scopes_;
  Index decorator_ = 0;
  bool decorated_ = false;
};

}  // namespace

void recognise_python(const TokenList& list, Recorder& recorder) { PythonRecogniser(list, recorder).run(); }

const KeywordTable& python_keywords() {
  static const KeywordTable kTable({
      {"class", kClass}, {"def", kDef},       {"async", kAsync},   {"and", kWord},      {"as", kWord},
      {"assert", kWord}, {"await", kWord},    {"break", kWord},    {"continue", kWord}, {"del", kWord},
      {"elif", kWord},   {"else", kWord},     {"except", kWord},   {"finally", kWord},  {"for", kWord},
      {"from", kWord},   {"global", kWord},   {"if", kWord},       {"import", kWord},   {"in", kWord},
      {"is", kWord},     {"lambda", kLambda}, {"nonlocal", kWord}, {"not", kWord},      {"or", kWord},
      {"pass", kWord},   {"raise", kWord},    {"return", kWord},   {"try", kWord},      {"while", kWord},
      {"with", kWord},   {"yield", kWord},    {"None", kWord},     {"True", kWord},     {"False", kWord},
      {"self", kWord},
  });
  return kTable;
}

}  // namespace tenon::index::scan
