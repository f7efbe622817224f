#include "native/index/tree/tree_index.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "native/index/tree/parallel.h"
#include "native/index/tree/tree_listing.h"
#include "native/index/tree/watched_files.h"
#include "native/index/trigram/candidates.h"

namespace tenon::index {
namespace {

constexpr std::size_t kMostListedApart = 256;  // more changed directories: the whole tree is listed at once

std::filesystem::path real_path(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::path real = std::filesystem::canonical(path, failed);
  if (failed) throw system_error(path.string(), failed.value());
  return real;
}

IndexedTree resolved(IndexedTree tree) {
  tree.root = real_path(tree.root);
  return tree;
}

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_below(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
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

// Whether a file without a match is nothing to report.
bool can_answer(const SearchOptions& options) {
  return options.selection == Selection::matching && options.report != Report::files_without;
}

bool any_racy(const PathList& list, std::int64_t read_at) {
  return std::ranges::any_of(list.stamps, [&](const FileStamp& stamp) { return is_racy(stamp, read_at); });
}

std::string directory_name(const PathListView& list, std::size_t i) {
  return i == 0 ? std::string() : std::string(list.path(i));
}

}  // namespace

fsops::TreeWalkOptions default_walk(const IndexedTree& tree) {
  fsops::TreeWalkOptions walk;
  walk.global_excludes = tree.global_excludes;
  walk.threads = tree.threads;
  return walk;
}

TreeIndex::TreeIndex(IndexedTree tree) : tree_(resolved(std::move(tree))), store_(tree_.home, tree_.root) {
  directory_ = fsops::FileDescriptor(::open(tree_.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory_) throw system_error(tree_.root.string(), errno);
}

bool TreeIndex::open() {
  state_.reset();
  std::optional<OpenIndex> index = store_.open();
  if (!index || index->manifest.global_excludes != tree_.global_excludes.string()) return false;
  auto state = std::make_unique<State>();
  state->index = std::move(*index);
  const Segment& newest = state->index.segments.back();
  for (const Segment& segment : state->index.segments) state->dead.emplace_back(segment.documents());
  if (state->index.segments.size() > 1) {
    for (const std::uint32_t document : newest.tombstones()) {
      if (document >= state->dead.front().size()) return false;
      state->dead.front()[document] = 1;
    }
  }
  for (const FileStamp& stamp : newest.directory_list().stamps) {
    state->directory_stamps.push_back(is_racy(stamp, newest.read_at()) ? FileStamp{} : stamp);
  }
  const PathListView& watched = newest.watched_list();
  for (std::size_t i = 0; i < watched.size(); ++i) state->watched.add(watched.path(i), watched.stamps[i]);
  state->watched_unsure = any_racy(state->watched, newest.read_at());
  state_ = std::move(state);
  return true;
}

BuildOutcome TreeIndex::build(BuildKind kind, const ProgressSink& progress) {
  const BuildOutcome outcome = build_index(
      store_, {.root = tree_.root, .walk = default_walk(tree_), .kind = kind, .clock = tree_.clock}, progress);
  open();
  return outcome;
}

void TreeIndex::drop() {
  state_.reset();
  store_.drop();
}

std::size_t TreeIndex::changed_files() const { return state_ ? state_->changed.size() : 0; }

void TreeIndex::notify(std::string_view path) {
  if (!state_) return;
  if (is_watched_name(path.substr(path.rfind('/') + 1))) state_->list_anew = true;
  for (std::size_t i = 0; i < state_->index.segments.size(); ++i) {
    const std::optional<std::uint32_t> document = state_->index.segments[i].find(path);
    if (document && !state_->dead[i][*document]) mark_changed(i, *document);
  }
  if (state_->changed.contains(path)) return;
  list_directory(std::string(parent_of(path)));
}

std::optional<SearchSummary> TreeIndex::search(const LinePattern& pattern, const SearchOptions& options,
                                               const LanguageFilter& languages, std::string_view below,
                                               Freshness freshness, const ResultSink& sink) {
  if (!can_answer(options) || !state_ || !is_known(below)) return std::nullopt;
  std::optional<std::vector<std::string>> paths;
  try {
    paths = planned(pattern, options, freshness);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::data_corrupted) throw;
    state_.reset();
  }
  if (!paths) return std::nullopt;
  std::vector<PlannedFile> files;
  for (std::string& path : *paths) {
    if (is_below(path, below) && languages.admits(path)) files.push_back({.path = std::move(path)});
  }
  SearchSummary summary = search_files(directory_.number(), std::move(files), pattern, options, tree_.threads, sink);
  for (const FileFailure& failure : state_->failures) {
    if (failure.path == below || is_below(failure.path, below)) summary.failures.push_back(failure);
  }
  std::ranges::sort(summary.failures, path_before, &FileFailure::path);
  return summary;
}

std::optional<SearchSummary> TreeIndex::search_walked(const LinePattern& pattern, const SearchOptions& options,
                                                      const LanguageFilter& languages, const WalkedFiles& files,
                                                      const ResultSink& sink) {
  if (!can_answer(options) || !state_) return std::nullopt;
  std::optional<std::vector<Documents>> documents;
  try {
    documents = possible(pattern, options, Freshness::checked);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::data_corrupted) throw;
    state_.reset();
  }
  if (!documents) return std::nullopt;
  const TreeFiles walked = list_files(files.named, files.walk);
  const std::string prefix = files.below.empty() ? std::string() : fmt::format("{}/", files.below);
  std::vector<PlannedFile> planned(walked.files.size());
  in_parallel(walked.files.size(), tree_.threads, [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      std::string path = prefix + std::string(walked.files[i]);
      if (languages.admits(path) && !excludes(*documents, path)) planned[i].path = std::move(path);
    }
  });
  std::erase_if(planned, [](const PlannedFile& file) { return file.path.empty(); });
  SearchSummary summary = search_files(directory_.number(), std::move(planned), pattern, options, tree_.threads, sink);
  for (const fsops::TreeWalkFailure& failure : walked.failures) {
    summary.failures.push_back({prefix + failure.path, std::strerror(failure.error_number)});
  }
  std::ranges::sort(summary.failures, path_before, &FileFailure::path);
  return summary;
}

