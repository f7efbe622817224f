#include "native/index/symbols/scan_files.h"

#include <fcntl.h>

#include <atomic>

#include "core/error.h"
#include "core/guarded.h"
#include "native/fsops/file_descriptor.h"
#include "native/index/symbols/file_text.h"
#include "native/index/symbols/symbol_scanner.h"

namespace tenon::index {
namespace {

// Results that are complete but not yet due wait here.
struct Delivery {
  std::vector<std::optional<std::string>> waiting;
  std::size_t next = 0;
  ScanReport report;
};

class Worker {
 public:
  Worker(int directory, const ScanOptions& options)
      : directory_(directory), limits_(options.limits), scanner_(limits_) {}

  std::string scan(const std::string& path, Grammar grammar,
                   const std::function<std::string(const ScannedFile&)>& format, ScanReport& report) {
    ++report.files;
    if (!text_.read(directory_, path, limits_.bytes)) {
      report.unreadable.push_back(path);
      return {};
    }
    const std::string_view text = text_.view();
    report.bytes += text.size();
    const FileSymbols& symbols = scanner_.scan(text, grammar);
    if (symbols.completeness != Completeness::whole) report.incomplete.emplace_back(path, symbols.completeness);
    return format({.path = path, .text = text, .symbols = symbols});
  }

 private:
  int directory_;
  SymbolLimits limits_;
  SymbolScanner scanner_;
  FileText text_;
};

void add(ScanReport& all, ScanReport& one) {
  all.files += one.files;
  all.bytes += one.bytes;
  std::ranges::move(one.unreadable, std::back_inserter(all.unreadable));
  std::ranges::move(one.incomplete, std::back_inserter(all.incomplete));
}

}  // namespace

ScanReport scan_files(const std::filesystem::path& directory, std::span<const std::string> paths,
                      const ScanOptions& options, const std::function<std::string(const ScannedFile&)>& format,
                      const std::function<void(std::string_view)>& take) {
  const fsops::FileDescriptor opened(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!opened) throw system_error(directory.string(), errno);
  Guarded<Delivery> delivery;
  delivery.with([&](Delivery& state) { state.waiting.resize(paths.size()); });
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    Worker worker(opened.number(), options);
    for (std::size_t i = next++; i < paths.size(); i = next++) {
      ScanReport report;
      std::string result;
      if (const auto grammar = grammar_of(paths[i])) result = worker.scan(paths[i], *grammar, format, report);
      delivery.with([&](Delivery& state) {
        state.waiting[i] = std::move(result);
        add(state.report, report);
        while (state.next < state.waiting.size() && state.waiting[state.next]) {
          take(*state.waiting[state.next]);
          state.waiting[state.next++] = std::string();
        }
      });
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (unsigned t = 1; t < options.threads; ++t) helpers.emplace_back(work);
    work();
  }
  return delivery.with([](Delivery& state) {
    std::ranges::sort(state.report.unreadable);
    std::ranges::sort(state.report.incomplete);
    return std::move(state.report);
  });
}

}  // namespace tenon::index
