#include "native/index/tree/tree_index.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "native/index/tree/parallel.h"
#include "native/index/tree/tree_listing.h"
#include "native/index/trigram/candidates.h"

namespace tenon::index {
namespace {

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

// Whether a file without a match is nothing to report.
bool can_answer(const SearchOptions& options) {
  return options.selection == Selection::matching && options.report != Report::files_without;
}

}  // namespace

TreeIndex::TreeIndex(IndexedTree tree) : tree_(resolved(std::move(tree))), store_(tree_.home, tree_.root) {
  directory_ = fsops::FileDescriptor(::open(tree_.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory_) throw system_error(tree_.root.string(), errno);
}

bool TreeIndex::open() {
  state_.reset();
  std::optional<OpenIndex> index = store_.open();
  if (!index || index->manifest.global_excludes != tree_.global_excludes.string()) return false;
  try {
    state_ = std::make_unique<TreeState>(tree_, directory_.number(), *std::move(index));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::data_corrupted) throw;
  }
  return is_open();
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

void TreeIndex::notify(std::string_view path) {
  if (state_) state_->notify(path);
}

std::size_t TreeIndex::changed_files() const { return state_ ? state_->changed().size() : 0; }

std::optional<SearchSummary> TreeIndex::search(const LinePattern& pattern, const SearchOptions& options,
                                               const LanguageFilter& languages, std::string_view below,
                                               Freshness freshness, const ResultSink& sink) {
  // Hidden files of a language that is asked for are not in the index.
  if (!can_answer(options) || !languages.only.empty() || !state_ || !state_->knows(below)) return std::nullopt;
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
    if (is_below(path, below) && !languages.excludes(path)) files.push_back({.path = std::move(path)});
  }
  SearchSummary summary = search_files(directory_.number(), std::move(files), pattern, options, tree_.threads, sink);
  for (const FileFailure& failure : state_->failures()) {
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
  fsops::TreeWalkOptions choosing = files.walk;
  choosing.names = languages.as_choice();
  const TreeFiles walked = list_files(files.named, choosing);
  const std::string prefix = files.below.empty() ? std::string() : fmt::format("{}/", files.below);
  std::vector<PlannedFile> planned(walked.files.size());
  in_parallel(walked.files.size(), tree_.threads, [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      std::string path = prefix + std::string(walked.files[i]);
      if (!excludes(*documents, path)) planned[i].path = std::move(path);
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
    const Segment& segment = state_->index().segments[i];
    const std::optional<std::uint32_t> document = segment.find(path);
    if (!document || !state_->holds(i, *document)) continue;
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
  for (const Segment& segment : state_->index().segments) {
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
  if (freshness == Freshness::checked || state_->must_look()) state_->refresh();

  std::vector<std::string> paths;
  for (std::size_t i = 0; i < found->size(); ++i) {
    for (const std::uint32_t document : (*found)[i]) {
      if (state_->holds(i, document)) {
        paths.emplace_back(state_->index().segments[i].document_list().path(document));
      }
    }
  }
  paths.insert(paths.end(), state_->changed().begin(), state_->changed().end());
  std::ranges::sort(paths, path_before);
  return paths;
}

bool TreeIndex::worthwhile(std::size_t documents, Freshness freshness) const {
  if (tree_.use == IndexUse::whenever_possible) return true;
  const Calibration& cost = state_->index().manifest.calibration;
  std::uint64_t all = 0;
  for (const Segment& segment : state_->index().segments) all += segment.documents();
  const std::uint64_t looking = freshness == Freshness::checked ? cost.open_index + all * cost.stat_file : 0;
  return looking + documents * cost.search_file <= all * cost.search_file;
}

}  // namespace tenon::index
