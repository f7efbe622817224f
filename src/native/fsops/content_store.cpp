#include "native/fsops/content_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/ids.h"
#include "native/fsops/beneath.h"
#include "native/fsops/file_copy.h"

namespace tenon::fsops {
namespace {

// Files up to this size are read once, into memory.
constexpr std::uint64_t kSmall = 4ULL << 20U;
constexpr int kTries = 8;

FileDescriptor open_in(int directory, const std::string& name, int flags) {
  std::expected<FileDescriptor, int> opened = open_beneath(directory, name, flags);
  if (!opened) throw path_error("open", name, opened.error());
  return *std::move(opened);
}

std::string fan_out(const char* kind, std::string_view name) {
  return fmt::format("{}/{}/{}", kind, name.substr(0, 2), name.substr(2));
}

std::string hexadecimal(const Digest& digest) { return digest.text.substr(digest.text.find(':') + 1); }

bool has_holes(const struct stat& status) {
  constexpr off_t kBlock = 512;
  return status.st_blocks * kBlock < status.st_size;
}

Error store_error(int error_number) { return system_error("cannot write to the snapshot store", error_number); }

Error corrupted(const ManifestEntry& entry) {
  return Error(ErrorCode::data_corrupted,
               fmt::format("the stored content of \"{}\" is not what it was", printable(entry.path)),
               "Restore another snapshot, and check the disk.");
}

std::expected<std::string, int> read_whole(int file, std::uint64_t expected_size) {
  std::string bytes(expected_size + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    if (size == bytes.size()) bytes.resize(size * 2);
    const ssize_t got = ::pread(file, bytes.data() + size, bytes.size() - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

std::expected<std::string, int> hash_of(int file, const TransferMeter& meter) {
  Hasher hasher;
  std::vector<char> buffer(1U << 18U);
  for (off_t at = 0;;) {
    meter.check();
    const ssize_t got = ::pread(file, buffer.data(), buffer.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno);
    if (got == 0) return hexadecimal(hasher.finish());
    hasher.update({buffer.data(), static_cast<std::size_t>(got)});
    at += got;
  }
}

std::expected<void, int> write_whole(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// A file in the making, gone with its owner unless it was moved to its place.
class NewFile {
 public:
  explicit NewFile(int directory) : directory_(directory), name_(new_ulid()) {
    file_ =
        FileDescriptor(::openat(directory, name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file_) throw store_error(errno);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!moved_) ::unlinkat(directory_, name_.c_str(), 0);
  }

  int number() const { return file_.number(); }

  void move_to(int root, const std::string& name) {
    if (::renameat(directory_, name_.c_str(), root, name.c_str()) != 0) {
      if (errno != ENOENT) throw store_error(errno);
      const std::string above = name.substr(0, name.rfind('/'));
      if (::mkdirat(root, above.c_str(), 0700) != 0 && errno != EEXIST) throw store_error(errno);
      if (::renameat(directory_, name_.c_str(), root, name.c_str()) != 0) throw store_error(errno);
    }
    moved_ = true;
  }

 private:
  int directory_;
  std::string name_;
  FileDescriptor file_;
  bool moved_ = false;
};

void freeze(int file) {
  if (::fchmod(file, 0444) != 0) throw store_error(errno);
}

// Everything that two entries must have in common to be one inode.
std::string shared_name(const ManifestEntry& entry) {
  return fan_out(kShared, fmt::format("{}.{:o}.{}.{}.{}.{}", entry.digest, entry.mode, entry.user, entry.group,
                                      entry.seconds, entry.nanoseconds));
}

bool is_intact(const struct stat& status, const ManifestEntry& entry) {
  const struct stat wanted = status_of(entry);
  return S_ISREG(status.st_mode) && (status.st_mode & 07777U) == entry.mode && !was_written(status, wanted);
}

}  // namespace

ContentStore::ContentStore(const FileDescriptor& root)
    : root_(open_in(root.number(), ".", O_RDONLY | O_DIRECTORY)),
      unfinished_(open_in(root.number(), kUnfinished, O_RDONLY | O_DIRECTORY)) {}

bool ContentStore::has(std::string_view digest, std::uint64_t size) const {
  struct stat status{};
  return ::fstatat(root_.number(), fan_out(kObjects, digest).c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) == size;
}

std::expected<ContentStore::Stored, int> ContentStore::add(int source, const TransferMeter& meter) const {
  struct stat before{};
  if (::fstat(source, &before) != 0) return std::unexpected(errno);
  for (int i = 0; i < kTries; ++i) {
    const bool small = static_cast<std::uint64_t>(before.st_size) <= kSmall && !has_holes(before);
    std::expected<Stored, int> stored =
        small ? add_small(source, static_cast<std::uint64_t>(before.st_size)) : add_large(source, meter);
    if (!stored) return stored;
    const bool whole = has_its_size(source, before);
    struct stat after{};
    if (::fstat(source, &after) != 0) return std::unexpected(errno);
    if (!was_written(before, after)) {
      if (!whole) return std::unexpected(ENODATA);
      stored->status = after;
      return stored;
    }
    before = after;
  }
  return std::unexpected(EAGAIN);
}

std::expected<ContentStore::Stored, int> ContentStore::add_small(int source, std::uint64_t size) const {
  const std::expected<std::string, int> bytes = read_whole(source, size);
  if (!bytes) return std::unexpected(bytes.error());
  Stored stored{.digest = hexadecimal(sha256(*bytes)), .is_new = false, .status = {}};
  stored.is_new = !has(stored.digest, bytes->size());
  if (!stored.is_new) return stored;
  NewFile file(unfinished_.number());
  if (const auto written = write_whole(file.number(), *bytes); !written) throw store_error(written.error());
  freeze(file.number());
  file.move_to(root_.number(), fan_out(kObjects, stored.digest));
  return stored;
}

// What was copied is what is hashed, whatever happens to the source meanwhile.
std::expected<ContentStore::Stored, int> ContentStore::add_large(int source, const TransferMeter& meter) const {
  NewFile file(unfinished_.number());
  const std::expected<void, int> copied = copy_contents(source, file.number(), CloneMethod::reflink, meter);
  if (!copied && copied.error() == EIO) return std::unexpected(EIO);
  if (!copied) throw store_error(copied.error());
  const std::expected<std::string, int> digest = hash_of(file.number(), meter);
  if (!digest) throw store_error(digest.error());
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) throw store_error(errno);
  Stored stored{.digest = *digest, .is_new = false, .status = {}};
  stored.is_new = !has(stored.digest, static_cast<std::uint64_t>(status.st_size));
  if (!stored.is_new) return stored;
  freeze(file.number());
  file.move_to(root_.number(), fan_out(kObjects, stored.digest));
  return stored;
}

void ContentStore::write(const ManifestEntry& entry, int target, CloneMethod method, const TransferMeter& meter) const {
  const std::expected<FileDescriptor, int> object =
      open_beneath(root_.number(), fan_out(kObjects, entry.digest), O_RDONLY | O_NOFOLLOW);
  struct stat status{};
  if (!object && object.error() != ENOENT) throw path_error("read the content of", entry.path, object.error());
  if (!object || ::fstat(object->number(), &status) != 0) throw corrupted(entry);
  if (static_cast<std::uint64_t>(status.st_size) != entry.size) throw corrupted(entry);
  if (method != CloneMethod::reflink && entry.size <= kSmall && !has_holes(status)) {
    const std::expected<std::string, int> bytes = read_whole(object->number(), entry.size);
    if (!bytes || hexadecimal(sha256(*bytes)) != entry.digest) throw corrupted(entry);
    if (const auto written = write_whole(target, *bytes); !written) {
      throw path_error("write", entry.path, written.error());
    }
    return;
  }
  if (const auto copied = copy_contents(object->number(), target, method, meter); !copied) {
    throw path_error("write", entry.path, copied.error());
  }
  const std::expected<std::string, int> digest = hash_of(object->number(), meter);
  if (!digest || *digest != entry.digest) throw corrupted(entry);
}

void ContentStore::link_shared(const ManifestEntry& entry, int directory, const std::string& name,
                               const TransferMeter& meter) const {
  const std::string shared = shared_name(entry);
  const std::expected<struct stat, int> status = status_of(root_.number(), shared);
  if (!status || !is_intact(*status, entry)) make_shared_file(entry, shared, meter);
  if (::linkat(root_.number(), shared.c_str(), directory, name.c_str(), 0) == 0) return;
  // As many names as an inode can have: the next ones share another.
  if (errno != EMLINK) throw path_error("link", entry.path, errno);
  make_shared_file(entry, shared, meter);
  if (::linkat(root_.number(), shared.c_str(), directory, name.c_str(), 0) != 0) {
    throw path_error("link", entry.path, errno);
  }
}

void ContentStore::make_shared_file(const ManifestEntry& entry, const std::string& name,
                                    const TransferMeter& meter) const {
  NewFile file(unfinished_.number());
  write(entry, file.number(), CloneMethod::reflink, meter);
  if (const auto done = copy_metadata(file.number(), status_of(entry)); !done) throw store_error(done.error());
  file.move_to(root_.number(), name);
}

void ContentStore::write_file(const std::string& name, std::string_view bytes) const {
  NewFile file(unfinished_.number());
  if (const auto written = write_whole(file.number(), bytes); !written) throw store_error(written.error());
  freeze(file.number());
  file.move_to(root_.number(), name);
}

std::uint64_t ContentStore::keep_only(const std::set<std::string>& digests) const {
  constexpr std::size_t kDigestSize = 64;
  std::uint64_t removed = 0;
  for (const char* kind : {kObjects, kShared}) {
    const FileDescriptor all = open_in(root_.number(), kind, O_RDONLY | O_DIRECTORY);
    DirectoryReader fans(all.number());
    for (std::string fan = fans.next(); !fan.empty(); fan = fans.next()) {
      const FileDescriptor directory = open_in(all.number(), fan, O_RDONLY | O_DIRECTORY);
      DirectoryReader files(directory.number());
      for (std::string name = files.next(); !name.empty(); name = files.next()) {
        if (digests.contains((fan + name).substr(0, kDigestSize))) continue;
        if (::unlinkat(directory.number(), name.c_str(), 0) != 0) throw store_error(errno);
        if (std::string_view(kind) == kObjects) ++removed;
      }
    }
  }
  DirectoryReader leftovers(unfinished_.number());
  for (std::string name = leftovers.next(); !name.empty(); name = leftovers.next()) {
    if (::unlinkat(unfinished_.number(), name.c_str(), 0) != 0) throw store_error(errno);
  }
  return removed;
}

}  // namespace tenon::fsops
