#include "native/index/tree/calibration.h"

#include <chrono>
#include <string>
#include <vector>

#include "native/index/search/file_scanner.h"

namespace tenon::index {
namespace {

constexpr std::size_t kSample = 200;

template <class Work>
std::uint64_t nanoseconds_of(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const auto taken = std::chrono::steady_clock::now() - begin;
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(taken).count());
}

}  // namespace

Calibration calibrate(int root, const IndexStore& store, const PathListView& documents) {
  if (documents.size() == 0) return {};
  std::vector<std::string> paths;
  const std::size_t step = std::max<std::size_t>(1, documents.size() / kSample);
  for (std::size_t i = 0; i < documents.size() && paths.size() < kSample; i += step) {
    paths.emplace_back(documents.path(i));
  }
  const LinePattern pattern({.patterns = {"an unlikely line"}, .syntax = Syntax::literal});
  FileScanner scanner(pattern, {.report = Report::files_with_match});
  const PartSink ignore = [](FileResult&&) { return true; };
  const auto search_all = [&] {
    for (const std::string& path : paths) scanner.scan(root, path.c_str(), path, ignore);
  };
  search_all();  // the first time reads from the disk
  return {.stat_file = nanoseconds_of([&] {
                         for (const std::string& path : paths) stamp_of(root, path.c_str(), FileKind::regular);
                       }) /
                       paths.size(),
          .search_file = nanoseconds_of(search_all) / paths.size(),
          .open_index = nanoseconds_of([&] { store.open(); })};
}

}  // namespace tenon::index
