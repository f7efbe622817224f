#include <memory>
#include <mutex>

#include <CLI/CLI.hpp>

#include "cli/byte_text.h"
#include "cli/fs_commands.h"
#include "cli/path_argument.h"
#include "cli/walk_flags.h"
#include "core/error.h"
#include "core/json.h"

namespace tenon::cli {
namespace {

struct WalkedPath {
  std::optional<std::string> path;
  std::optional<std::string> path_hex;  // of names that are not UTF-8
  std::string kind;
};
BOOST_DESCRIBE_STRUCT(WalkedPath, (), (path, path_hex, kind))

struct Options {
  std::vector<std::string> directories;
  WalkFlags flags;
  bool sorted = false;
  bool nul = false;
  std::vector<std::string> kinds = {"file"};
};

std::string_view kind_name(fsops::EntryKind kind) {
  switch (kind) {
    case fsops::EntryKind::file:
      return "file";
    case fsops::EntryKind::directory:
      return "directory";
    case fsops::EntryKind::link:
      return "link";
    case fsops::EntryKind::other:
      return "other";
  }
  return "";
}

std::string json_line(const std::string& path, fsops::EntryKind kind) {
  const WalkedPath walked{.path = text_of(path), .path_hex = hex_of(path), .kind = std::string(kind_name(kind))};
  return json::serialize(to_json(walked)) + "\n";
}

class Printer {
 public:
  Printer(const Options& options, const NativeContext& context, std::string prefix)
      : prefix_(std::move(prefix)), context_(context), end_(options.nul ? '\0' : '\n') {
    for (const std::string& kind : options.kinds) {
      for (const auto each :
           {fsops::EntryKind::file, fsops::EntryKind::directory, fsops::EntryKind::link, fsops::EntryKind::other}) {
        if (kind == kind_name(each)) kinds_ |= 1U << static_cast<unsigned>(each);
      }
    }
  }

  bool wants(fsops::EntryKind kind) const { return (kinds_ >> static_cast<unsigned>(kind) & 1U) != 0; }

  void print(std::string_view path, fsops::EntryKind kind, std::string& out) const {
    if (!wants(kind)) return;
    if (context_.json) {
      out += json_line(prefix_ + std::string(path), kind);
      return;
    }
    if (context_.terminal.attached) {
      out += printable(prefix_ + std::string(path));
    } else {
      out += prefix_;
      out += path;
    }
    out += end_;
  }

 private:
  std::string prefix_;
  const NativeContext& context_;
  char end_;
  unsigned kinds_ = 0;
};

// Threads gather lines and hand them over in large pieces. The first failure to write is kept: a visitor must not
// throw.
class SharedOutput {
 public:
  explicit SharedOutput(Output& out) : out_(out) {}

  void take(std::string& text) {
    const std::scoped_lock lock(mutex_);
    try {
      if (!failure_) out_.write(text);
    } catch (const Error&) {
      failure_ = std::current_exception();
    }
    text.clear();
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::mutex mutex_;
  Output& out_;
  std::exception_ptr failure_;
};

using Failures = std::vector<fsops::TreeWalkFailure>;

Failures walk_unordered(const std::filesystem::path& root, const fsops::TreeWalkOptions& options,
                        const Printer& printer, Output& out) {
  constexpr std::size_t kPiece = 64U << 10U;
  SharedOutput shared(out);
  std::vector<std::string> pieces(options.threads);
  fsops::TreeWalkReport report = fsops::walk_tree(root, options, [&](std::uint32_t thread) {
    return [&printer, &shared, &piece = pieces[thread]](const fsops::TreeEntry& entry) {
      printer.print(entry.path, entry.kind, piece);
      if (piece.size() >= kPiece) shared.take(piece);
    };
  });
  for (std::string& piece : pieces) shared.take(piece);
  shared.rethrow();
  return std::move(report.failures);
}

Failures walk_sorted(const std::filesystem::path& root, const fsops::TreeWalkOptions& options, const Printer& printer,
                     Output& out) {
  const fsops::TreeListing listing = fsops::list_tree(root, options);
  std::string line;
  for (const fsops::TreeListing::Item& item : listing.items()) {
    line.clear();
    printer.print(item.path, item.kind, line);
    out.write(line);
  }
  return listing.report().failures;
}

Failures walk_root(const std::filesystem::path& root, const fsops::TreeWalkOptions& walking, const Options& options,
                   const Printer& printer, Output& out) {
  if (auto fault = fault_of_root(root)) return {*std::move(fault)};
  return options.sorted ? walk_sorted(root, walking, printer, out) : walk_unordered(root, walking, printer, out);
}

int walk(const Options& options, const NativeContext& context) {
  fsops::TreeWalkOptions walking = walk_options(options.flags);
  const std::vector<std::string> here = {""};  // in front of no path, unlike "."
  bool whole = true;
  for (const std::string& directory : options.directories.empty() ? here : options.directories) {
    const bool bare = directory.empty() || directory.ends_with('/');
    const Printer printer(options, context, bare ? directory : directory + "/");
    walking.directories =
        printer.wants(fsops::EntryKind::directory) ? fsops::DirectoryEntries::listed : fsops::DirectoryEntries::skipped;
    const std::filesystem::path root = directory.empty() ? "." : directory;
    const Failures failures = walk_root(root, walking, options, printer, context.out);
    report_failures(root, failures);
    whole = whole && failures.empty();
  }
  return whole ? 0 : kPartUnreadable;
}

NativeAction declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_paths(app, "directory", options->directories, "Where to begin (default: the current directory)");
  add_walk_flags(app, options->flags);
  app.add_flag("--sort", options->sorted, "In the order of the paths' bytes; else as they come");
  app.add_flag("-0,--null", options->nul, "End each path with a NUL instead of a line feed");
  app.add_option("--kind", options->kinds, "file (the default), directory, link, other; may be repeated")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"file", "directory", "link", "other"}));
  return [options](const NativeContext& context) { return walk(*options, context); };
}

}  // namespace

constinit const NativeCommand kFsWalkCommand{.name = "walk",
                                             .summary = "List the files of a tree that are worth looking at",
                                             .examples =
                                                 "tenon fs walk\ntenon fs walk src -g '*.{h,cpp}' -g '!*_test.cpp' "
                                                 "--sort\ntenon fs walk -uu -0 | xargs -0 ls -l",
                                             .endings = kUnreadableEnding,
                                             .declare = declare};

}  // namespace tenon::cli
