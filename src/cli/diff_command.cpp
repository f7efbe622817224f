#include "cli/diff_command.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>

#include "cli/byte_text.h"
#include "cli/diff_options.h"
#include "cli/diff_report.h"
#include "core/error.h"
#include "core/json.h"
#include "native/diff/file_bytes.h"
#include "native/diff/parallel.h"

namespace tenon::cli {
namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;
constexpr int kTrouble = 2;

struct DiffProblem {
  std::optional<std::string> path;
  std::optional<std::string> path_hex;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(DiffProblem, (), (path, path_hex, reason))

struct DiffDocument {
  bool differs = false;
  std::vector<DiffFile> files;
  std::vector<DiffProblem> failures;  // what could not be read, and was left out
};
BOOST_DESCRIBE_STRUCT(DiffDocument, (), (differs, files, failures))

// Takes what the changes make, in order, and writes it in the format that was asked for.
class DiffWriter {
 public:
  DiffWriter(const DiffOptions& options, const NativeContext& context) : options_(options), context_(context) {}

  void add(DiffReport report) {
    document_.differs |= report.differs;
    context_.out.write(report.text);
    if (report.stat) stats_.push_back(std::move(*report.stat));
    std::ranges::move(report.json, std::back_inserter(document_.files));
  }

  void add_problem(const std::string& path, int error_number) {
    const std::string reason = std::generic_category().message(error_number);
    std::cerr << fmt::format("tenon: cannot read \"{}\": {}\n", printable(path), reason);
    document_.failures.push_back({.path = text_of(path), .path_hex = hex_of(path), .reason = reason});
  }

  int finish() {
    const DiffFormat format = options_.report.format;
    if (format == DiffFormat::json) context_.out.write(json::serialize(to_json(document_)) + "\n");
    if (format == DiffFormat::stat) {
      context_.out.write(diff::stat_text(stats_, context_.terminal.width, options_.report.palette));
    }
    if (format == DiffFormat::numstat) context_.out.write(diff::numstat_text(stats_));
    if (format == DiffFormat::shortstat) context_.out.write(diff::shortstat_text(stats_));
    if (!document_.failures.empty()) return kTrouble;
    return document_.differs ? kDifferent : kSame;
  }

