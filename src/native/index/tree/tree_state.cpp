#include "native/index/tree/tree_state.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "native/index/tree/parallel.h"
#include "native/index/tree/tree_listing.h"
#include "native/index/tree/watched_files.h"

namespace tenon::index {
namespace {

constexpr std::size_t kMostListedApart = 256;  // more changed directories: the whole tree is listed at once

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// The directory list of a segment begins with the root itself; the others are in path order.
std::optional<std::size_t> find_directory(const PathListView& list, std::string_view path) {
  if (list.size() == 0) return std::nullopt;
  if (path.empty()) return 0;
  std::size_t begin = 1;
  std::size_t end = list.size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (path_before(list.path(middle), path)) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  if (begin == list.size() || list.path(begin) != path) return std::nullopt;
  return begin;
}

bool any_racy(const PathList& list, std::int64_t read_at) {
  return std::ranges::any_of(list.stamps, [&](const FileStamp& stamp) { return is_racy(stamp, read_at); });
}

std::string directory_name(const PathListView& list, std::size_t i) {
  return i == 0 ? std::string() : std::string(list.path(i));
}

}  // namespace

TreeState::TreeState(IndexedTree tree, int root, OpenIndex index)
    : tree_(std::move(tree)), root_(root), index_(std::move(index)) {
  const Segment& newest = index_.segments.back();
  for (const Segment& segment : index_.segments) dead_.emplace_back(segment.documents());
  const bool is_base = index_.segments.size() == 1;
  for (const std::uint32_t document : is_base ? std::span<const std::uint32_t>() : newest.tombstones()) {
    if (document >= dead_.front().size()) {
      throw Error(ErrorCode::data_corrupted, "the search index is damaged: it takes out documents that it has not",
                  "Build it anew with `tenon index`.");
    }
    dead_.front()[document] = 1;
  }
  for (const FileStamp& stamp : newest.directory_list().stamps) {
    directory_stamps_.push_back(is_racy(stamp, newest.read_at()) ? FileStamp{} : stamp);
  }
  const PathListView& watched = newest.watched_list();
  for (std::size_t i = 0; i < watched.size(); ++i) watched_.add(watched.path(i), watched.stamps[i]);
  watched_unsure_ = any_racy(watched_, newest.read_at());
}

void TreeState::notify(std::string_view path) {
  if (is_watched_name(path.substr(path.rfind('/') + 1))) list_anew_ = true;
  for (std::size_t i = 0; i < index_.segments.size(); ++i) {
    const std::optional<std::uint32_t> document = index_.segments[i].find(path);
    if (document && !dead_[i][*document]) mark_changed(i, *document);
  }
  if (changed_.contains(path)) return;
  list_directory(std::string(parent_of(path)));
}

bool TreeState::knows(std::string_view directory) const {
  return find_directory(index_.segments.back().directory_list(), directory).has_value() ||
         new_directories_.contains(directory);
}

void TreeState::mark_changed(std::size_t segment, std::uint32_t document) {
  dead_[segment][document] = 1;
  changed_.emplace(index_.segments[segment].document_list().path(document));
}

void TreeState::refresh() {
  failures_.clear();
  if (list_anew_ || watched_unsure_ || !unchanged(root_, watched_)) {
    list_all();
  } else {
    check_directories();
  }
  check_files();
}

void TreeState::check_files() {
  for (std::size_t i = 0; i < index_.segments.size(); ++i) {
    const PathListView& documents = index_.segments[i].document_list();
    std::vector<char>& dead = dead_[i];
    std::vector<std::vector<std::uint32_t>> changed(std::max(1U, tree_.threads));
    in_parallel(documents.size(), tree_.threads, [&](std::size_t thread, std::size_t begin, std::size_t end) {
      std::string path;
      for (std::size_t document = begin; document < end; ++document) {
        if (dead[document]) continue;
        path = documents.path(document);
        const auto stamp = stamp_of(root_, path.c_str(), FileKind::regular);
        if (stamp != documents.stamps[document]) changed[thread].push_back(static_cast<std::uint32_t>(document));
      }
    });
    for (const std::vector<std::uint32_t>& part : changed) {
      for (const std::uint32_t document : part) mark_changed(i, document);
    }
  }
}

FileStamp TreeState::directory_stamp(const std::string& directory) const {
  const char* name = directory.empty() ? "." : directory.c_str();
  return stamp_of(root_, name, FileKind::directory).value_or(FileStamp{});
}

void TreeState::check_directories() {
  const PathListView& directories = index_.segments.back().directory_list();
  std::vector<std::vector<std::size_t>> changed(std::max(1U, tree_.threads));
  in_parallel(directories.size(), tree_.threads, [&](std::size_t thread, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const FileStamp known = directory_stamps_[i];
      if (known == FileStamp{} || directory_stamp(directory_name(directories, i)) != known) {
        changed[thread].push_back(i);
      }
    }
  });
  std::vector<std::string> to_list;
  for (const std::vector<std::size_t>& part : changed) {
    for (const std::size_t i : part) to_list.push_back(directory_name(directories, i));
  }
  for (const auto& [directory, stamp] : new_directories_) {
    if (stamp == FileStamp{} || directory_stamp(directory) != stamp) to_list.push_back(directory);
  }
  if (to_list.size() > kMostListedApart) return list_all();
  for (const std::string& directory : to_list) {
    list_directory(directory);
    if (list_anew_) return list_all();
  }
}