// Whether the file is as it was indexed, and cannot match.
bool TreeIndex::excludes(const std::vector<Documents>& possible, const std::string& path) const {
  for (std::size_t i = 0; i < possible.size(); ++i) {
    const Segment& segment = state_->index.segments[i];
    const std::optional<std::uint32_t> document = segment.find(path);
    if (!document || state_->dead[i][*document]) continue;
    if (std::ranges::binary_search(possible[i], *document)) return false;
    return stamp_of(directory_.number(), path.c_str(), FileKind::regular) == segment.document_list().stamps[*document];
  }
  return false;
}

// Of each segment, those that can have a match; nothing when a scan is the better way.
std::optional<std::vector<TreeIndex::Documents>> TreeIndex::possible(const LinePattern& pattern,
                                                                     const SearchOptions& options,
                                                                     Freshness freshness) {
  std::vector<Documents> found;
  std::size_t count = 0;
  for (const Segment& segment : state_->index.segments) {
    std::optional<Documents> documents = candidates(segment, pattern.query());
    if (!documents) return std::nullopt;
    for (std::uint32_t i = 0; i < segment.documents(); ++i) {
      const DocumentFlag flag = segment.flags()[i];
      const bool skipped = flag == DocumentFlag::binary && options.binary == BinaryFiles::skipped;
      if (flag != DocumentFlag::none && !skipped) documents->push_back(i);
    }
    std::ranges::sort(*documents);
    const auto repeated = std::ranges::unique(*documents);
    documents->erase(repeated.begin(), repeated.end());
    count += documents->size();
    found.push_back(std::move(*documents));
  }
  if (!worthwhile(count, freshness)) return std::nullopt;
  return found;
}

std::optional<std::vector<std::string>> TreeIndex::planned(const LinePattern& pattern, const SearchOptions& options,
                                                           Freshness freshness) {
  const std::optional<std::vector<Documents>> found = possible(pattern, options, freshness);
  if (!found) return std::nullopt;
  if (freshness == Freshness::checked || state_->list_anew) refresh();

  std::vector<std::string> paths;
  for (std::size_t i = 0; i < found->size(); ++i) {
    for (const std::uint32_t document : (*found)[i]) {
      if (!state_->dead[i][document]) {
        paths.emplace_back(state_->index.segments[i].document_list().path(document));
      }
    }
  }
  paths.insert(paths.end(), state_->changed.begin(), state_->changed.end());
  std::ranges::sort(paths, path_before);
  return paths;
}

