#include "native/index/tree/index_builder.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "native/index/search/path_order.h"
#include "native/index/tree/calibration.h"
#include "native/index/tree/parallel.h"
#include "native/index/tree/tree_listing.h"
#include "native/index/tree/watched_files.h"

namespace tenon::index {
namespace {

constexpr std::int64_t kLongestWait = 50'000'000;  // nanoseconds
constexpr std::int64_t kWriting = 10'000'000;      // between the making of a file and the last write to it, mostly

PathList unstamped(std::span<const std::string_view> paths) {
  PathList list;
  std::size_t bytes = 0;
  for (const std::string_view path : paths) bytes += path.size();
  list.bytes.reserve(bytes);
  list.ends.reserve(paths.size());
  list.stamps.reserve(paths.size());
  for (const std::string_view path : paths) list.add(path, {});
  return list;
}

PathList stamped(int root, std::span<const std::string_view> paths, FileKind kind, std::uint32_t threads) {
  PathList list = unstamped(paths);
  in_parallel(paths.size(), threads, [&](std::size_t, std::size_t begin, std::size_t end) {
    std::string path;
    for (std::size_t i = begin; i < end; ++i) {
      path = paths[i];
      list.stamps[i] = stamp_of(root, path.c_str(), kind).value_or(FileStamp{});
    }
  });
  return list;
}

// What an overlay over a base has to hold.
struct Difference {
  std::vector<std::string_view> files;
  std::vector<std::uint32_t> tombstones;
};

Difference difference(const Segment& base, const PathList& present) {
  Difference result;
  std::uint32_t document = 0;
  const PathListView& documents = base.document_list();
  for (std::size_t i = 0; i < present.size(); ++i) {
    const std::string_view path = present.path(i);
    while (document < base.documents() && path_before(documents.path(document), path)) {
      result.tombstones.push_back(document++);
    }
    const bool known = document < base.documents() && documents.path(document) == path;
    const bool same =
        known && documents.stamps[document] == present.stamps[i] && base.flags()[document] != DocumentFlag::racy;
    if (!same) result.files.push_back(path);
    if (known && !same) result.tombstones.push_back(document);
    if (known) ++document;
  }
  while (document < base.documents()) result.tombstones.push_back(document++);
  return result;
}

bool same_paths(const PathListView& left, const PathList& right, bool (*same)(const FileStamp&, const FileStamp&)) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left.path(i) != right.path(i) || !same(left.stamps[i], right.stamps[i])) return false;
  }
  return true;
}

bool same_stamps(const FileStamp& left, const FileStamp& right) { return left == right; }

bool any_racy(const PathListView& list, std::int64_t read_at) {
  return std::ranges::any_of(list.stamps, [&](const FileStamp& stamp) { return is_racy(stamp, read_at); });
}

// Whether the newest segment says all that a new overlay would.
bool up_to_date(const OpenIndex& index, const Difference& needed, const SegmentContent& content,
                const PathList& files) {
  const Segment& newest = index.segments.back();
  if (!same_paths(newest.directory_list(), content.directories, same_stamps)) return false;
  if (!same_paths(newest.watched_list(), content.watched, same_stamps)) return false;
  if (any_racy(newest.directory_list(), newest.read_at())) return false;
  if (any_racy(newest.watched_list(), newest.read_at())) return false;
  if (index.segments.size() == 1) return needed.files.empty() && needed.tombstones.empty();
  if (!std::ranges::equal(newest.tombstones(), needed.tombstones)) return false;
  if (newest.documents() != needed.files.size()) return false;
  const PathListView& documents = newest.document_list();
  for (std::uint32_t i = 0, j = 0; i < newest.documents(); ++i) {
    while (files.path(j) != needed.files[i]) ++j;
    const bool same = documents.path(i) == needed.files[i] && documents.stamps[i] == files.stamps[j] &&
                      newest.flags()[i] != DocumentFlag::racy;
    if (!same) return false;
  }
  return true;
}

std::string segment_name(std::uint64_t generation) { return fmt::format("{}.segment", generation); }

class Builder {
 public:
  Builder(const IndexStore& store, const BuildRequest& request, const ProgressSink& progress)
      : store_(store),
        request_(request),
        progress_(progress),
        lock_(store.lock()),
        root_(::open(request.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!root_) throw system_error(request.root.string(), errno);
  }

