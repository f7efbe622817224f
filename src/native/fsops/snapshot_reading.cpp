#include "native/fsops/snapshot_reading.h"

#include <fcntl.h>

#include <cerrno>

#include "native/fsops/beneath.h"
#include "native/fsops/file_copy.h"
#include "native/fsops/task_stack.h"

namespace tenon::fsops {
namespace {

ManifestEntry entry_of(ScannedName name) {
  const struct stat& status = name.status;
  ManifestEntry entry{.kind = S_ISDIR(status.st_mode)   ? ManifestKind::directory
                              : S_ISLNK(status.st_mode) ? ManifestKind::link
                                                        : ManifestKind::file,
                      .mode = status.st_mode & 07777U,
                      .user = status.st_uid,
                      .group = status.st_gid,
                      .seconds = status.st_mtim.tv_sec,
                      .nanoseconds = static_cast<std::uint32_t>(status.st_mtim.tv_nsec),
                      .size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0,
                      .digest = {},
                      .path = std::move(name.path),
                      .text = std::move(name.text)};
  return entry;
}

}  // namespace

SnapshotReading::SnapshotReading(const FileDescriptor& tree, const ContentStore& store, const SeenFiles& before,
                                 TransferMeter& meter)
    : tree_(tree), store_(store), before_(before), meter_(meter) {
  ::clock_gettime(CLOCK_REALTIME, &began_);
}

Manifest SnapshotReading::read(unsigned threads) {
  names_ = scan_tree(tree_.number(), threads, meter_);
  find_first_names();
  digests_.resize(names_.size());
  constexpr std::size_t kPiece = 64;
  in_pieces(names_.size(), kPiece, threads, [this](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) read_name(i);
  });
  return manifest();
}

SeenFiles SnapshotReading::seen() const {
  SeenFiles seen;
  for (std::size_t i = 0; i < digests_.size(); ++i) {
    if (!digests_[i].empty()) seen.add(names_[i].path, names_[i].status, digests_[i], began_);
  }
  return seen;
}
void SnapshotReading::find_first_names() {
  std::map<std::pair<dev_t, ino_t>, std::size_t> first;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const struct stat& status = names_[i].status;
    if (!S_ISREG(status.st_mode) || status.st_nlink < 2) continue;
    const auto [found, is_new] = first.try_emplace({status.st_dev, status.st_ino}, i);
    if (!is_new) same_as_[i] = found->second;
  }
}

void SnapshotReading::read_name(std::size_t i) {
  meter_.check();
  ScannedName& name = names_[i];
  if (S_ISDIR(name.status.st_mode) && !name.path.empty()) meter_.add_directory();
  if (S_ISLNK(name.status.st_mode)) meter_.add_link();
  if (!S_ISREG(name.status.st_mode) || same_as_.contains(i)) return;
  const auto size = static_cast<std::uint64_t>(name.status.st_size);
  const std::optional<std::string> known = before_.digest(name.path, name.status);
  if (known && store_.has(*known, size)) {
    digests_[i] = *known;
    return meter_.add_file(size);
  }
  const std::expected<ContentStore::Stored, int> stored = store_content(name.path);
  if (!stored) return leave_out(name.path, stored.error());
  name.status = stored->status;
  digests_[i] = stored->digest;
  const auto read = static_cast<std::uint64_t>(stored->status.st_size);
  if (stored->is_new) {
    ++stored_files_;
    stored_bytes_ += read;
  }
  meter_.add_file(read);
}

std::expected<ContentStore::Stored, int> SnapshotReading::store_content(const std::string& path) {
  const std::expected<FileDescriptor, int> file =
      open_beneath(tree_.number(), path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (!file) return std::unexpected(file.error());
  struct stat status{};
  if (::fstat(file->number(), &status) != 0) return std::unexpected(errno);
  if (!S_ISREG(status.st_mode)) return std::unexpected(ELOOP);
  return store_.add(file->number(), meter_);
}

void SnapshotReading::leave_out(const std::string& path, int error_number) {
  const bool changed =
      error_number == ENOENT || error_number == ELOOP || error_number == ENOTDIR || error_number == EAGAIN;
  if (error_number == EMFILE || error_number == ENFILE) throw path_error("read", path, error_number);
  if (error_number == ENODATA) return meter_.leave_out(path, kWithoutItsSize);
  meter_.leave_out(path, changed ? "it changed while it was read" : path_error("read", path, error_number).what());
}

// The other names of a file that was left out are left out with it.
Manifest SnapshotReading::manifest() {
  Manifest manifest;
  manifest.entries.reserve(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto same = same_as_.find(i);
    const std::size_t content = same == same_as_.end() ? i : same->second;
    if (S_ISREG(names_[i].status.st_mode) && digests_[content].empty()) continue;
    if (same != same_as_.end()) names_[i].status = names_[content].status;
    ManifestEntry entry = entry_of({names_[i].path, names_[i].status, std::move(names_[i].text)});
    if (same == same_as_.end()) {
      entry.digest = digests_[i];
    } else {
      entry.kind = ManifestKind::same_file;
      entry.text = names_[content].path;
      meter_.add_file(entry.size);
    }
    manifest.entries.push_back(std::move(entry));
  }
  return manifest;
}

}  // namespace tenon::fsops
