#include "native/diff/merge/merge_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <expected>
#include <memory>
#include <random>

#include "core/error.h"
#include "native/diff/merge/file_merge.h"
#include "native/diff/patch/change_writer.h"
#include "native/fsops/tree_walk.h"

namespace tenon::diff {
namespace {

constexpr std::size_t kReadSize = 128UL << 10U;  // bytes

struct ReleaseState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

std::string reason_of(int error_number) { return std::strerror(error_number); }

std::expected<std::string, int> link_target(int directory, const char* name) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlinkat(directory, name, target.data(), target.size());
  if (length < 0) return std::unexpected(errno);
  target.resize(static_cast<std::size_t>(length));
  return target;
}

// What one thread of the walk sees.
class Scanner {
 public:
  explicit Scanner(KeySeed seed) : seed_(seed), state_(XXH3_createState()), buffer_(kReadSize, '\0') {}

  void visit(const fsops::TreeEntry& entry) {
    const std::string path(entry.path);
    const auto checked = fsops::WorkspacePath::check(path);
    if (!checked) return leave_out(path, checked.error());
    if (entry.kind == fsops::EntryKind::link) return visit_link(path, entry);
    if (entry.kind == fsops::EntryKind::file) return visit_file(path, entry);
    leave_out(path, "it is no file, directory or link");
  }

  std::vector<IndexedFile> files;
  std::vector<fsops::Refusal> left_out;

 private:
  void leave_out(const std::string& path, std::string reason) {
    left_out.push_back({.path = fsops::printable(path), .reason = std::move(reason)});
  }

  void visit_link(const std::string& path, const fsops::TreeEntry& entry) {
    const std::expected<std::string, int> target = link_target(entry.directory, entry.name.data());
    if (!target) return leave_out(path, reason_of(target.error()));
    XXH3_128bits_reset_withSeed(state_.get(), seed_.value);
    XXH3_128bits_update(state_.get(), target->data(), target->size());
    files.push_back({.path = path, .type = FileType::link, .key = key()});
  }

  void visit_file(const std::string& path, const fsops::TreeEntry& entry) {
    const fsops::FileDescriptor file(
        ::openat(entry.directory, entry.name.data(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file) return leave_out(path, reason_of(errno));
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) return leave_out(path, reason_of(errno));
    if (!S_ISREG(status.st_mode)) return leave_out(path, "it changed while it was read");
    XXH3_128bits_reset_withSeed(state_.get(), seed_.value);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    for (std::uint64_t seen = 0; seen == 0 || seen != size;) {  // a read that finds the end is saved
      const ssize_t length = ::read(file.number(), buffer_.data(), buffer_.size());
      if (length < 0 && errno == EINTR) continue;
      if (length < 0) return leave_out(path, reason_of(errno));
      if (length == 0) break;
      XXH3_128bits_update(state_.get(), buffer_.data(), static_cast<std::size_t>(length));
      seen += static_cast<std::uint64_t>(length);
    }
    const bool executable = (status.st_mode & S_IXUSR) != 0;
    files.push_back({.path = path, .type = executable ? FileType::executable : FileType::regular, .key = key()});
  }

  fsops::ContentKey key() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return {.high = hash.high64, .low = hash.low64};
  }

  KeySeed seed_;
  std::unique_ptr<XXH3_state_t, ReleaseState> state_;
  std::string buffer_;
};

fsops::TreeWalkOptions walk_options(std::uint32_t threads) {
  fsops::TreeWalkOptions options;
  options.hidden = fsops::HiddenEntries::listed;
  options.ignore_files = fsops::IgnoreFiles::disregarded;
  options.parent_ignore_files = fsops::ParentIgnoreFiles::disregarded;
  options.threads = threads;
  options.globs = {{.pattern = "!.git"},
                   {.pattern = "!/" + std::string(patch::kChangesPrefix) + "*"},
                   {.pattern = "!" + std::string(fsops::kUnfinishedPrefix) + "*"}};
  return options;
}

}  // namespace

KeySeed KeySeed::random() {
  std::random_device device;
  return {.value = (std::uint64_t{device()} << 32U) | device()};
}

MergeDirectory::MergeDirectory(const std::filesystem::path& directory, KeySeed seed, std::uint32_t threads)
    : workspace_(fsops::Workspace::open(directory)) {
  std::vector<std::unique_ptr<Scanner>> scanners;
  for (std::uint32_t thread = 0; thread < threads; ++thread) scanners.push_back(std::make_unique<Scanner>(seed));
  const fsops::TreeWalkReport report =
      fsops::walk_tree(directory, walk_options(threads), [&](std::uint32_t thread) -> fsops::TreeVisitor {
        return [scanner = scanners[thread].get()](const fsops::TreeEntry& entry) { scanner->visit(entry); };
      });
  std::vector<IndexedFile> files;
  for (const std::unique_ptr<Scanner>& scanner : scanners) {
    std::ranges::move(scanner->files, std::back_inserter(files));
    std::ranges::move(scanner->left_out, std::back_inserter(left_out_));
  }
  for (const fsops::TreeWalkFailure& failure : report.failures) {
    left_out_.push_back({.path = fsops::printable(failure.path), .reason = reason_of(failure.error_number)});
  }
  index_ = TreeIndex(std::move(files));
}

std::string MergeDirectory::read(const std::string& path) const {
  const fsops::WorkspacePath checked = fsops::WorkspacePath::parse(path);
  const std::optional<fsops::Entry> entry = workspace_.find(checked);
  if (!entry || entry->kind != fsops::EntryKind::link) return workspace_.read(checked, kLongestMerge);
  const std::optional<fsops::WorkspacePath> parent = checked.parent();
  const fsops::FileDescriptor above = parent ? workspace_.open_directory(*parent) : fsops::FileDescriptor();
  const int directory = parent ? above.number() : workspace_.descriptor();
  std::expected<std::string, int> target = link_target(directory, std::string(checked.name()).c_str());
  if (!target) throw system_error("read the link " + path, target.error());
  return *std::move(target);
}

}  // namespace tenon::diff
