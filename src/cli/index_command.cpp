#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/index_home.h"
#include "cli/search_command.h"
#include "cli/walk_flags.h"
#include "core/error.h"
#include "core/json.h"
#include "native/index/tree/tree_index.h"

namespace tenon::cli {
namespace {

struct IndexReport {
  std::string root;
  std::string path;                    // of the index
  std::string state;                   // absent, current (as far as is known without looking at the tree)
  std::optional<std::string> outcome;  // unchanged, overlay, whole
  std::uint64_t documents = 0;
  std::uint64_t changed_documents = 0;  // in the overlay
  std::uint64_t trigrams = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t index_bytes = 0;
  std::optional<std::uint64_t> milliseconds;
  index::Calibration calibration;
};
BOOST_DESCRIBE_STRUCT(IndexReport, (),
                      (root, path, state, outcome, documents, changed_documents, trigrams, text_bytes, index_bytes,
                       milliseconds, calibration))

struct Options {
  std::string directory = ".";
  bool status = false;
  bool drop = false;
  bool rebuild = false;
  std::uint32_t threads = 0;
};

IndexReport report_on(const index::TreeIndex& tree) {
  IndexReport report{.root = tree.root().string(), .path = tree.store().path().string(), .state = "absent"};
  if (!tree.is_open()) return report;
  report.state = "present";
  const index::OpenIndex& opened = tree.opened();
  report.calibration = opened.manifest.calibration;
  for (const index::Segment& segment : opened.segments) {
    report.documents += segment.documents();
    report.trigrams = std::max<std::uint64_t>(report.trigrams, segment.trigrams());
    report.text_bytes += segment.text_bytes();
    report.index_bytes += segment.file_bytes();
  }
  if (opened.segments.size() > 1) {
    report.changed_documents = opened.segments.back().documents();
    report.documents -= opened.segments.back().tombstones().size();
  }
  return report;
}

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

std::string in_words(const IndexReport& report, const Terminal& terminal) {
  const std::string root = terminal.shown(report.root);
  if (report.state == "absent") return fmt::format("{} has no index\n", root);
  std::string text = fmt::format("{}: {} files, {} of text, index {}", root, report.documents,
                                 megabytes(report.text_bytes), megabytes(report.index_bytes));
  if (report.changed_documents > 0) text += fmt::format(", {} of the files in the overlay", report.changed_documents);
  if (report.outcome) text += fmt::format("; {}, {} ms", *report.outcome, report.milliseconds.value_or(0));
  return text + "\n";
}

void print(const IndexReport& report, const NativeContext& context) {
  context.out.write(context.json ? json::serialize(to_json(report)) + "\n" : in_words(report, context.terminal));
}

index::ProgressSink progress_on_terminal() {
  const Terminal terminal = detect_terminal(STDERR_FILENO);
  if (!terminal.interactive) return {};
  return [](const index::BuildProgress& progress) {
    std::cerr << fmt::format("\r{} of {} files, {}", progress.documents, progress.documents_total,
                             megabytes(progress.bytes));
    if (progress.documents == progress.documents_total) std::cerr << "\r\x1b[K";
  };
}

int run(const Options& options, const NativeContext& context) {
  const auto home = index_home();
  if (!home) {
    throw Error(ErrorCode::invalid_argument, "there is no place for the index",
                "Set HOME, or XDG_CACHE_HOME to a directory outside the tree.");
  }
  const fsops::TreeWalkOptions walk = walk_options({.threads = options.threads});
  index::TreeIndex tree(
      {.home = *home, .root = options.directory, .global_excludes = walk.global_excludes, .threads = walk.threads});
  if (options.drop) {
    tree.drop();
  } else if (options.status) {
    tree.open();
  } else {
    const auto begin = std::chrono::steady_clock::now();
    const index::BuildOutcome outcome = tree.build(
        options.rebuild ? index::BuildKind::whole : index::BuildKind::whatever_is_needed, progress_on_terminal());
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    IndexReport report = report_on(tree);
    report.outcome = boost::describe::enum_to_string(outcome, "?");
    report.milliseconds = static_cast<std::uint64_t>(taken.count());
    print(report, context);
    return 0;
  }
  print(report_on(tree), context);
  return 0;
}

NativeAction declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("directory", options->directory, "The tree (default: the current directory)");
  auto* status = app.add_flag("--status", options->status, "Only say what there is");
  auto* drop = app.add_flag("--drop", options->drop, "Remove the index");
  auto* rebuild = app.add_flag("--rebuild", options->rebuild, "Read everything again, whatever there is");
  status->excludes(drop)->excludes(rebuild);
  drop->excludes(rebuild);
  app.add_option("-j,--threads", options->threads, "Threads (default: as many as the machine has)");
  return [options](const NativeContext& context) { return run(*options, context); };
}

}  // namespace

constinit const NativeCommand kIndexCommand{
    .name = "index",
    .summary = "Build or update the search index of a large tree",
    .examples = "tenon index\ntenon index --status --json src\ntenon index --drop",
    .declare = declare};

}  // namespace tenon::cli