bool TreeIndex::worthwhile(std::size_t documents, Freshness freshness) const {
  if (tree_.use == IndexUse::whenever_possible) return true;
  const Calibration& cost = state_->index.manifest.calibration;
  std::uint64_t all = 0;
  for (const Segment& segment : state_->index.segments) all += segment.documents();
  const std::uint64_t looking = freshness == Freshness::checked ? cost.open_index + all * cost.stat_file : 0;
  return looking + documents * cost.search_file <= all * cost.search_file;
}

bool TreeIndex::is_known(std::string_view directory) const {
  return find_directory(state_->index.segments.back().directory_list(), directory).has_value() ||
         state_->new_directories.contains(directory);
}

void TreeIndex::mark_changed(std::size_t segment, std::uint32_t document) {
  state_->dead[segment][document] = 1;
  state_->changed.emplace(state_->index.segments[segment].document_list().path(document));
}

void TreeIndex::refresh() {
  state_->failures.clear();
  if (state_->list_anew || state_->watched_unsure || !unchanged(directory_.number(), state_->watched)) {
    list_all();
  } else {
    check_directories();
  }
  check_files();
}

void TreeIndex::check_files() {
  for (std::size_t i = 0; i < state_->index.segments.size(); ++i) {
    const PathListView& documents = state_->index.segments[i].document_list();
    std::vector<char>& dead = state_->dead[i];
    std::vector<std::vector<std::uint32_t>> changed(std::max(1U, tree_.threads));
    in_parallel(documents.size(), tree_.threads, [&](std::size_t thread, std::size_t begin, std::size_t end) {
      std::string path;
      for (std::size_t document = begin; document < end; ++document) {
        if (dead[document]) continue;
        path = documents.path(document);
        const auto stamp = stamp_of(directory_.number(), path.c_str(), FileKind::regular);
        if (stamp != documents.stamps[document]) changed[thread].push_back(static_cast<std::uint32_t>(document));
      }
    });
    for (const std::vector<std::uint32_t>& part : changed) {
      for (const std::uint32_t document : part) mark_changed(i, document);
    }
  }
}

FileStamp TreeIndex::directory_stamp(const std::string& directory) const {
  const char* name = directory.empty() ? "." : directory.c_str();
  return stamp_of(directory_.number(), name, FileKind::directory).value_or(FileStamp{});
}

void TreeIndex::check_directories() {
  const PathListView& directories = state_->index.segments.back().directory_list();
  std::vector<std::vector<std::size_t>> changed(std::max(1U, tree_.threads));
  in_parallel(directories.size(), tree_.threads, [&](std::size_t thread, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const FileStamp known = state_->directory_stamps[i];
      if (known == FileStamp{} || directory_stamp(directory_name(directories, i)) != known) {
        changed[thread].push_back(i);
      }
    }
  });
  std::vector<std::string> to_list;
  for (const std::vector<std::size_t>& part : changed) {
    for (const std::size_t i : part) to_list.push_back(directory_name(directories, i));
  }
  for (const auto& [directory, stamp] : state_->new_directories) {
    if (stamp == FileStamp{} || directory_stamp(directory) != stamp) to_list.push_back(directory);
  }
  if (to_list.size() > kMostListedApart) return list_all();
  for (const std::string& directory : to_list) {
    list_directory(directory);
    if (state_->list_anew) return list_all();
  }
}

