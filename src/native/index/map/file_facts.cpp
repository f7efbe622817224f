#include "native/index/map/file_facts.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <ctime>

#include <xxhash.h>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/index/symbols/file_text.h"
#include "native/index/symbols/symbol_scanner.h"

namespace tenon::index {
namespace {

constexpr std::size_t kShownBytes = 100;  // of a line
constexpr std::size_t kShortestName = 2;

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

// Facts as one thread found them, its names not yet numbered for all.
struct Found {
  std::uint32_t source = 0;
  std::uint32_t thread = 0;
  bool same_content = false;
  FileFacts facts;
};

class Reader {
 public:
  Reader(int tree, const MapOptions& options) : tree_(tree), limits_(options.limits), scanner_(options.limits) {}

  // `before` are facts of the same path, or null.
  void read(const MapSource& source, const FileFacts* before, Found& found) {
    FileFacts& facts = found.facts;
    facts.source = source;
    facts.looked_ns = now_ns();
    facts.readable = text_.read(tree_, source.path, limits_.bytes);
    if (!facts.readable) return;
    facts.content = XXH3_64bits(text_.view().data(), text_.view().size());
    if (before != nullptr && before->readable && before->content == facts.content) {
      found.same_content = true;
      return;
    }
    const auto grammar = grammar_of(source.path);
    if (!grammar) return;
    const FileSymbols& symbols = scanner_.scan(text_.view(), *grammar, Mentions::counted);
    facts.completeness = symbols.completeness;
    take_definitions(symbols, facts);
    take_mentions(symbols, facts);
  }

  const NameTable& names() const { return names_; }

 private:
  void take_definitions(const FileSymbols& symbols, FileFacts& facts) {
    kept_.assign(symbols.symbols.size(), kNoParent);
    for (std::uint32_t i = 0; i < symbols.symbols.size(); ++i) {
      const Symbol& symbol = symbols.symbols[i];
      if (!is_ranked(symbol.kind) && symbol.kind != SymbolKind::module) continue;
      kept_[i] = static_cast<std::uint32_t>(facts.definitions.size());
      facts.lines += signature(text_.view(), symbol, kShownBytes);
      facts.definitions.push_back({.name = names_.number_of(symbol.name),
                                   .line = symbol.line,
                                   .parent = symbol.parent == kNoParent ? kNoParent : kept_[symbol.parent],
                                   .shown = static_cast<std::uint32_t>(facts.lines.size()),
                                   .kind = symbol.kind});
    }
  }

  void take_mentions(const FileSymbols& symbols, FileFacts& facts) {
    for (const Mention& mention : symbols.mentions) {
      if (mention.name.size() < kShortestName) continue;
      facts.mentions.push_back({names_.number_of(mention.name), mention.count});
    }
    // A definition is no use of its name.
    own_.resize(std::max<std::size_t>(own_.size(), names_.size()));
    for (const MapDefinition& definition : facts.definitions) ++own_[definition.name];
    for (MapMention& mention : facts.mentions) mention.count -= std::min(mention.count, own_[mention.name]);
    for (const MapDefinition& definition : facts.definitions) own_[definition.name] = 0;
    std::erase_if(facts.mentions, [](const MapMention& mention) { return mention.count == 0; });
    facts.mentions.shrink_to_fit();
  }

  int tree_;
  SymbolLimits limits_;
  SymbolScanner scanner_;
  NameTable names_;
  FileText text_;
  std::vector<std::uint32_t> kept_;
  std::vector<std::uint32_t> own_;
};

// The numbers of one thread's names in the table of all.
class Renumbering {
 public:
  Renumbering(const NameTable& from, NameTable& to) : from_(from), to_(to), numbers_(from.size(), kNoParent) {}

  void apply(FileFacts& facts) {
    for (MapDefinition& definition : facts.definitions) definition.name = number(definition.name);
    for (MapMention& mention : facts.mentions) mention.name = number(mention.name);
  }

 private:
  std::uint32_t number(std::uint32_t name) {
    if (numbers_[name] == kNoParent) numbers_[name] = to_.number_of(from_.name(name));
    return numbers_[name];
  }

  const NameTable& from_;
  NameTable& to_;
  std::vector<std::uint32_t> numbers_;
};

// A change within this time after the last look may have left the time of change as it was (git's racy rule).
bool is_same(const MapSource& source, const FileFacts& facts) {
  constexpr std::int64_t kRacyNs = 20'000'000;  // two ticks of a slow kernel clock
  return facts.readable && facts.source.size == source.size && facts.source.changed_ns == source.changed_ns &&
         facts.source.inode == source.inode && source.changed_ns + kRacyNs < facts.looked_ns;
}

}  // namespace

bool is_ranked(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::klass:
    case SymbolKind::structure:
    case SymbolKind::interface:
    case SymbolKind::enumeration:
    case SymbolKind::type:
    case SymbolKind::function:
    case SymbolKind::declaration:
    case SymbolKind::method:
    case SymbolKind::property:
    case SymbolKind::variable:
    case SymbolKind::constant:
    case SymbolKind::macro:
    case SymbolKind::table:
      return true;
    default:
      return false;
  }
}

MapRefresh refresh_facts(const std::filesystem::path& tree, std::span<const MapSource> sources,
                         const MapOptions& options, MapFacts& known) {
  MapRefresh refresh{
      .files = static_cast<std::uint32_t>(sources.size()), .scanned = 0, .unreadable = 0, .incomplete = 0};
  std::vector<FileFacts*> before(sources.size(), nullptr);
  std::vector<Found> found;
  for (std::size_t i = 0, k = 0; i < sources.size(); ++i) {
    while (k < known.files.size() && known.files[k].source.path < sources[i].path) ++k;
    if (k < known.files.size() && known.files[k].source.path == sources[i].path) before[i] = &known.files[k];
    if (before[i] == nullptr || !is_same(sources[i], *before[i])) {
      found.push_back({.source = static_cast<std::uint32_t>(i), .thread = 0, .same_content = false, .facts = {}});
    }
  }

  const fsops::FileDescriptor directory(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw system_error(tree.string(), errno);
  const auto threads =
      static_cast<std::uint32_t>(std::clamp<std::size_t>(found.size() / 8, 1, std::max(options.threads, 1U)));
  std::vector<Reader> readers;
  for (std::uint32_t t = 0; t < threads; ++t) readers.emplace_back(directory.number(), options);
  std::atomic<std::size_t> next = 0;
  const auto work = [&](std::uint32_t thread) {
    for (std::size_t i = next++; i < found.size(); i = next++) {
      found[i].thread = thread;
      readers[thread].read(sources[found[i].source], before[found[i].source], found[i]);
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::uint32_t t = 1; t < threads; ++t) helpers.emplace_back(work, t);
    work(0);
  }

  std::vector<Renumbering> renumberings;
  for (const Reader& reader : readers) renumberings.emplace_back(reader.names(), known.names);
  std::vector<FileFacts> files(sources.size());
  for (Found& each : found) {
    FileFacts& facts = files[each.source];
    if (each.same_content) {
      facts = std::move(*before[each.source]);
      facts.source = each.facts.source;
      facts.looked_ns = each.facts.looked_ns;
    } else {
      renumberings[each.thread].apply(each.facts);
      facts = std::move(each.facts);
      ++refresh.scanned;
    }
    before[each.source] = nullptr;
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (before[i] != nullptr) files[i] = std::move(*before[i]);
    if (!files[i].readable) ++refresh.unreadable;
    if (files[i].completeness != Completeness::whole) ++refresh.incomplete;
  }
  known.files = std::move(files);
  return refresh;
}

}  // namespace tenon::index
