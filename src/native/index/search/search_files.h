// Searches a list of files in parallel and reports in the order of the list.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "native/index/search/file_result.h"
#include "native/index/search/line_pattern.h"
#include "native/index/search/ordered_results.h"
#include "native/index/search/search_options.h"

namespace tenon::index {

struct SearchSummary {
  std::uint64_t files_searched = 0;
  std::uint64_t files_matched = 0;
  std::uint64_t matched_lines = 0;
  std::uint64_t matches = 0;
  std::uint64_t bytes_searched = 0;
  std::vector<FileFailure> failures;
};

// Adds what one part tells.
void count(SearchSummary& summary, const FileResult& part);

// A file to search, or what was found in it already.
struct PlannedFile {
  std::string path;                 // relative to the directory
  std::vector<FileResult> results;  // parts; used when `searched`
  bool searched = false;
};

// `directory` is open. Sorts nothing. Failures of single files are in the summary.
SearchSummary search_files(int directory, std::vector<PlannedFile> files, const LinePattern& pattern,
                           const SearchOptions& options, std::uint32_t threads, const ResultSink& sink);

}  // namespace tenon::index
