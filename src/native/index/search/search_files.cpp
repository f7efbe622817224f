#include "native/index/search/search_files.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "native/index/search/file_scanner.h"

namespace tenon::index {
namespace {

class Worker {
 public:
  Worker(int directory, const LinePattern& pattern, const SearchOptions& options, OrderedResults& results)
      : directory_(directory), scanner_(pattern, options), results_(results) {}

  void search(PlannedFile& file, std::size_t place) {
    if (file.searched) {
      for (FileResult& part : file.results) results_.add(place, std::move(part));
    } else {
      ++searched_;
      const auto sink = [&](FileResult&& part) { return results_.add(place, std::move(part)); };
      std::optional<FileFailure> failure = scanner_.scan(directory_, file.path.c_str(), file.path, sink);
      if (failure) failures_.push_back(std::move(*failure));
    }
    file = {};
    results_.finish(place);
  }

  std::uint64_t searched() const { return searched_; }
  std::uint64_t bytes_searched() const { return scanner_.bytes_searched(); }
  std::vector<FileFailure>& failures() { return failures_; }

 private:
  int directory_;
  FileScanner scanner_;
  OrderedResults& results_;
  std::uint64_t searched_ = 0;
  std::vector<FileFailure> failures_;
};

}  // namespace

void count(SearchSummary& summary, const FileResult& part) {
  summary.files_matched += part.first_part ? 1 : 0;
  summary.matched_lines += part.matched_lines;
  summary.matches += part.matches;
}

SearchSummary search_files(int directory, std::vector<PlannedFile> files, const LinePattern& pattern,
                           const SearchOptions& options, std::uint32_t threads, const ResultSink& sink) {
  SearchSummary summary;
  const ResultSink counting = [&](FileResult&& part) {
    count(summary, part);
    return sink(std::move(part));
  };
  OrderedResults results(counting);
  std::atomic<std::size_t> next = 0;
  std::deque<Worker> workers;
  const std::size_t useful = std::max<std::size_t>(1, std::min<std::size_t>(threads, files.size()));
  for (std::size_t i = 0; i < useful; ++i) workers.emplace_back(directory, pattern, options, results);
  const auto work = [&](Worker& worker) {
    for (std::size_t place = next++; place < files.size() && !results.stopped(); place = next++) {
      worker.search(files[place], place);
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < useful; ++i) others.emplace_back(work, std::ref(workers[i]));
    work(workers.front());
  }
  for (Worker& worker : workers) {
    summary.files_searched += worker.searched();
    summary.bytes_searched += worker.bytes_searched();
    std::ranges::move(worker.failures(), std::back_inserter(summary.failures));
  }
  return summary;
}

}  // namespace tenon::index