 private:
  const DiffOptions& options_;
  const NativeContext& context_;
  std::vector<diff::FileStat> stats_;
  DiffDocument document_;
};

Error cannot_read(const std::string& name, int error_number) {
  return system_error(fmt::format("cannot read \"{}\"", printable(name)), error_number);
}

fsops::FileDescriptor open_to_read(const std::string& name) {
  fsops::FileDescriptor file(::open(name.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!file) throw cannot_read(name, errno);
  return file;
}

// One file of a comparison of two.
struct Input {
  std::string name;
  bool present = true;  // /dev/null stands for a file that is not there
  diff::FileType type = diff::FileType::regular;
  std::uint64_t size = 0;
  std::expected<std::string, int> bytes = {};
};

Input read_input(const std::string& name) {
  Input input{.name = name, .present = name != "/dev/null"};
  if (!input.present) return input;
  const bool standard_input = name == "-";
  const fsops::FileDescriptor file(standard_input ? ::dup(STDIN_FILENO)
                                                  : ::open(name.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
  struct stat status{};
  if (!file || ::fstat(file.number(), &status) != 0) throw cannot_read(name, errno);
  input.bytes = diff::read_bytes(file.number(), diff::kLargestText);
  if (!input.bytes && input.bytes.error() != EFBIG) {
    throw cannot_read(name, input.bytes.error());
  }
  input.size = input.bytes ? input.bytes->size() : static_cast<std::uint64_t>(status.st_size);
  const bool executable = S_ISREG(status.st_mode) && (status.st_mode & S_IXUSR) != 0;
  input.type = executable ? diff::FileType::executable : diff::FileType::regular;
  return input;
}

bool equal_large_files(const std::string& before, const std::string& after) {
  const fsops::FileDescriptor one = open_to_read(before);
  const fsops::FileDescriptor other = open_to_read(after);
  const auto same = diff::same_bytes(one.number(), other.number());
  if (!same) throw cannot_read(before, same.error());
  return *same;
}

// Asked without opening, since a FIFO can be opened only once. Standard input is where its reader has come to, and
// never one file with another.
bool is_one_file(const DiffOptions& options) {
  if (options.before == "-" || options.after == "-") return false;
  const fsops::FileDescriptor one(::open(options.before.c_str(), O_PATH | O_CLOEXEC));
  const fsops::FileDescriptor other(::open(options.after.c_str(), O_PATH | O_CLOEXEC));
  return one && other && diff::one_file(one.number(), other.number()).value_or(false);
}

bool equal(const Input& before, const Input& after) {
  if (before.size != after.size) return false;
  if (before.bytes && after.bytes) return *before.bytes == *after.bytes;
  return equal_large_files(before.name, after.name);
}

diff::TreeChange change_of(const Input& before, const Input& after, const DiffOptions& options) {
  const auto file_of = [&](const Input& input) {
    return diff::TreeFile{.path = options.label.empty() ? input.name : options.label, .type = input.type};
  };
  diff::TreeChange change{.status = diff::TreeStatus::modified};
  if (before.present) change.before = file_of(before);
  if (after.present) change.after = file_of(after);
  if (!before.present) change.status = diff::TreeStatus::added;
  if (!after.present) change.status = diff::TreeStatus::deleted;
  return change;
}

int diff_files(const DiffOptions& options, const NativeContext& context) {
  DiffWriter writer(options, context);
  if (is_one_file(options)) return writer.finish();
  Input before = read_input(options.before);
  Input after = read_input(options.after);
  const bool present = before.present || after.present;
  if (!present || (equal(before, after) && before.type == after.type && before.present == after.present)) {
    return writer.finish();
  }
  const bool whole = before.bytes && after.bytes;
  diff::FileContents contents{.reading = whole ? diff::Reading::whole : diff::Reading::only_size,
                              .before_size = before.size,
                              .after_size = after.size};
  if (whole) contents.before = std::move(*before.bytes);
  if (whole) contents.after = std::move(*after.bytes);
  const diff::TreeChange change = change_of(before, after, options);
  writer.add(report_change(change, std::move(contents), options.report));
  return writer.finish();
}

// What became of one changed file of a tree.
struct Outcome {
  DiffReport report;
  std::optional<diff::TreeFailure> failure;
};

bool needs_contents(DiffFormat format) {
  return format != DiffFormat::name_status && format != DiffFormat::name_only && format != DiffFormat::quiet;
}

Outcome report_tree_change(const diff::DirectoryTree& before, const diff::DirectoryTree& after,
                           const diff::TreeChange& change, const DiffReportOptions& options) {
  diff::FileContents contents;
  const auto load = [&](const diff::DirectoryTree& tree,
                        const diff::TreeFile& file) -> std::expected<std::string, int> {
    auto bytes = tree.read(file, diff::kLargestText);
    if (bytes || bytes.error() != EFBIG) return bytes;
    contents.reading = diff::Reading::only_size;
    return std::string();
  };
  if (change.before) {
    auto bytes = load(before, *change.before);
    if (!bytes) return {.failure = {{.path = change.before->path, .error_number = bytes.error()}}};
    contents.before = std::move(*bytes);
    contents.before_size = change.before->size;
  }
  if (change.after) {
    auto bytes = load(after, *change.after);
    if (!bytes) return {.failure = {{.path = change.after->path, .error_number = bytes.error()}}};
    contents.after = std::move(*bytes);
    contents.after_size = change.after->size;
  }
  return {.report = report_change(change, std::move(contents), options)};
}

// Without contents every change of the list is one; where something is ignored inside of files they have to be read.
Outcome outcome_of(const diff::DirectoryTree& before, const diff::DirectoryTree& after, const diff::TreeChange& change,
                   const DiffOptions& options) {
  const DiffFormat format = options.report.format;
  if (needs_contents(format) || options.ignores_something()) {
    return report_tree_change(before, after, change, options.report);
  }
  Outcome outcome{.report = {.differs = true}};
  if (format == DiffFormat::name_status) outcome.report.text = name_status_text(change);
  if (format == DiffFormat::name_only) outcome.report.text = name_text(change);
  return outcome;
}

int diff_directories(const DiffOptions& options, const NativeContext& context) {
  DiffWriter writer(options, context);
  const diff::DirectoryTree before(options.before, options.trees.threads);
  const diff::DirectoryTree after(options.after, options.trees.threads);
  const diff::TreeDiff trees = diff::diff_trees(before, after, options.trees);
  for (const diff::DirectoryTree* tree : {&before, &after}) {
    for (const auto& failure : tree->failures()) writer.add_problem(failure.path, failure.error_number);
  }
  for (const diff::TreeFailure& failure : trees.failures) writer.add_problem(failure.path, failure.error_number);
  // In pieces, so that a huge difference is never in memory as a whole.
  const std::size_t piece = std::size_t{64} * options.trees.threads;
  for (std::size_t first = 0; first < trees.changes.size(); first += piece) {
    std::vector<Outcome> outcomes(std::min(piece, trees.changes.size() - first));
    diff::for_each_index(outcomes.size(), options.trees.threads, [&](std::size_t i) {
      outcomes[i] = outcome_of(before, after, trees.changes[first + i], options);
    });
    for (Outcome& outcome : outcomes) {
      if (outcome.failure) writer.add_problem(outcome.failure->path, outcome.failure->error_number);
      writer.add(std::move(outcome.report));
    }
  }
  return writer.finish();
}

bool is_directory(const std::string& name) {
  struct stat status{};
  return name != "-" && ::stat(name.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// A file is compared with the file of its name in a directory.
std::string file_in(const std::string& directory, const std::string& file) {
  if (file == "-") {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("standard input cannot be compared with the directory {}", printable(directory)),
                "Name the file in it.");
  }
  return (std::filesystem::path(directory) / std::filesystem::path(file).filename()).string();
}

int run_diff(DiffOptions options, const NativeContext& context) {
  if (options.before == "-" && options.after == "-") {
    throw Error(ErrorCode::invalid_argument, "only one of the two can be standard input");
  }
  const bool before_directory = is_directory(options.before);
  const bool after_directory = is_directory(options.after);
  if (before_directory && after_directory) {
    // Asked for here: the answer is read from a file of the system, which a small diff would notice.
    options.trees.threads = std::max(1U, std::thread::hardware_concurrency());
    return diff_directories(options, context);
  }
  if (before_directory) options.before = file_in(options.before, options.after);
  if (after_directory) options.after = file_in(options.after, options.before);
  return diff_files(options, context);
}

NativeAction declare_diff(CLI::App& app) {
  const auto given = declare_diff_options(app);
  return [given](const NativeContext& context) { return run_diff(given->options_for(context), context); };
}

}  // namespace

const NativeCommand kDiffCommand{
    .name = "diff",
    .summary = "Show what differs between two files or two directories",
    .examples =
        "tenon diff old.c new.c\n"
        "tenon diff --stat release-1 release-2\n"
        "tenon diff --word draft.md final.md\n"
        "tenon diff old new > changes.patch    # `tenon patch old < changes.patch` applies it\n"
        "git show HEAD:main.c | tenon diff - main.c",
    .endings = "0: nothing differs\n1: something differs\n2: a part could not be read; the rest was compared",
    .declare = declare_diff};

}  // namespace tenon::cli
