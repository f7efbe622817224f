#include "native/fsops/snapshot_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <boost/describe/enum_to_string.hpp>

#include "core/digest.h"
#include "core/error.h"
#include "native/fsops/beneath.h"
#include "native/fsops/content_store.h"
#include "native/fsops/nesting.h"
#include "native/fsops/snapshot_reading.h"
#include "native/fsops/snapshot_restore.h"
#include "native/fsops/staging_directory.h"

namespace tenon::fsops {
namespace {

constexpr std::string_view kFormat = "tenon-snapshots 1\n";
constexpr const char* kSnapshots = "snapshots";
constexpr const char* kSeen = "seen";
constexpr std::size_t kIdSize = 64;

FileDescriptor open_root(const std::filesystem::path& directory) {
  FileDescriptor root(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!root) throw system_error(fmt::format("cannot open {}", directory.string()), errno);
  return root;
}

enum class Use { shared, alone };

// Held as long as it lives.
FileDescriptor lock(const FileDescriptor& root, Use use) {
  FileDescriptor file(::openat(root.number(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) throw system_error("cannot lock the snapshot store", errno);
  while (::flock(file.number(), use == Use::alone ? LOCK_EX : LOCK_SH) != 0) {
    if (errno != EINTR) throw system_error("cannot lock the snapshot store", errno);
  }
  return file;
}

std::optional<std::string> read_file(const FileDescriptor& root, const std::string& name) {
  const std::expected<FileDescriptor, int> file = open_beneath(root.number(), name, O_RDONLY | O_NOFOLLOW);
  if (!file && file.error() == ENOENT) return std::nullopt;
  struct stat status{};
  if (!file || ::fstat(file->number(), &status) != 0) throw path_error("read", name, file ? errno : file.error());
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file->number(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw path_error("read", name, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

void make_layout(const FileDescriptor& root) {
  for (const char* name : {kObjects, kShared, kUnfinished, kSnapshots, kSeen}) {
    if (::mkdirat(root.number(), name, 0700) != 0 && errno != EEXIST) {
      throw system_error("cannot make the snapshot store", errno);
    }
  }
}

std::string hexadecimal(const Digest& digest) { return digest.text.substr(digest.text.find(':') + 1); }

std::string manifest_name(const SnapshotId& id) { return fmt::format("{}/{}", kSnapshots, id.text); }

Manifest load(const FileDescriptor& root, const SnapshotId& id) {
  const std::optional<std::string> bytes = read_file(root, manifest_name(id));
  if (!bytes) {
    throw Error(ErrorCode::not_found, fmt::format("there is no snapshot {}", id.text), "List the snapshots there are.");
  }
  if (hexadecimal(sha256(*bytes)) != id.text) {
    throw Error(ErrorCode::data_corrupted, fmt::format("the manifest of snapshot {} is not what it was", id.text),
                "Restore another snapshot, and check the disk.");
  }
  return parse_manifest(*bytes);
}

Snapshot facts_of(SnapshotId id, const Manifest& manifest, const struct stat& status) {
  Snapshot snapshot{.id = std::move(id),
                    .made = Timestamp(Milliseconds(status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000)),
                    .files = 0,
                    .bytes = 0};
  for (const ManifestEntry& entry : manifest.entries) {
    const bool is_file = entry.kind == ManifestKind::file || entry.kind == ManifestKind::same_file;
    snapshot.files += is_file ? 1 : 0;
    snapshot.bytes += is_file ? entry.size : 0;
  }
  return snapshot;
}

struct stat manifest_status(const FileDescriptor& root, const SnapshotId& id) {
  const std::expected<struct stat, int> status = status_of(root.number(), manifest_name(id));
  if (!status) throw path_error("read", manifest_name(id), status.error());
  return *status;
}

CloneMethod restore_method(const std::filesystem::path& store, const std::filesystem::path& place,
                           const RestoreOptions& options) {
  if (!options.method) {
    if (supports(CloneMethod::reflink, store, place)) return CloneMethod::reflink;
    const bool may_share = options.writers == Writers::guard && supports(CloneMethod::hardlink, store, place);
    return may_share ? CloneMethod::hardlink : CloneMethod::copy;
  }
  if (*options.method == CloneMethod::overlay) {
    throw Error(ErrorCode::invalid_argument, "a snapshot is not restored as an overlay",
                "Restore it to a directory that stays as it is, and clone that one by overlay.");
  }
  if (*options.method == CloneMethod::hardlink && options.writers != Writers::guard) {
    throw Error(ErrorCode::invalid_argument, "hard links need a workspace that nobody writes into in place",
                "Restore by another method.");
  }
  if (supports(*options.method, store, place)) return *options.method;
  throw Error(ErrorCode::unsupported,
              fmt::format("snapshots of {} cannot be restored to {} by {}", store.string(), place.string(),
                          boost::describe::enum_to_string(*options.method, "?")),
              "Leave the method out: the best one of the place is chosen.");
}

std::filesystem::path whole_path(const std::filesystem::path& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path);
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

SnapshotStore SnapshotStore::open(const std::filesystem::path& directory) {
  const std::filesystem::path whole = whole_path(directory);
  if (::mkdir(whole.c_str(), 0700) != 0 && errno != EEXIST) {
    throw system_error(fmt::format("cannot make the snapshot store {}", whole.string()), errno);
  }
  const FileDescriptor root = open_root(whole);
  const FileDescriptor held = lock(root, Use::shared);
  const std::optional<std::string> format = read_file(root, "format");
  if (format && *format != kFormat) {
    throw Error(ErrorCode::unsupported, fmt::format("{} is a snapshot store of another version", whole.string()));
  }
  if (!format) {
    DirectoryReader reader(root.number());
    for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
      const bool ours = name == "lock" || name == kUnfinished || name == kObjects || name == kShared ||
                        name == kSnapshots || name == kSeen;
      if (ours) continue;
      throw Error(ErrorCode::conflict, fmt::format("{} is not a snapshot store", whole.string()),
                  "Name a directory that does not exist, is empty, or holds snapshots.");
    }
    make_layout(root);
    ContentStore(root).write_file("format", kFormat);
  }
  return SnapshotStore(whole);
}

SnapshotReport SnapshotStore::make(const std::filesystem::path& tree, const SnapshotOptions& options) const {
  const FileDescriptor root = open_root(directory_);
  const FileDescriptor held = lock(root, Use::shared);
  const FileDescriptor source(::open(tree.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!source) throw system_error(fmt::format("cannot open {}", tree.string()), errno);
  if (lies_in(directory_, tree)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("the snapshot store {} lies in {}", directory_.string(), tree.string()),
                "Keep the store beside the directory.");
  }
  const ContentStore store(root);
  TransferMeter meter(options.transfer);
  const std::string place = hexadecimal(sha256(std::filesystem::canonical(tree).string()));
  const std::string seen_name = fmt::format("{}/{}", kSeen, place);
  const SeenFiles before = SeenFiles::parse(read_file(root, seen_name).value_or(""));
  SnapshotReading reading(source, store, before, meter);
  const Manifest manifest = reading.read(options.transfer.threads);
  const std::string bytes = manifest_bytes(manifest);
  const SnapshotId id{hexadecimal(sha256(bytes))};
  meter.check();
  // The contents reach the disk before the manifest that names them.
  if (options.durability == Durability::synced && ::syncfs(root.number()) != 0) {
    throw system_error("cannot write the snapshot store to the disk", errno);
  }
  if (!status_of(root.number(), manifest_name(id))) store.write_file(manifest_name(id), bytes);
  store.write_file(seen_name, reading.seen().bytes());
  if (options.durability == Durability::synced && ::syncfs(root.number()) != 0) {
    throw system_error("cannot write the snapshot store to the disk", errno);
  }
  return {.snapshot = facts_of(id, manifest, manifest_status(root, id)),
          .tree = meter.finish(),
          .stored_files = reading.stored_files(),
          .stored_bytes = reading.stored_bytes()};
}

CloneReport SnapshotStore::restore(const SnapshotId& id, const std::filesystem::path& target,
                                   const RestoreOptions& options) const {
  const FileDescriptor root = open_root(directory_);
  const FileDescriptor held = lock(root, Use::shared);
  const std::filesystem::path place = whole_path(target);
  if (lies_in(place.parent_path(), directory_)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} would lie in the snapshot store", place.string()),
                "Choose a place beside it.");
  }
  const Manifest manifest = load(root, id);
  const CloneMethod method = restore_method(directory_, place.parent_path(), options);
  TransferMeter meter(options.transfer);
  StagingDirectory staging(place, options.existing);
  restore_tree(manifest, ContentStore(root), staging.descriptor(), method, options.transfer.threads, meter);
  meter.check();
  staging.publish();
  return {.method = method, .tree = meter.finish()};
}

std::vector<Snapshot> SnapshotStore::list() const {
  const FileDescriptor root = open_root(directory_);
  const FileDescriptor held = lock(root, Use::shared);
  std::vector<Snapshot> snapshots;
  const std::expected<FileDescriptor, int> directory = open_beneath(root.number(), kSnapshots, O_RDONLY | O_DIRECTORY);
  if (!directory) throw path_error("read", kSnapshots, directory.error());
  DirectoryReader reader(directory->number());
  for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
    const SnapshotId id{name};
    snapshots.push_back(facts_of(id, load(root, id), manifest_status(root, id)));
  }
  std::ranges::sort(snapshots, {}, [](const Snapshot& snapshot) { return std::pair(snapshot.made, snapshot.id); });
  return snapshots;
}

SnapshotId SnapshotStore::find(const std::string& prefix) const {
  constexpr std::size_t kShortest = 4;
  if (prefix.size() < kShortest || prefix.size() > kIdSize ||
      prefix.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw Error(ErrorCode::invalid_argument, fmt::format("\"{}\" is not the id of a snapshot", printable(prefix)),
                "An id is 64 hexadecimal digits; the first four or more are enough.");
  }
  std::optional<SnapshotId> found;
  const FileDescriptor root = open_root(directory_);
  const std::expected<FileDescriptor, int> directory = open_beneath(root.number(), kSnapshots, O_RDONLY | O_DIRECTORY);
  if (!directory) throw path_error("read", kSnapshots, directory.error());
  DirectoryReader reader(directory->number());
  for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
    if (!name.starts_with(prefix)) continue;
    if (found) {
      throw Error(ErrorCode::conflict, fmt::format("several snapshots begin with {}", prefix), "Give more digits.");
    }
    found = SnapshotId{name};
  }
  if (found) return *found;
  throw Error(ErrorCode::not_found, fmt::format("there is no snapshot {}", prefix), "List the snapshots there are.");
}

std::uint64_t SnapshotStore::remove(const SnapshotId& id) const {
  const FileDescriptor root = open_root(directory_);
  const FileDescriptor held = lock(root, Use::alone);
  load(root, id);
  if (::unlinkat(root.number(), manifest_name(id).c_str(), 0) != 0) {
    throw path_error("remove", manifest_name(id), errno);
  }
  std::set<std::string> needed;
  const std::expected<FileDescriptor, int> directory = open_beneath(root.number(), kSnapshots, O_RDONLY | O_DIRECTORY);
  if (!directory) throw path_error("read", kSnapshots, directory.error());
  DirectoryReader reader(directory->number());
  for (std::string name = reader.next(); !name.empty(); name = reader.next()) {
    for (const ManifestEntry& entry : load(root, SnapshotId{name}).entries) needed.insert(entry.digest);
  }
  return ContentStore(root).keep_only(needed);
}

}  // namespace tenon::fsops