  BuildOutcome build() {
    std::optional<OpenIndex> present = store_.open();
    const std::uint64_t generation = present ? present->manifest.generation + 1 : stamp_generation();
    if (request_.kind == BuildKind::whole) present.reset();
    if (present && present->manifest.global_excludes != request_.walk.global_excludes.string()) present.reset();

    SegmentContent content;
    TreeFiles tree = list(content);
    if (was_just_written(content)) tree = list(content);
    if (!present) return write_base(std::move(content), std::move(tree), generation);

    PathList files = stamped(root_.number(), tree.files, FileKind::regular, threads());
    Difference needed = difference(present->segments.front(), files);
    if (up_to_date(*present, needed, content, files)) return BuildOutcome::unchanged;
    constexpr std::size_t kTenthsForOverlay = 3;
    if ((needed.files.size() + needed.tombstones.size()) * 10 > tree.files.size() * kTenthsForOverlay) {
      needed = {};
      files = {};
      return write_base(std::move(content), std::move(tree), generation);
    }
    return write_overlay(std::move(content), needed, std::move(present->manifest), generation);
  }

 private:
  std::uint32_t threads() const { return request_.walk.threads; }

  // An index that was dropped must not give its successor the file names a reader may still be looking for.
  static std::uint64_t stamp_generation() { return static_cast<std::uint64_t>(stamp_clock()); }

  static std::vector<std::string_view> with_root(const std::vector<std::string_view>& directories) {
    std::vector<std::string_view> all = {"."};
    all.insert(all.end(), directories.begin(), directories.end());
    return all;
  }

  TreeFiles list(SegmentContent& content) const {
    content.read_at = request_.clock();
    TreeFiles tree = list_files(request_.root, request_.walk);
    content.directories = stamped(root_.number(), with_root(tree.directories), FileKind::directory, threads());
    content.watched = watched_files(request_.root, root_.number(), tree.directories, request_.walk.global_excludes);
    return tree;
  }

  // A tree that was made a moment ago would be listed whole at every look, for as long as this index is used. Waits
  // until its stamps can be trusted; not for file systems that count in seconds.
  bool was_just_written(const SegmentContent& content) const {
    std::int64_t until = 0;
    for (const PathList* list : {&content.directories, &content.watched}) {
      for (const FileStamp& stamp : list->stamps) until = std::max(until, racy_until(stamp));
    }
    const std::int64_t left = until - request_.clock();
    if (until < content.read_at || left > kLongestWait) return false;
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::max<std::int64_t>(left, 0) + kWriting));
    return true;
  }

  // Paths are in memory once while files are read.
  BuildOutcome write_base(SegmentContent content, TreeFiles tree, std::uint64_t generation) {
    content.documents = unstamped(tree.files);
    tree = {};
    IndexManifest manifest{.root = request_.root.string(),
                           .global_excludes = request_.walk.global_excludes.string(),
                           .generation = generation,
                           .segments = {segment_name(generation)}};
    write(std::move(content), manifest);
    if (const std::optional<OpenIndex> written = store_.open()) {
      manifest.calibration = calibrate(root_.number(), store_, written->segments.front().document_list());
      store_.commit(lock_, manifest);
    }
    return BuildOutcome::whole;
  }

  BuildOutcome write_overlay(SegmentContent content, const Difference& needed, IndexManifest manifest,
                             std::uint64_t generation) {
    content.documents = unstamped(needed.files);
    content.tombstones = needed.tombstones;
    manifest.generation = generation;
    manifest.segments.resize(1);
    manifest.segments.push_back(segment_name(generation));
    write(std::move(content), manifest);
    return BuildOutcome::overlay;
  }

  void write(SegmentContent content, const IndexManifest& manifest) {
    build_segment(root_.number(), {.directory = lock_.directory(), .name = manifest.segments.back()},
                  std::move(content), threads(), progress_);
    store_.commit(lock_, manifest);
  }

  const IndexStore& store_;
  const BuildRequest& request_;
  const ProgressSink& progress_;
  IndexStore::Lock lock_;
  fsops::FileDescriptor root_;
};

}  // namespace

BuildOutcome build_index(const IndexStore& store, const BuildRequest& request, const ProgressSink& progress) {
  return Builder(store, request, progress).build();
}

}  // namespace tenon::index
