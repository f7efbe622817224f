#include "native/fsops/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <thread>
#include <utility>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/ignore_files.h"
#include "native/fsops/open_below.h"
#include "native/fsops/raw_directory.h"
#include "native/fsops/reserved_name.h"
#include "native/fsops/stealing_queues.h"
#include "native/fsops/walk_filter.h"

namespace tenon::fsops {
namespace {

// Paths in here are absolute, without the first slash: ignore files above the root can be asked about them as they are.
struct Place {
  std::string root;
  std::size_t root_length = 0;  // bytes in front of what is relative to the root
};

std::size_t length_with_slash(std::string_view directory) { return directory.empty() ? 0 : directory.size() + 1; }

bool is_at_or_below(std::string_view path, std::string_view directory) {
  return directory.empty() || path == directory ||
         (path.starts_with(directory) && path.substr(directory.size()).starts_with('/'));
}

Place place_of(const std::filesystem::path& real) {
  Place place{.root = real.string().substr(1)};
  place.root_length = length_with_slash(place.root);
  return place;
}

// Absolute, without `.` and `..` and the slashes around it; links stay.
std::string as_named(const std::filesystem::path& path) {
  std::string name = std::filesystem::absolute(path).lexically_normal().string().substr(1);
  while (name.ends_with('/')) name.pop_back();
  return name;
}

WalkPrefixes prefixes_of(const Place& place, const std::filesystem::path& root, const TreeWalkOptions& options) {
  WalkPrefixes prefixes{.root_length = place.root_length, .glob_length = place.root_length, .named = std::nullopt};
  if (options.glob_anchor.empty()) return prefixes;
  const std::string named = as_named(root);
  const std::string named_anchor = as_named(options.glob_anchor);
  if (named != place.root && is_at_or_below(named, named_anchor)) {
    const std::string relative = named.substr(std::min(named.size(), length_with_slash(named_anchor)));
    prefixes.named = relative.empty() ? relative : relative + "/";
    return prefixes;
  }
  const std::string anchor = std::filesystem::weakly_canonical(options.glob_anchor).string().substr(1);
  prefixes.glob_length = is_at_or_below(place.root, anchor) ? length_with_slash(anchor) : 0;
  return prefixes;
}

// A directory that is kept open for what is below it, as long as there are descriptors to spare.
class OpenDirectory {
 public:
  OpenDirectory(FileDescriptor descriptor, std::atomic<std::size_t>& count)
      : descriptor_(std::move(descriptor)), count_(count) {
    ++count_;
  }
  OpenDirectory(const OpenDirectory&) = delete;
  OpenDirectory& operator=(const OpenDirectory&) = delete;
  ~OpenDirectory() { --count_; }
  int number() const { return descriptor_.number(); }

