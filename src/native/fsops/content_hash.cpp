#include "native/fsops/content_hash.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/digest.h"
#include "core/error.h"
#include "native/fsops/open_below.h"

namespace tenon::fsops {
namespace {

constexpr std::size_t kBufferBytes = 256U << 10U;

ContentKey key_of(const XXH128_hash_t& hash) { return {.high = hash.high64, .low = hash.low64}; }
std::string text_of(const ContentKey& key) { return fmt::format("xxh3:{:016x}{:016x}", key.high, key.low); }

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

// For what does not come in one piece.
class ContentHasher {
 public:
  explicit ContentHasher(HashAlgorithm algorithm) {
    if (algorithm == HashAlgorithm::sha256) {
      sha256_.emplace();
    } else {
      xxh3_.reset(XXH3_createState());
      XXH3_128bits_reset(xxh3_.get());
    }
  }

  void update(std::string_view bytes) {
    if (sha256_) {
      sha256_->update(bytes);
    } else {
      XXH3_128bits_update(xxh3_.get(), bytes.data(), bytes.size());
    }
  }

  std::string finish() {
    if (sha256_) return sha256_->finish().text;
    return text_of(key_of(XXH3_128bits_digest(xxh3_.get())));
  }

 private:
  std::optional<Hasher> sha256_;
  std::unique_ptr<XXH3_state_t, FreeState> xxh3_;
};

struct Hashed {
  std::string hash;
  std::uint64_t size = 0;
};

// `buffer` is used again from file to file. Most files fit into it: those are hashed in one go.
std::expected<Hashed, int> hash_file(int file, HashAlgorithm algorithm, std::vector<char>& buffer) {
  std::optional<ContentHasher> hasher;
  Hashed result;
  std::size_t used = 0;
  for (;;) {
    const ssize_t count = ::read(file, buffer.data() + used, buffer.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    used += static_cast<std::size_t>(count);
    if (count > 0 && used < buffer.size()) continue;
    const std::string_view bytes(buffer.data(), used);
    result.size += used;
    if (count == 0 && !hasher) {
      result.hash = content_hash(bytes, algorithm);
      return result;
    }
    if (!hasher) hasher.emplace(algorithm);
    hasher->update(bytes);
    used = 0;
    if (count > 0) continue;
    result.hash = hasher->finish();
    return result;
  }
}

std::expected<Hashed, int> hash_link(int root, std::string_view path, HashAlgorithm algorithm) {
  const auto link = open_below(root, path, O_PATH);
  if (!link) return std::unexpected(link.error());
  constexpr std::size_t kLongestTarget = 4096;
  std::string target(kLongestTarget, '\0');
  const ssize_t length = ::readlinkat(link->number(), "", target.data(), target.size());
  if (length < 0) return std::unexpected(errno);
  target.resize(static_cast<std::size_t>(length));
  return Hashed{.hash = content_hash(target, algorithm), .size = target.size()};
}

class TreeHasher {
 public:
  TreeHasher(int root, HashAlgorithm algorithm, const std::vector<TreeListing::Item>& items)
      : root_(root), algorithm_(algorithm), items_(items), entries_(items.size()), failures_(items.size()) {}

  void run(std::uint32_t threads) {
    std::vector<std::jthread> others;
    for (std::uint32_t i = 1; i < threads; ++i) others.emplace_back([this] { work(); });
    work();
  }

  TreeHash finish(std::vector<TreeWalkFailure> failures) {
    TreeHash tree{.failures = std::move(failures)};
    ContentHasher digest(algorithm_);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      HashedEntry& entry = entries_[i];
      if (failures_[i] != 0) tree.failures.push_back({.path = entry.path, .error_number = failures_[i]});
      if (entry.hash.empty()) continue;
      digest.update(record(entry));
      tree.entries.push_back(std::move(entry));
    }
    if (tree.failures.empty()) tree.digest = digest.finish();
    return tree;
  }

 private:
  void work() {
    std::vector<char> buffer(kBufferBytes);
    for (std::size_t i = next_++; i < items_.size(); i = next_++) {
      entries_[i].path = items_[i].path;
      entries_[i].kind = items_[i].kind;
      if (items_[i].kind == EntryKind::other) continue;
      const auto hashed = items_[i].kind == EntryKind::link ? hash_link(root_, items_[i].path, algorithm_)
                                                            : hash_regular(entries_[i], buffer);
      if (!hashed) {
        failures_[i] = hashed.error();
        continue;
      }
      entries_[i].hash = hashed->hash;
      entries_[i].size = hashed->size;
    }
  }

  std::expected<Hashed, int> hash_regular(HashedEntry& entry, std::vector<char>& buffer) const {
    const auto file = open_below(root_, entry.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file) return std::unexpected(file.error());
    struct stat status{};
    if (::fstat(file->number(), &status) != 0) return std::unexpected(errno);
    if (!S_ISREG(status.st_mode)) return std::unexpected(EINVAL);
    if ((status.st_mode & S_IXUSR) != 0) entry.mode = FileMode::executable;
    return hash_file(file->number(), algorithm_, buffer);
  }

  static std::string record(const HashedEntry& entry) {
    const char executable = entry.mode == FileMode::executable ? 'x' : 'f';
    const char kind = entry.kind == EntryKind::link ? 'l' : executable;
    const std::string_view digits = std::string_view(entry.hash).substr(entry.hash.find(':') + 1);
    return fmt::format("{} {} {} {}\n", kind, digits, entry.path.size(), entry.path);
  }

  int root_;
  HashAlgorithm algorithm_;
  const std::vector<TreeListing::Item>& items_;
  std::vector<HashedEntry> entries_;  // of the item with the same index, as failures_
  std::vector<int> failures_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

ContentKey content_key(std::string_view bytes) { return key_of(XXH3_128bits(bytes.data(), bytes.size())); }

std::string content_hash(std::string_view bytes, HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::sha256 ? sha256(bytes).text : text_of(content_key(bytes));
}

std::expected<std::string, int> content_hash_of(int descriptor, HashAlgorithm algorithm) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return std::unexpected(errno);
  if (!S_ISREG(status.st_mode)) return std::unexpected(EINVAL);
  std::vector<char> buffer(kBufferBytes);
  auto hashed = hash_file(descriptor, algorithm, buffer);
  if (!hashed) return std::unexpected(hashed.error());
  return std::move(hashed->hash);
}

TreeHash hash_tree(const std::filesystem::path& root, HashAlgorithm algorithm, const TreeWalkOptions& options) {
  const TreeListing listing = list_tree(root, options);
  const FileDescriptor top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top) throw system_error(fmt::format("cannot read {}", root.string()), errno);
  TreeHasher hasher(top.number(), algorithm, listing.items());
  hasher.run(std::max(options.threads, 1U));
  return hasher.finish(listing.report().failures);
}

}  // namespace tenon::fsops
