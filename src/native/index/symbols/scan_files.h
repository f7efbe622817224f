// Scans many files for their symbols, in parallel. Hands the results over one after the other, in the order of the
// files.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "native/index/symbols/grammar.h"
#include "native/index/symbols/symbol.h"

namespace tenon::index {

struct ScanOptions {
  unsigned threads = 1;
  SymbolLimits limits;
};

struct ScannedFile {
  std::string_view path;  // below the directory
  std::string_view text;
  const FileSymbols& symbols;
};

struct ScanReport {
  std::uint64_t files = 0;  // of the languages we know
  std::uint64_t bytes = 0;
  std::vector<std::string> unreadable;
  std::vector<std::pair<std::string, Completeness>> incomplete;
};

// `format` runs on any of the threads and makes of a file what is to be handed over; `take` gets it, never two calls at
// a time. Neither may throw. Files of other languages are passed over; throws when the directory cannot be opened.
ScanReport scan_files(const std::filesystem::path& directory, std::span<const std::string> paths,
                      const ScanOptions& options, const std::function<std::string(const ScannedFile&)>& format,
                      const std::function<void(std::string_view)>& take);

}  // namespace tenon::index
