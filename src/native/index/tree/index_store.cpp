#include "native/index/tree/index_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/json.h"

namespace tenon::index {
namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kManifestBeside = "manifest.json.new";
constexpr const char* kLock = "lock";
constexpr int kTries = 3;  // a builder may replace the segments between reading the manifest and opening them

std::string hex(const void* bytes, std::size_t size) {
  const XXH128_hash_t hash = XXH3_128bits(bytes, size);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string hex(const std::string& text) { return hex(text.data(), text.size()); }

void write_file(int directory, const char* name, std::string_view text) {
  const fsops::FileDescriptor file(
      ::openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) throw system_error("writing the manifest of the index", errno);
  while (!text.empty()) {
    const ssize_t count = ::write(file.number(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("writing the manifest of the index", errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fdatasync(file.number()) != 0) throw system_error("writing the manifest of the index", errno);
}

}  // namespace

IndexStore::IndexStore(std::filesystem::path home, const std::filesystem::path& root)
    : path_(std::move(home) / hex(root.string())), root_(root.string()) {}

std::optional<IndexManifest> IndexStore::manifest() const {
  std::ifstream in(path_ / kManifest, std::ios::binary);
  std::string text;
  std::string checksum;
  if (!in || !std::getline(in, text) || !std::getline(in, checksum) || checksum != hex(text)) return std::nullopt;
  try {
    IndexManifest manifest = from_json<IndexManifest>(parse_json(text, kManifest));
    const bool holds = manifest.version == IndexManifest{}.version && manifest.root == root_ &&
                       !manifest.segments.empty() && manifest.segments.size() <= 2;
    if (!holds) return std::nullopt;
    return manifest;
  } catch (const Error&) {
    return std::nullopt;  // of another version
  }
}

std::optional<OpenIndex> IndexStore::open() const {
  const fsops::FileDescriptor directory(::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return std::nullopt;
  for (int i = 0; i < kTries; ++i) {
    std::optional<IndexManifest> found = manifest();
    if (!found) return std::nullopt;
    OpenIndex index{.manifest = std::move(*found), .segments = {}};
    try {
      for (const std::string& name : index.manifest.segments) {
        index.segments.push_back(Segment::open(directory.number(), name.c_str()));
      }
      return index;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found) return std::nullopt;
    }
  }
  return std::nullopt;
}

IndexStore::Lock IndexStore::lock() const {
  std::error_code failed;
  std::filesystem::create_directories(path_, failed);
  if (failed) throw system_error(fmt::format("making {}", path_.string()), failed.value());
  Lock lock;
  lock.directory_ = fsops::FileDescriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.directory_) throw system_error(path_.string(), errno);
  lock.file_ = fsops::FileDescriptor(
      ::openat(lock.directory(), kLock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!lock.file_) throw system_error((path_ / kLock).string(), errno);
  if (::flock(lock.file_.number(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(ErrorCode::busy, fmt::format("another process is building the index of {}", root_),
                "Wait until it has finished; searches work meanwhile.");
  }
  return lock;
}

void IndexStore::commit(const Lock& lock, const IndexManifest& manifest) const {
  const std::string text = json::serialize(to_json(manifest));
  write_file(lock.directory(), kManifestBeside, fmt::format("{}\n{}\n", text, hex(text)));
  if (::renameat(lock.directory(), kManifestBeside, lock.directory(), kManifest) != 0) {
    throw system_error("putting the manifest of the index in its place", errno);
  }
  if (::fsync(lock.directory()) != 0) throw system_error("writing the index to the disk", errno);
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    const std::string name = entry.path().filename().string();
    const bool counts =
        name == kLock || name == kManifest || std::ranges::find(manifest.segments, name) != manifest.segments.end();
    if (!counts) left.push_back(name);
  }
  for (const std::string& name : left) ::unlinkat(lock.directory(), name.c_str(), 0);
}

void IndexStore::drop() const {
  if (!std::filesystem::exists(path_)) return;
  const Lock held = lock();
  ::unlinkat(held.directory(), kManifest, 0);
  std::error_code failed;
  std::filesystem::remove_all(path_, failed);
  if (failed) throw system_error(fmt::format("removing {}", path_.string()), failed.value());
}

}  // namespace tenon::index
