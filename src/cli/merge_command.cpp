#include "cli/merge_command.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <boost/describe/enum_from_string.hpp>

#include "cli/merge_report.h"
#include "core/error.h"
#include "core/visible_text.h"
#include "native/diff/merge/file_merge.h"
#include "native/diff/merge/merge_directory.h"
#include "native/diff/merge/tree_merge.h"
#include "native/diff/patch/change_writer.h"
#include "native/fsops/clone.h"
#include "native/fsops/file_descriptor.h"
#include "native/fsops/workspace.h"

namespace tenon::cli {
namespace {

constexpr int kClean = 0;
constexpr int kConflicts = 1;

struct MergeOptions {
  std::string base;
  std::string ours;
  std::string theirs;
  std::string out;
  diff::TreeMergeOptions merge;
  std::vector<std::string> labels;
  bool without_renames = false;
};

// What a person names wrongly is no defect of ours.
Error cannot_read(const std::string& name, int error_number) {
  const std::string what = fmt::format("cannot read \"{}\"", printable(name));
  Error error = system_error(what, error_number);
  if (error.code() != ErrorCode::internal) return error;
  return {ErrorCode::invalid_argument, error.what(),
          "Name a file that can be read, - for standard input, or a directory."};
}

void refuse_too_large(const std::string& name, std::uint64_t size) {
  if (size <= diff::kLongestMerge) return;
  throw Error(ErrorCode::quota_exceeded,
              fmt::format("\"{}\" is larger than {} MiB", printable(name), diff::kLongestMerge >> 20U),
              "Merge it with a tool of its format, or take one side.");
}

std::string read_all(int descriptor, const std::string& name) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) throw cannot_read(name, errno);
  const auto expected = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  refuse_too_large(name, expected);
  std::string bytes;
  bytes.reserve(expected);
  std::string buffer(64UL << 10U, '\0');
  for (;;) {
    const ssize_t length = ::read(descriptor, buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) throw cannot_read(name, errno);
    if (length == 0) return bytes;
    bytes.append(buffer, 0, static_cast<std::size_t>(length));
    refuse_too_large(name, bytes.size());
  }
}

