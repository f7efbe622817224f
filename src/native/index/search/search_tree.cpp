#include "native/index/search/search_tree.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "native/index/search/file_scanner.h"
#include "native/index/search/path_order.h"

namespace tenon::index {
namespace {

constexpr std::size_t kKeptOfFile = std::size_t{4} << 20;   // bytes of text
constexpr std::size_t kKeptOfTree = std::size_t{64} << 20;  // likewise; beyond it files are listed, and searched later

struct Found {
  std::vector<PlannedFile> files;
  std::vector<FileFailure> failures;
  std::uint64_t searched = 0;
  std::uint64_t bytes = 0;  // searched
};

// What the visitors of all threads share.
struct Progress {
  std::atomic<std::size_t> kept = 0;   // bytes of text
  std::atomic<bool> answered = false;  // nothing that follows matters
};

class Visitor {
 public:
  Visitor(const LinePattern& pattern, const SearchOptions& options, Progress& progress)
      : scanner_(pattern, options), ends_with_first_(options.report == Report::any_file), progress_(progress) {}

  void visit(const fsops::TreeEntry& entry) {
    if (entry.kind != fsops::EntryKind::file) return;
    if (progress_.answered.load(std::memory_order_relaxed)) return;
    if (progress_.kept.load(std::memory_order_relaxed) > kKeptOfTree) {
      found_.files.push_back({.path = std::string(entry.path)});
      return;
    }
    ++found_.searched;
    PlannedFile file{.searched = true};
    std::size_t bytes = 0;
    const std::uint64_t searched_before = scanner_.bytes_searched();
    const auto sink = [&](FileResult&& part) {
      bytes += part.text.size() + part.lines.size() * sizeof(ResultLine);
      file.results.push_back(std::move(part));
      return bytes <= kKeptOfFile;
    };
    const char* const name = &entry.name.front();  // a NUL follows the path
    std::optional<FileFailure> failure = scanner_.scan(entry.directory, name, entry.path, sink, short_reads_of(entry));
    if (failure) found_.failures.push_back(std::move(*failure));
    const bool again = bytes > kKeptOfFile;
    if (!again) found_.bytes += scanner_.bytes_searched() - searched_before;
    if (file.results.empty()) return;
    if (ends_with_first_) progress_.answered = true;
    file.path = entry.path;
    if (again) {
      --found_.searched;
      file = {.path = std::move(file.path)};
    } else {
      progress_.kept += bytes;
    }
    found_.files.push_back(std::move(file));
  }

  Found& found() { return found_; }

 private:
  ShortReads short_reads_of(const fsops::TreeEntry& entry) {
    const std::string_view directory = entry.path.substr(0, entry.path.size() - entry.name.size());
    if (directory != directory_ || !short_reads_) {
      short_reads_ = short_reads_in(entry.directory);
      directory_ = directory;
    }
    return *short_reads_;
  }

  FileScanner scanner_;
  bool ends_with_first_;
  Progress& progress_;
  std::string directory_;                  // of the last file, with a slash
  std::optional<ShortReads> short_reads_;  // in it
  Found found_;
};

bool includes(const std::vector<const Language*>& languages, std::string_view path) {
  return std::ranges::any_of(languages, [&](const Language* language) { return belongs_to(*language, path); });
}

}  // namespace

bool LanguageFilter::excludes(std::string_view path) const {
  return (!only.empty() && !includes(only, path)) || includes(without, path);
}

fsops::NameChoice LanguageFilter::as_choice() const {
  if (only.empty() && without.empty()) return {};
  return [this](std::string_view name) {
    if (excludes(name)) return fsops::NameVerdict::skipped;
    return only.empty() ? fsops::NameVerdict::silent : fsops::NameVerdict::listed;
  };
}

SearchSummary search_tree(const std::filesystem::path& root, const LinePattern& pattern, const SearchOptions& options,
                          const fsops::TreeWalkOptions& walk, const LanguageFilter& languages, const ResultSink& sink) {
  const fsops::FileDescriptor directory(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw system_error(root.string(), errno);
  Progress progress;
  std::vector<std::unique_ptr<Visitor>> visitors;
  fsops::TreeWalkOptions choosing = walk;
  choosing.names = languages.as_choice();
  const fsops::TreeWalkReport report = fsops::walk_tree(root, choosing, [&](std::uint32_t) {
    visitors.push_back(std::make_unique<Visitor>(pattern, options, progress));
    return [visitor = visitors.back().get()](const fsops::TreeEntry& entry) { visitor->visit(entry); };
  });

  std::vector<PlannedFile> files;
  std::vector<FileFailure> failures;
  std::uint64_t searched = 0;
  std::uint64_t bytes = 0;
  for (const auto& visitor : visitors) {
    std::ranges::move(visitor->found().files, std::back_inserter(files));
    std::ranges::move(visitor->found().failures, std::back_inserter(failures));
    searched += visitor->found().searched;
    bytes += visitor->found().bytes;
  }
  for (const fsops::TreeWalkFailure& failure : report.failures) {
    failures.push_back({failure.path, std::strerror(failure.error_number)});
  }
  std::ranges::sort(files, path_before, &PlannedFile::path);
  const bool complete = std::ranges::all_of(files, &PlannedFile::searched);
  SearchSummary summary =
      search_files(directory.number(), std::move(files), pattern, options, complete ? 1 : walk.threads, sink);
  summary.files_searched += searched;
  summary.bytes_searched += bytes;
  std::ranges::move(failures, std::back_inserter(summary.failures));
  std::ranges::sort(summary.failures, path_before, &FileFailure::path);
  return summary;
}

}  // namespace tenon::index
