#include "native/index/map/map_cache.h"

#include <cstring>
#include <type_traits>

#include <xxhash.h>

namespace tenon::index {
namespace {

constexpr std::string_view kMagic{"TENMAP\0\1", 8};
constexpr std::size_t kChecked = 16;  // the checksum is of what comes behind these bytes

class Writer {
 public:
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void number(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void numbers(const std::vector<T>& values) {
    number<std::uint64_t>(values.size());
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void text(std::string_view value) {
    number<std::uint64_t>(value.size());
    bytes_ += value;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// After a failure everything read is empty, and failed() says so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
    requires std::is_trivially_copyable_v<T>
  T number() {
    T value{};
    if (!has(sizeof value)) return value;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  template <class T>
    requires std::is_trivially_copyable_v<T>
  std::vector<T> numbers() {
    const auto count = number<std::uint64_t>();
    if (count > bytes_.size() / sizeof(T)) failed_ = true;
    if (failed_) return {};
    std::vector<T> values(count);
    if (count != 0) std::memcpy(values.data(), bytes_.data(), count * sizeof(T));
    bytes_.remove_prefix(count * sizeof(T));
    return values;
  }
  std::string text() {
    const auto size = number<std::uint64_t>();
    if (!has(size)) return {};
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
  }
  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  bool has(std::uint64_t size) {
    if (size > bytes_.size()) failed_ = true;
    return !failed_;
  }

  std::string_view bytes_;
  bool failed_ = false;
};

std::uint64_t tree_hash(const std::filesystem::path& tree) {
  const std::string path = std::filesystem::absolute(tree).lexically_normal().string();
  return XXH3_64bits(path.data(), path.size());
}

bool is_ascending(const std::vector<std::uint32_t>& begins, std::size_t end) {
  return !begins.empty() && begins.front() == 0 && begins.back() == end && std::ranges::is_sorted(begins);
}

bool is_sound(const FileFacts& file, std::uint32_t names) {
  std::uint32_t shown = 0;
  for (std::uint32_t i = 0; i < file.definitions.size(); ++i) {
    const MapDefinition& definition = file.definitions[i];
    if (definition.name >= names || definition.shown < shown || definition.shown > file.lines.size()) return false;
    if (definition.parent != kNoParent && definition.parent >= i) return false;
    if (definition.kind > SymbolKind::key) return false;
    shown = definition.shown;
  }
  return std::ranges::all_of(file.mentions, [&](const MapMention& mention) { return mention.name < names; }) &&
         file.completeness <= Completeness::too_slow;
}

void write_file(const FileFacts& file, Writer& writer) {
  writer.text(file.source.path);
  writer.number(file.source.size);
  writer.number(file.source.changed_ns);
  writer.number(file.source.inode);
  writer.number(file.content);
  writer.number(file.looked_ns);
  writer.number(file.completeness);
  writer.number<std::uint8_t>(file.readable ? 1 : 0);
  writer.numbers(file.definitions);
  writer.numbers(file.mentions);
  writer.text(file.lines);
}

FileFacts read_file(Reader& reader) {
  FileFacts file;
  file.source.path = reader.text();
  file.source.size = reader.number<std::uint64_t>();
  file.source.changed_ns = reader.number<std::int64_t>();
  file.source.inode = reader.number<std::uint64_t>();
  file.content = reader.number<std::uint64_t>();
  file.looked_ns = reader.number<std::int64_t>();
  file.completeness = reader.number<Completeness>();
  file.readable = reader.number<std::uint8_t>() != 0;
  file.definitions = reader.numbers<MapDefinition>();
  file.mentions = reader.numbers<MapMention>();
  file.lines = reader.text();
  return file;
}

}  // namespace

std::string encoded_facts(const MapFacts& facts, const std::filesystem::path& tree) {
  Writer writer;
  writer.number(std::uint64_t{0});
  writer.number(std::uint64_t{0});
  writer.number(tree_hash(tree));
  writer.text(facts.names.bytes());
  writer.numbers(facts.names.begins());
  writer.number<std::uint64_t>(facts.files.size());
  for (const FileFacts& file : facts.files) write_file(file, writer);
  std::string bytes = writer.take();
  const std::uint64_t checksum = XXH3_64bits(bytes.data() + kChecked, bytes.size() - kChecked);
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  std::memcpy(bytes.data() + kMagic.size(), &checksum, sizeof checksum);
  return bytes;
}

std::optional<MapFacts> decoded_facts(std::string_view bytes, const std::filesystem::path& tree) {
  if (bytes.size() < kChecked || !bytes.starts_with(kMagic)) return std::nullopt;
  Reader reader(bytes.substr(kMagic.size()));
  if (reader.number<std::uint64_t>() != XXH3_64bits(bytes.data() + kChecked, bytes.size() - kChecked))
    return std::nullopt;
  if (reader.number<std::uint64_t>() != tree_hash(tree)) return std::nullopt;
  MapFacts facts;
  std::string names = reader.text();
  std::vector<std::uint32_t> begins = reader.numbers<std::uint32_t>();
  if (!is_ascending(begins, names.size())) return std::nullopt;
  facts.names = NameTable::from(std::move(names), std::move(begins));
  const auto files = reader.number<std::uint64_t>();
  for (std::uint64_t i = 0; i < files && !reader.failed(); ++i) {
    FileFacts file = read_file(reader);
    const bool ordered = facts.files.empty() || facts.files.back().source.path < file.source.path;
    if (reader.failed() || !ordered || !is_sound(file, facts.names.size())) return std::nullopt;
    facts.files.push_back(std::move(file));
  }
  if (reader.failed() || !reader.at_end()) return std::nullopt;
  return facts;
}

}  // namespace tenon::index
