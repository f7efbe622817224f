#include "native/index/ranking/ranked_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "native/fsops/file_descriptor.h"
#include "native/index/symbols/grammar.h"
#include "native/index/symbols/symbol_scanner.h"
#include "native/index/tree/parallel.h"

namespace tenon::index {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

// Letters beyond ASCII are parts of words.
bool is_of_word(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         static_cast<unsigned char>(byte) >= 0x80;
}

// Empty when it cannot be read; what is beyond the limit is not looked for.
std::string read_source(const std::string& path, std::uint64_t limit) {
  const fsops::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  std::string text;
  if (!file) return text;
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  std::size_t size = 0;
  while (size <= limit) {
    text.resize(size + kPiece);
    const ssize_t count = ::read(file.number(), text.data() + size, kPiece);
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  if (text.starts_with(kUtf8Mark)) text.erase(0, kUtf8Mark.size());
  return text;
}

std::uint32_t symbol_weight(const Symbol& symbol, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t name_end = symbol.name_begin + symbol.name.size();
  if (end <= symbol.name_begin || begin >= name_end) return 0;
  const bool whole = begin == symbol.name_begin && end == name_end;
  return (whole ? kSymbolWeight : kPartOfSymbolWeight) + kind_weight(symbol.kind);
}

// The weights of the lines of one part.
std::vector<std::uint32_t> weights_of(const FileResult& part, SymbolScanner& scanner) {
  const std::optional<Grammar> grammar = grammar_of(part.path);
  const std::string source = grammar ? read_source(part.path, SymbolLimits{}.bytes) : std::string();
  std::vector<Symbol> symbols;
  if (grammar) symbols = scanner.scan(source, *grammar).symbols;
  std::ranges::sort(symbols, {}, &Symbol::name_begin);

  std::vector<std::uint32_t> weights;
  for (const ResultLine& line : part.lines) {
    const std::string_view text = part.text_of(line);
    const bool stands = line.offset <= source.size() && source.compare(line.offset, text.size(), text) == 0;
    std::uint32_t best = 0;
    for (std::uint32_t i = 0; i < line.spans; ++i) {
      const ResultSpan span = part.spans[line.first_span + i];
      best = std::max(best, word_weight(text, span));
      if (!stands) continue;
      // Names that begin before the line cannot reach into it: none holds a line feed.
      for (auto symbol = std::ranges::lower_bound(symbols, line.offset, {}, &Symbol::name_begin);
           symbol != symbols.end() && symbol->name_begin < line.offset + span.end; ++symbol) {
        best = std::max(best, symbol_weight(*symbol, line.offset + span.begin, line.offset + span.end));
      }
    }
    weights.push_back(best);
  }
  return weights;
}

FileResult single_line(const FileResult& part, const ResultLine& line) {
  FileResult single{.path = part.path, .text = std::string(part.text_of(line)), .matched_lines = 1};
  single.lines.push_back(line);
  single.lines.front().text_begin = 0;
  single.lines.front().first_span = 0;
  const auto first = part.spans.begin() + static_cast<std::ptrdiff_t>(line.first_span);
  single.spans.assign(first, first + static_cast<std::ptrdiff_t>(line.spans));
  single.matches = line.spans;
  return single;
}

}  // namespace

std::uint32_t word_weight(std::string_view line, const ResultSpan& match) {
  if (match.begin == match.end) return 0;
  const bool begins = match.begin == 0 || !is_of_word(line[match.begin - 1]);
  const bool ends = match.end >= line.size() || !is_of_word(line[match.end]);
  if (begins && ends) return kWordWeight;
  return begins || ends ? kPartOfWordWeight : 0;
}

std::uint32_t kind_weight(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::klass:
    case SymbolKind::structure:
    case SymbolKind::interface:
    case SymbolKind::enumeration:
    case SymbolKind::table:
      return 10 * kKindWeight;
    case SymbolKind::type:
    case SymbolKind::module:
      return 9 * kKindWeight;
    case SymbolKind::function:
    case SymbolKind::method:
      return 8 * kKindWeight;
    case SymbolKind::declaration:
    case SymbolKind::macro:
    case SymbolKind::object:
      return 7 * kKindWeight;
    case SymbolKind::constant:
    case SymbolKind::enumerator:
    case SymbolKind::property:
      return 6 * kKindWeight;
    case SymbolKind::field:
    case SymbolKind::variable:
      return 5 * kKindWeight;
    case SymbolKind::selector:
    case SymbolKind::heading:
    case SymbolKind::anchor:
      return 2 * kKindWeight;
    case SymbolKind::key:
      return kKindWeight;
  }
  return 0;
}

void RankedLines::add(FileResult&& part) {
  std::erase_if(part.lines, [](const ResultLine& line) { return line.kind == ResultLine::Kind::context; });
  if (part.lines.empty()) return;
  const std::size_t room = kMostRankedLines - lines_;
  if (part.lines.size() > room) {
    left_out_ += part.lines.size() - room;
    part.lines.resize(room);
  }
  lines_ += part.lines.size();
  if (!part.lines.empty()) parts_.push_back(std::move(part));
}

std::vector<FileResult> RankedLines::take(std::uint32_t threads) {
  std::vector<std::vector<std::uint32_t>> weights(parts_.size());
  in_parallel(parts_.size(), threads, [&](std::size_t, std::size_t begin, std::size_t end) {
    SymbolScanner scanner;
    for (std::size_t i = begin; i < end; ++i) weights[i] = weights_of(parts_[i], scanner);
  });
  struct Place {
    std::uint32_t weight = 0;
    std::size_t part = 0;
    std::size_t line = 0;
  };
  std::vector<Place> places;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    for (std::size_t k = 0; k < weights[i].size(); ++k) places.push_back({weights[i][k], i, k});
  }
  std::ranges::sort(places, [](const Place& left, const Place& right) {
    return std::tuple(right.weight, left.part, left.line) < std::tuple(left.weight, right.part, right.line);
  });
  std::vector<FileResult> ordered;
  ordered.reserve(places.size());
  for (const Place& place : places)
    ordered.push_back(single_line(parts_[place.part], parts_[place.part].lines[place.line]));
  parts_.clear();
  lines_ = 0;
  return ordered;
}

}  // namespace tenon::index