void TreeIndex::list_all() {
  const std::int64_t read_at = tree_.clock();
  const TreeFiles tree = list_files(tree_.root, default_walk(tree_));
  for (const fsops::TreeWalkFailure& failure : tree.failures) {
    state_->failures.push_back({failure.path, std::strerror(failure.error_number)});
  }
  const auto is_listed = [&](std::string_view path) {
    return std::ranges::binary_search(tree.files, path, path_before);
  };
  // What is ignored by now is no longer searched, whether it changed or not.
  for (std::size_t i = 0; i < state_->index.segments.size(); ++i) {
    const PathListView& documents = state_->index.segments[i].document_list();
    for (std::uint32_t document = 0; document < documents.size(); ++document) {
      if (!state_->dead[i][document] && !is_listed(documents.path(document))) state_->dead[i][document] = 1;
    }
  }
  std::erase_if(state_->changed, [&](const std::string& path) { return !is_listed(path); });
  for (const std::string_view path : tree.files) add_listed(path);

  const auto failed = [&](const std::string& directory) {
    return std::ranges::find(tree.failures, directory, &fsops::TreeWalkFailure::path) != tree.failures.end();
  };
  const PathListView& known = state_->index.segments.back().directory_list();
  state_->new_directories.clear();
  std::vector<std::string> listed = {std::string()};
  for (const std::string_view path : tree.directories) listed.emplace_back(path);
  for (const std::string& directory : listed) {
    const FileStamp stamp = directory_stamp(directory);
    const bool unsure = is_racy(stamp, read_at) || failed(directory);
    const FileStamp kept = unsure ? FileStamp{} : stamp;
    if (const auto place = find_directory(known, directory)) {
      state_->directory_stamps[*place] = kept;
    } else {
      state_->new_directories[directory] = kept;
    }
  }
  state_->watched = watched_files(tree_.root, directory_.number(), tree.directories, tree_.global_excludes);
  state_->watched_unsure = any_racy(state_->watched, read_at);
  state_->list_anew = false;
}

void TreeIndex::add_listed(std::string_view path) {
  for (std::size_t i = 0; i < state_->index.segments.size(); ++i) {
    const std::optional<std::uint32_t> document = state_->index.segments[i].find(path);
    if (document && !state_->dead[i][*document]) return;
  }
  state_->changed.emplace(path);
}

// Looks at what is directly in a directory that may have changed.
void TreeIndex::list_directory(const std::string& directory) {
  const std::int64_t read_at = tree_.clock();
  const FileStamp stamp = directory_stamp(directory);
  if (stamp == FileStamp{}) return forget_below(directory);
  if (!is_known(directory)) {
    // New together with its parents; the next one above it that is known tells.
    return list_directory(std::string(parent_of(directory)));
  }
  for (const char* name : {".gitignore", ".ignore", ".git"}) {
    const std::string path = directory.empty() ? name : fmt::format("{}/{}", directory, name);
    struct stat status{};
    const PathList& watched = state_->watched;
    const bool there = ::fstatat(directory_.number(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    bool was_there = false;
    for (std::size_t i = 0; i < watched.size() && !was_there; ++i) was_there = watched.path(i) == path;
    if (there != was_there) {
      state_->list_anew = true;
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
    state_->failures.push_back({directory, error.what()});
    return;
  }
  for (const fsops::TreeWalkFailure& failure : here.failures) {
    state_->failures.push_back({prefix + failure.path, std::strerror(failure.error_number)});
  }
  for (const std::string_view name : here.files) add_listed(fmt::format("{}{}", prefix, name));
  for (const std::string_view name : here.directories) {
    const std::string below = fmt::format("{}{}", prefix, name);
    if (!is_known(below)) list_new_directory(below);
  }
  const FileStamp kept = is_racy(stamp, read_at) ? FileStamp{} : stamp;
  if (const auto place = find_directory(state_->index.segments.back().directory_list(), directory)) {
    state_->directory_stamps[*place] = kept;
  } else {
    state_->new_directories[directory] = kept;
  }
}

// The directory is none any more: what was in it is gone, even if a link now leads to files of the same names.
void TreeIndex::forget_below(const std::string& directory) {
  for (std::size_t i = 0; i < state_->index.segments.size(); ++i) {
    const Segment& segment = state_->index.segments[i];
    for (std::uint32_t document = segment.first_below(directory);
         document < segment.documents() && is_below(segment.document_list().path(document), directory); ++document) {
      state_->dead[i][document] = 1;
    }
  }
  std::erase_if(state_->changed, [&](const std::string& path) { return is_below(path, directory); });
  std::erase_if(state_->new_directories,
                [&](const auto& entry) { return entry.first == directory || is_below(entry.first, directory); });
}

void TreeIndex::list_new_directory(const std::string& directory) {
  state_->new_directories[directory] = FileStamp{};
  list_directory(directory);
}

}  // namespace tenon::index