 private:
  FileDescriptor descriptor_;
  std::atomic<std::size_t>& count_;
};

enum class Below { everything, tracked_only };

struct Pending {
  std::shared_ptr<const OpenDirectory> parent;  // null: too many are open, go down from the root
  std::string path;
  IgnoreStack stack;
  std::uint32_t depth = 0;
  Below below = Below::everything;
};

// What all threads share; immutable but for the queues and the counter.
struct Walk {
  const TreeWalkOptions& options;
  Place place;
  WalkFilter filter;
  FileDescriptor root;
  StealingQueues<Pending> queues;
  std::size_t most_open;
  std::atomic<std::size_t> open = 0;
};

std::size_t descriptors_to_spare() {
  constexpr std::size_t kMost = 1024;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kMost / 4;
  return std::min(static_cast<std::size_t>(limit.rlim_cur) / 4, kMost);
}

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NONBLOCK;

EntryKind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::file;
  if (S_ISDIR(mode)) return EntryKind::directory;
  return S_ISLNK(mode) ? EntryKind::link : EntryKind::other;
}

// Nothing when it is gone.
std::optional<EntryKind> kind_of(int directory, const RawEntry& entry) {
  switch (entry.type) {
    case DT_REG:
      return EntryKind::file;
    case DT_DIR:
      return EntryKind::directory;
    case DT_LNK:
      return EntryKind::link;
    case DT_UNKNOWN: {
      struct stat status{};
      if (::fstatat(directory, entry.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
      return kind_of_mode(status.st_mode);
    }
    default:
      return EntryKind::other;
  }
}

class Worker {
 public:
  Worker(Walk& walk, std::uint32_t thread, TreeVisitor visitor)
      : walk_(walk), thread_(thread), visitor_(std::move(visitor)) {}

  void run() {
    while (std::optional<Pending> next = walk_.queues.take(thread_)) {
      enter(*next);
      walk_.queues.finish();
    }
  }

  const TreeWalkReport& report() const { return report_; }

 private:
  void enter(Pending& here) {
    std::expected<FileDescriptor, int> opened = open(here);
    if (!opened) return fail(here.path, opened.error());
    here.parent.reset();
    const auto directory = std::make_shared<const OpenDirectory>(*std::move(opened), walk_.open);
    if (const int failed = entries_.read(directory->number()); failed != 0) fail(here.path, failed);
    ++report_.directories;
    if (here.below == Below::everything) add_level(here, directory->number());

    path_.assign(here.path);
    if (!path_.empty()) path_ += '/';
    const std::size_t prefix = path_.size();
    const Level level = here.depth == 0 ? Level::root : Level::below;
    for (const RawEntry entry : entries_) {
      if (entry.name == "." || entry.name == ".." || is_reserved_name(entry.name, level)) continue;
      path_.resize(prefix);
      path_ += entry.name;
      visit(here, directory, entry);
    }
    std::ranges::reverse(below_);
    walk_.queues.push(thread_, below_);
  }

  std::expected<FileDescriptor, int> open(const Pending& here) const {
    const std::string_view path = here.path;
    if (path == walk_.place.root) return open_below(walk_.root.number(), "", kDirectoryFlags);
    if (!here.parent) return open_below(walk_.root.number(), path.substr(walk_.place.root_length), kDirectoryFlags);
    return open_below(here.parent->number(), path.substr(path.rfind('/') + 1), kDirectoryFlags);
  }

  // The ignore files that the listing shows.
  void add_level(Pending& here, int directory) {
    if (walk_.options.ignore_files == IgnoreFiles::disregarded) return;
    IgnoreLevel level;
    bool any = false;
    for (const RawEntry entry : entries_) {
      if (!entry.name.starts_with('.')) continue;
      if (entry.name == ".gitignore") {
        level.gitignore = rules(here, directory, ".gitignore");
      } else if (entry.name == ".ignore") {
        level.dot_ignore = rules(here, directory, ".ignore");
      } else if (entry.name == ".git") {
        level.repository = true;
        level.info_exclude = read_info_exclude(directory, walk_.options.ignore_case);
      } else {
        continue;
      }
      any = true;
    }
    if (!any) return;
    level.directory = here.path;
    here.stack = here.stack.with(std::move(level));
  }

  IgnoreRules rules(const Pending& here, int directory, const char* name) {
    auto read = read_ignore_file(directory, name, walk_.options.ignore_case);
    if (read) return *std::move(read);
    fail(here.path + "/" + name, read.error());
    return {};
  }

  void visit(const Pending& here, const std::shared_ptr<const OpenDirectory>& directory, const RawEntry& entry) {
    const std::optional<EntryKind> kind = kind_of(directory->number(), entry);
    if (!kind) return;
    const IgnoreKind as = *kind == EntryKind::directory ? IgnoreKind::directory : IgnoreKind::file;
    const WalkFilter::Verdict verdict = here.below == Below::everything
                                            ? walk_.filter.decide(here.stack, path_, entry.name, as)
                                            : walk_.filter.decide_tracked(path_, as);
    if (verdict == WalkFilter::Verdict::skipped) return;
    const bool listed = verdict == WalkFilter::Verdict::listed;
    if (*kind != EntryKind::directory) return hand_over(directory->number(), entry, *kind);
    if (listed && walk_.options.directories == DirectoryEntries::listed) {
      hand_over(directory->number(), entry, *kind);
    }
    if (here.depth + 1 >= walk_.options.max_depth) return;
    below_.push_back({.parent = walk_.open < walk_.most_open ? directory : nullptr,
                      .path = path_,
                      .stack = here.stack,
                      .depth = here.depth + 1,
                      .below = listed ? Below::everything : Below::tracked_only});
  }

  void hand_over(int directory, const RawEntry& entry, EntryKind kind) {
    if (kind == EntryKind::file && walk_.options.max_file_bytes) {
      struct stat status{};
      if (::fstatat(directory, entry.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
      if (static_cast<std::uint64_t>(status.st_size) > *walk_.options.max_file_bytes) return;
    }
    ++report_.entries;
    const std::string_view path = std::string_view(path_).substr(walk_.place.root_length);
    visitor_(
        {.path = path, .name = path.substr(path.size() - entry.name.size()), .kind = kind, .directory = directory});
  }

  void fail(std::string_view path, int error_number) {
    const std::size_t from = std::min(walk_.place.root_length, path.size());
    report_.failures.push_back({.path = std::string(path.substr(from)), .error_number = error_number});
  }

  Walk& walk_;
  std::uint32_t thread_;
  TreeVisitor visitor_;
  RawDirectory entries_;
  std::string path_;
  std::vector<Pending> below_;
  TreeWalkReport report_;
};

TreeWalkReport merged(const std::vector<std::unique_ptr<Worker>>& workers) {
  TreeWalkReport all;
  for (const auto& worker : workers) {
    all.entries += worker->report().entries;
    all.directories += worker->report().directories;
    all.failures.insert(all.failures.end(), worker->report().failures.begin(), worker->report().failures.end());
  }
  std::ranges::sort(all.failures, {}, &TreeWalkFailure::path);
  return all;
}

IgnoreStack first_stack(const std::filesystem::path& root, const TreeWalkOptions& options) {
  IgnoreBase base{.letter_case = options.ignore_case,
                  .outside_repositories = options.repository_needed == RepositoryNeeded::no};
  if (options.ignore_files == IgnoreFiles::disregarded) return IgnoreStack(std::move(base));
  if (!options.global_excludes.empty()) {
    auto read = read_ignore_file(AT_FDCWD, options.global_excludes.c_str(), options.ignore_case);
    if (read) base.global_excludes = *std::move(read);
  }
  IgnoreStack stack(std::move(base));
  if (options.parent_ignore_files == ParentIgnoreFiles::disregarded) return stack;
  return stack_above(root, std::move(stack), options.ignore_case);
}

}  // namespace

TreeWalkReport walk_tree(const std::filesystem::path& root, const TreeWalkOptions& options,
                         const std::function<TreeVisitor(std::uint32_t thread)>& visitor_of) {
  FileDescriptor top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top && errno == ENOTDIR) {
    throw Error(ErrorCode::conflict, fmt::format("{} is not a directory", root.string()), "Name a directory.");
  }
  if (!top) throw system_error(fmt::format("cannot read {}", root.string()), errno);
  const std::filesystem::path real = std::filesystem::canonical(root);
  Place place = place_of(real);
  const std::uint32_t threads = std::max(options.threads, 1U);
  Walk walk{.options = options,
            .place = place,
            .filter = WalkFilter(options, prefixes_of(place, root, options)),
            .root = std::move(top),
            .queues = StealingQueues<Pending>(threads),
            .most_open = descriptors_to_spare()};

  std::vector<std::unique_ptr<Worker>> workers;
  for (std::uint32_t i = 0; i < threads; ++i) workers.push_back(std::make_unique<Worker>(walk, i, visitor_of(i)));
  if (options.max_depth > 0) {
    std::vector<Pending> first;
    first.push_back({.parent = nullptr, .path = place.root, .stack = first_stack(real, options)});
    walk.queues.push(0, first);
  }
  {
    std::vector<std::jthread> others;
    for (std::uint32_t i = 1; i < threads; ++i) others.emplace_back([&worker = *workers[i]] { worker.run(); });
    workers.front()->run();
  }
  return merged(workers);
}

}  // namespace tenon::fsops
