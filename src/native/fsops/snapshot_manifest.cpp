#include "native/fsops/snapshot_manifest.h"

#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::fsops {
namespace {

constexpr std::string_view kHead = "tenon-manifest 1\n";
constexpr std::size_t kDigestSize = 64;

Error broken() { return Error(ErrorCode::data_corrupted, "a snapshot's manifest is broken"); }

class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  std::string_view until(char end) {
    const std::size_t size = rest_.find(end);
    if (size == std::string_view::npos) throw broken();
    const std::string_view field = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return field;
  }

  template <class Number>
  Number number(int base = 10) {
    const std::string_view field = until(' ');
    Number value{};
    const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), value, base);
    if (failed != std::errc() || end != field.data() + field.size()) throw broken();
    return value;
  }

 private:
  std::string_view rest_;
};

ManifestKind kind_of(std::string_view field) {
  for (const ManifestKind kind :
       {ManifestKind::file, ManifestKind::directory, ManifestKind::link, ManifestKind::same_file}) {
    if (field.size() == 1 && field.front() == static_cast<char>(kind)) return kind;
  }
  throw broken();
}

bool is_digest(std::string_view text) {
  return text.size() == kDigestSize && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

ManifestEntry read_entry(FieldReader& reader) {
  ManifestEntry entry;
  entry.kind = kind_of(reader.until(' '));
  entry.mode = reader.number<std::uint32_t>(8);
  entry.user = reader.number<std::uint32_t>();
  entry.group = reader.number<std::uint32_t>();
  entry.seconds = reader.number<std::int64_t>();
  entry.nanoseconds = reader.number<std::uint32_t>();
  entry.size = reader.number<std::uint64_t>();
  const std::string_view digest = reader.until(' ');
  if (entry.kind == ManifestKind::file) entry.digest = digest;
  if (entry.kind == ManifestKind::file ? !is_digest(digest) : digest != "-") throw broken();
  entry.path = reader.until('\0');
  entry.text = reader.until('\0');
  return entry;
}

bool fits(const ManifestEntry& entry, const Manifest& manifest) {
  if (manifest.entries.empty()) return entry.kind == ManifestKind::directory && entry.path.empty();
  if (entry.mode > 07777U || entry.path <= manifest.entries.back().path || !stays_below(entry.path)) return false;
  return entry.kind != ManifestKind::same_file || stays_below(entry.text);
}

}  // namespace

bool stays_below(std::string_view path) {
  if (path.empty()) return false;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t slash = std::min(path.find('/', from), path.size());
    const std::string_view component = path.substr(from, slash - from);
    if (component.empty() || component == "." || component == "..") return false;
    from = slash + 1;
  }
  return true;
}

std::string manifest_bytes(const Manifest& manifest) {
  std::string bytes(kHead);
  auto out = std::back_inserter(bytes);
  for (const ManifestEntry& entry : manifest.entries) {
    const std::string_view digest = entry.digest.empty() ? std::string_view("-") : std::string_view(entry.digest);
    fmt::format_to(out, "{} {:o} {} {} {} {} {} {} ", static_cast<char>(entry.kind), entry.mode, entry.user,
                   entry.group, entry.seconds, entry.nanoseconds, entry.size, digest);
    bytes.append(entry.path).push_back('\0');
    bytes.append(entry.text).push_back('\0');
  }
  return bytes;
}

Manifest parse_manifest(std::string_view bytes) {
  if (!bytes.starts_with(kHead)) throw broken();
  FieldReader reader(bytes.substr(kHead.size()));
  Manifest manifest;
  while (!reader.at_end()) {
    ManifestEntry entry = read_entry(reader);
    if (!fits(entry, manifest)) throw broken();
    manifest.entries.push_back(std::move(entry));
  }
  if (manifest.entries.empty()) throw broken();
  return manifest;
}

struct stat status_of(const ManifestEntry& entry) {
  struct stat status{};
  status.st_mode = entry.mode;
  status.st_uid = entry.user;
  status.st_gid = entry.group;
  status.st_size = static_cast<off_t>(entry.size);
  status.st_mtim = {.tv_sec = entry.seconds, .tv_nsec = entry.nanoseconds};
  return status;
}

}  // namespace tenon::fsops