std::string read_version(const std::string& name) {
  if (name == "-") return read_all(STDIN_FILENO, name);
  const fsops::FileDescriptor file(::open(name.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
  if (!file) throw cannot_read(name, errno);
  return read_all(file.number(), name);
}

bool is_directory(const std::string& name) {
  struct stat status{};
  if (name == "-") return false;
  if (::stat(name.c_str(), &status) != 0) throw cannot_read(name, errno);
  return S_ISDIR(status.st_mode);
}

bool is_executable(const std::string& name) {
  struct stat status{};
  return name != "-" && ::stat(name.c_str(), &status) == 0 && (status.st_mode & S_IXUSR) != 0;
}

diff::MergeLabels labels_of(const MergeOptions& options, diff::MergeLabels labels) {
  if (!options.labels.empty()) labels.ours = options.labels[0];
  if (options.labels.size() > 1) labels.base = options.labels[1];
  if (options.labels.size() > 2) labels.theirs = options.labels[2];
  return labels;
}

void write_file(const std::string& out, const std::string& bytes, fsops::FileMode mode) {
  const std::filesystem::path path = std::filesystem::absolute(out).lexically_normal();
  if (!path.has_filename() || std::filesystem::is_directory(path)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("the output \"{}\" is a directory", printable(out)),
                "The merge of three files is a file.");
  }
  const fsops::Workspace directory = fsops::Workspace::open(std::filesystem::canonical(path.parent_path()));
  directory.write(fsops::WorkspacePath::parse(path.filename().string()), bytes, mode, fsops::Durability::synced);
}

int merge_files(const MergeOptions& options, const NativeContext& context) {
  const int from_input = (options.base == "-") + (options.ours == "-") + (options.theirs == "-");
  if (from_input > 1) throw Error(ErrorCode::invalid_argument, "only one of the versions can be standard input");
  const std::string base = read_version(options.base);
  const std::string ours = read_version(options.ours);
  const std::string theirs = read_version(options.theirs);
  diff::FileMergeOptions wanted = options.merge.files;
  wanted.labels = labels_of(
      options, {.base = printable(options.base), .ours = printable(options.ours), .theirs = printable(options.theirs)});
  const diff::FileVersions versions{.base = base, .ours = ours, .theirs = theirs};
  const diff::FileMerge merge = diff::merge_file(versions, wanted);
  if (!options.out.empty()) {
    write_file(options.out, merge.text,
               is_executable(options.ours) ? fsops::FileMode::executable : fsops::FileMode::regular);
  }
  if (context.json) {
    context.out.write(file_merge_json(merge, versions));
  } else if (options.out.empty()) {
    context.out.write(context.terminal.attached ? visible_text(merge.text) : merge.text);
  }
  if (!merge.clean && !context.json) {
    context.out.flush();
    std::cerr << "tenon: " << file_merge_text(merge) << "\n";
  }
  return merge.clean ? kClean : kConflicts;
}

bool is_in_place(const MergeOptions& options) {
  std::error_code none;
  return !options.out.empty() && std::filesystem::equivalent(options.out, options.ours, none);
}

// A new directory becomes a copy of ours with the changes; ours itself gets only the changes.
void write_tree(const MergeOptions& options, const diff::TreeMerge& merge) {
  const std::filesystem::path ours = std::filesystem::canonical(options.ours);
  if (is_in_place(options)) return diff::patch::write_changes(fsops::Workspace::open(ours), merge.changes);
  fsops::clone_tree(ours, options.out, {.transfer = {.threads = options.merge.threads}});
  try {
    diff::patch::write_changes(fsops::Workspace::open(options.out), merge.changes);
  } catch (...) {
    fsops::discard_clone(options.out);
    throw;
  }
}

int merge_directories(const MergeOptions& options, const NativeContext& context) {
  diff::TreeMergeOptions wanted = options.merge;
  wanted.files.labels = labels_of(options, wanted.files.labels);
  if (options.without_renames) wanted.renames = diff::RenameSearch::off;
  // What a killed merge began is finished before ours is read, or it would change under the new one.
  if (is_in_place(options)) {
    diff::patch::recover_changes(fsops::Workspace::open(std::filesystem::canonical(options.ours)));
  }
  const diff::KeySeed seed = diff::KeySeed::random();
  const diff::MergeDirectory base(options.base, seed, wanted.threads);
  const diff::MergeDirectory ours(options.ours, seed, wanted.threads);
  const diff::MergeDirectory theirs(options.theirs, seed, wanted.threads);
  const diff::TreeMerge merge = diff::merge_trees({.base = base, .ours = ours, .theirs = theirs}, wanted);
  if (!options.out.empty()) write_tree(options, merge);
  context.out.write(context.json ? tree_merge_json(merge, options.out) : tree_merge_text(merge, context.terminal));
  return merge.clean() ? kClean : kConflicts;
}

int merge(const MergeOptions& options, const NativeContext& context) {
  const int directories = is_directory(options.base) + is_directory(options.ours) + is_directory(options.theirs);
  if (directories == 0) return merge_files(options, context);
  if (directories == 3) return merge_directories(options, context);
  throw Error(ErrorCode::invalid_argument, "BASE, OURS and THEIRS must be three files or three directories",
              "An empty directory, or /dev/null for a file, stands for nothing.");
}

void declare_style(CLI::App& app, MergeOptions& options) {
  diff::FileMergeOptions& files = options.merge.files;
  const auto choose = [&files](const std::string& style) {
    boost::describe::enum_from_string(style.c_str(), files.style);
  };
  app.add_option_function<std::string>("--style", choose, "How conflicts look; diff3 and zdiff3 show the base too")
      ->check(CLI::IsMember({"merge", "diff3", "zdiff3"}))
      ->type_name("STYLE");
  app.add_option("--marker-size", files.marker_size, "Characters of a conflict marker")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  app.add_option("-L,--label", options.labels, "Name behind the markers; up to three times: ours, base, theirs")
      ->expected(1)
      ->take_all()
      ->type_name("TEXT");
}

void declare_preference(CLI::App& app, MergeOptions& options) {
  const auto prefer = [&options](diff::Preference preference) {
    return [&options, preference](std::int64_t) { options.merge.files.preference = preference; };
  };
  CLI::Option* ours = app.add_flag_function("--ours", prefer(diff::Preference::ours), "Where both changed, take ours");
  CLI::Option* theirs =
      app.add_flag_function("--theirs", prefer(diff::Preference::theirs), "Where both changed, take theirs");
  CLI::Option* both = app.add_flag_function("--union", prefer(diff::Preference::both_sides),
                                            "Where both changed, take the lines of both");
  ours->excludes(theirs)->excludes(both);
  theirs->excludes(both);
}

NativeAction declare_merge(CLI::App& app) {
  auto options = std::make_shared<MergeOptions>();
  options->merge.threads = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("BASE", options->base, "What both started from; a file (- for standard input) or a directory")
      ->required();
  app.add_option("OURS", options->ours, "One side")->required();
  app.add_option("THEIRS", options->theirs, "The other side")->required();
  app.add_option(
         "-o,--output", options->out,
         "Where the result goes: of files a file, else or with - standard output; of directories a new one or OURS, "
         "else nothing is written")
      ->check([](const std::string& out) { return out.empty() ? "the output has no name" : std::string(); })
      ->type_name("OUT");
  declare_style(app, *options);
  declare_preference(app, *options);
  app.add_flag("--no-renames", options->without_renames, "Do not follow renamed files");
  app.add_option("-M,--find-renames", options->merge.least_similarity, "Percent in common that make a rename")
      ->check(CLI::Range(1, 100))
      ->type_name("PERCENT");
  return [options](const NativeContext& context) {
    if (options->out == "-") options->out.clear();
    return merge(*options, context);
  };
}

}  // namespace

const NativeCommand kMergeCommand{
    .name = "merge",
    .summary = "Three-way merge of files or directories; exit 0: clean, 1: conflicts, 2 and above: trouble",
    .examples =
        "tenon merge base.txt ours.txt theirs.txt > merged.txt\n"
        "tenon merge --style zdiff3 base.txt ours.txt theirs.txt -o ours.txt\n"
        "tenon merge base/ ours/ theirs/ --json\n"
        "tenon merge base/ ours/ theirs/ -o merged/",
    .declare = declare_merge};

}  // namespace tenon::cli