void TreeState::list_all() {
  const std::int64_t read_at = tree_.clock();
  const TreeFiles tree = list_files(tree_.root, default_walk(tree_));
  for (const fsops::TreeWalkFailure& failure : tree.failures) {
    failures_.push_back({failure.path, std::strerror(failure.error_number)});
  }
  const auto is_listed = [&](std::string_view path) {
    return std::ranges::binary_search(tree.files, path, path_before);
  };
  // What is ignored by now is no longer searched, whether it changed or not.
  for (std::size_t i = 0; i < index_.segments.size(); ++i) {
    const PathListView& documents = index_.segments[i].document_list();
    for (std::uint32_t document = 0; document < documents.size(); ++document) {
      if (!dead_[i][document] && !is_listed(documents.path(document))) dead_[i][document] = 1;
    }
  }
  std::erase_if(changed_, [&](const std::string& path) { return !is_listed(path); });
  for (const std::string_view path : tree.files) add_listed(path);

  const auto failed = [&](const std::string& directory) {
    return std::ranges::find(tree.failures, directory, &fsops::TreeWalkFailure::path) != tree.failures.end();
  };
  const PathListView& known = index_.segments.back().directory_list();
  new_directories_.clear();
  std::vector<std::string> listed = {std::string()};
  for (const std::string_view path : tree.directories) listed.emplace_back(path);
  for (const std::string& directory : listed) {
    const FileStamp stamp = directory_stamp(directory);
    const bool unsure = is_racy(stamp, read_at) || failed(directory);
    const FileStamp kept = unsure ? FileStamp{} : stamp;
    if (const auto place = find_directory(known, directory)) {
      directory_stamps_[*place] = kept;
    } else {
      new_directories_[directory] = kept;
    }
  }
  watched_ = watched_files(tree_.root, root_, tree.directories, tree_.global_excludes);
  watched_unsure_ = any_racy(watched_, read_at);
  list_anew_ = false;
}

void TreeState::add_listed(std::string_view path) {
  for (std::size_t i = 0; i < index_.segments.size(); ++i) {
    const std::optional<std::uint32_t> document = index_.segments[i].find(path);
    if (document && !dead_[i][*document]) return;
  }
  changed_.emplace(path);
}

// Looks at what is directly in a directory that may have changed.
void TreeState::list_directory(const std::string& directory) {
  const std::int64_t read_at = tree_.clock();
  const FileStamp stamp = directory_stamp(directory);
  if (stamp == FileStamp{}) return forget_below(directory);
  if (!knows(directory)) {
    // New together with its parents; the next one above it that is known tells.
    return list_directory(std::string(parent_of(directory)));
  }
  for (const char* name : {".gitignore", ".ignore", ".git"}) {
    const std::string path = directory.empty() ? name : fmt::format("{}/{}", directory, name);
    struct stat status{};
    const PathList& watched = watched_;
    const bool there = ::fstatat(root_, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    bool was_there = false;
    for (std::size_t i = 0; i < watched.size() && !was_there; ++i) was_there = watched.path(i) == path;
    if (there != was_there) {
      list_anew_ = true;
      return;
    }
  }
  fsops::TreeWalkOptions walk = default_walk(tree_);
  walk.max_depth = 1;
  walk.threads = 1;
  const std::string prefix = directory.empty() ? std::string() : directory + "/";
  TreeFiles here;
  try {
    here = list_files(tree_.root / directory, walk);
  } catch (const Error& error) {
    failures_.push_back({directory, error.what()});
    return;
  }
  for (const fsops::TreeWalkFailure& failure : here.failures) {
    failures_.push_back({prefix + failure.path, std::strerror(failure.error_number)});
  }
  for (const std::string_view name : here.files) add_listed(fmt::format("{}{}", prefix, name));
  for (const std::string_view name : here.directories) {
    const std::string below = fmt::format("{}{}", prefix, name);
    if (!knows(below)) list_new_directory(below);
  }
  const FileStamp kept = is_racy(stamp, read_at) ? FileStamp{} : stamp;
  if (const auto place = find_directory(index_.segments.back().directory_list(), directory)) {
    directory_stamps_[*place] = kept;
  } else {
    new_directories_[directory] = kept;
  }
}

// The directory is none any more: what was in it is gone, even if a link now leads to files of the same names.
void TreeState::forget_below(const std::string& directory) {
  for (std::size_t i = 0; i < index_.segments.size(); ++i) {
    const Segment& segment = index_.segments[i];
    for (std::uint32_t document = segment.first_below(directory);
         document < segment.documents() && is_below(segment.document_list().path(document), directory); ++document) {
      dead_[i][document] = 1;
    }
  }
  std::erase_if(changed_, [&](const std::string& path) { return is_below(path, directory); });
  std::erase_if(new_directories_,
                [&](const auto& entry) { return entry.first == directory || is_below(entry.first, directory); });
}

void TreeState::list_new_directory(const std::string& directory) {
  new_directories_[directory] = FileStamp{};
  list_directory(directory);
}

}  // namespace tenon::index
