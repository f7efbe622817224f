#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/byte_text.h"
#include "cli/fs_commands.h"
#include "cli/path_argument.h"
#include "cli/walk_flags.h"
#include "core/error.h"
#include "core/json.h"
#include "native/fsops/content_hash.h"

namespace tenon::cli {
namespace {

struct HashedPath {
  std::string hash;
  std::optional<std::string> path;
  std::optional<std::string> path_hex;  // of names that are not UTF-8
  std::string kind;                     // file, link or tree
  std::optional<std::uint64_t> files;
};
BOOST_DESCRIBE_STRUCT(HashedPath, (), (hash, path, path_hex, kind, files))

struct Hashed {
  std::string hash;
  std::string path;
  std::string kind;
  std::optional<std::uint64_t> files;
};

struct Options {
  std::vector<std::string> paths;
  std::string algorithm = "sha256";
  bool list = false;
  bool obey_ignore = false;
  WalkFlags flags;
};

void print(const Hashed& hashed, const NativeContext& context) {
  if (!context.json) {
    return context.out.write(fmt::format("{}  {}\n", hashed.hash, context.terminal.shown(hashed.path)));
  }
  const HashedPath record{.hash = hashed.hash,
                          .path = text_of(hashed.path),
                          .path_hex = hex_of(hashed.path),
                          .kind = hashed.kind,
                          .files = hashed.files};
  context.out.write(json::serialize(to_json(record)) + "\n");
}

// Everything but git's own directory, unless asked to leave out what is ignored.
fsops::TreeWalkOptions options_of(const Options& options) {
  fsops::TreeWalkOptions walking = walk_options(options.flags);
  walking.globs.push_back({.pattern = "!.git"});
  walking.hidden = fsops::HiddenEntries::listed;
  if (!options.obey_ignore) walking.ignore_files = fsops::IgnoreFiles::disregarded;
  return walking;
}

// False when something could not be read.
bool hash_directory(const std::string& path, fsops::HashAlgorithm algorithm, const Options& options,
                    const NativeContext& context) {
  if (const auto fault = fault_of_root(path)) {
    report_failures(path, {*fault});
    return false;
  }
  const fsops::TreeHash tree = fsops::hash_tree(path, algorithm, options_of(options));
  report_failures(path, tree.failures);
  if (options.list) {
    for (const fsops::HashedEntry& entry : tree.entries) {
      const std::string kind = entry.kind == fsops::EntryKind::link ? "link" : "file";
      print(
          {.hash = entry.hash, .path = (std::filesystem::path(path) / entry.path).string(), .kind = kind, .files = {}},
          context);
    }
  }
  if (!tree.failures.empty()) return false;
  print({.hash = tree.digest, .path = path, .kind = "tree", .files = tree.entries.size()}, context);
  return true;
}

// False when it could not be read.
bool hash_file(const std::string& path, fsops::HashAlgorithm algorithm, const NativeContext& context) {
  const fsops::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  const auto hash = file ? fsops::content_hash_of(file.number(), algorithm) : std::unexpected(errno);
  if (!hash) {
    report_unreadable(path, hash.error() == EINVAL ? "not a regular file" : std::strerror(hash.error()));
    return false;
  }
  print({.hash = *hash, .path = path, .kind = "file", .files = {}}, context);
  return true;
}

int hash(const Options& options, const NativeContext& context) {
  const auto algorithm = options.algorithm == "xxh3" ? fsops::HashAlgorithm::xxh3 : fsops::HashAlgorithm::sha256;
  const std::vector<std::string> here = {"."};
  bool whole = true;
  for (const std::string& path : options.paths.empty() ? here : options.paths) {
    std::error_code unknown;
    const bool hashed = std::filesystem::is_directory(path, unknown) ? hash_directory(path, algorithm, options, context)
                                                                     : hash_file(path, algorithm, context);
    whole = whole && hashed;
  }
  return whole ? 0 : kPartUnreadable;
}

NativeAction declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_paths(app, "path", options->paths, "Files and trees (default: the current directory)");
  app.add_option("--algorithm", options->algorithm,
                 "sha256, for what is stored (the default), or xxh3, fast, for what is compared at once")
      ->check(CLI::IsMember({"sha256", "xxh3"}));
  app.add_flag("--list", options->list, "Each file of a tree before the tree itself");
  app.add_flag("--obey-ignore", options->obey_ignore, "Leave out what .gitignore and .ignore leave out");
  app.add_option("-g,--glob", options->flags.globs, "Only paths that match this glob; with ! in front, only others")
      ->allow_extra_args(false);
  app.add_option("-j,--threads", options->flags.threads, "Threads (default: as many as the machine has)");
  return [options](const NativeContext& context) { return hash(*options, context); };
}

}  // namespace

constinit const NativeCommand kFsHashCommand{
    .name = "hash",
    .summary = "Print the digest of files, and of trees as a whole: names, kinds, modes and contents",
    .examples =
        "tenon fs hash README.md\ntenon fs hash --algorithm xxh3 --list src\n"
        "tenon fs hash before after --json",
    .endings = "2: something could not be read; a tree with such a part has no digest",
    .declare = declare};

}  // namespace tenon::cli
