#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/byte_text.h"
#include "cli/symbol_commands.h"
#include "cli/symbol_text.h"
#include "cli/walk_flags.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/json.h"
#include "native/fsops/beneath.h"
#include "native/fsops/file_descriptor.h"
#include "native/index/map/repo_map.h"
#include "native/index/symbols/grammar.h"

namespace tenon::cli {
namespace {

struct Options {
  std::string directory = ".";
  index::MapQuestion question;
  bool no_cache = false;
  WalkFlags flags;
};

struct EntryRecord {
  std::optional<std::string> path;
  std::optional<std::string> path_hex;
  std::uint32_t line = 0;
  std::string kind;
  std::optional<std::string> name;
  std::optional<std::string> name_hex;
  std::optional<std::string> scope;
  std::optional<std::string> scope_hex;
  double rank = 0;
};
BOOST_DESCRIBE_STRUCT(EntryRecord, (), (path, path_hex, line, kind, name, name_hex, scope, scope_hex, rank))

struct MapRecord {
  std::uint32_t files = 0;
  std::uint32_t scanned = 0;
  std::uint32_t unreadable = 0;
  std::uint32_t incomplete = 0;
  std::uint32_t tokens = 0;
  std::vector<EntryRecord> entries;
  std::optional<std::string> text;
  std::optional<std::string> text_hex;
};
BOOST_DESCRIBE_STRUCT(MapRecord, (), (files, scanned, unreadable, incomplete, tokens, entries, text, text_hex))

std::optional<index::MapSource> source_of(const fsops::TreeEntry& entry) {
  struct stat status{};
  if (::fstatat(entry.directory, std::string(entry.name).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return std::nullopt;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return index::MapSource{.path = std::string(entry.path),
                          .size = static_cast<std::uint64_t>(status.st_size),
                          .changed_ns = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec,
                          .inode = status.st_ino};
}

struct Sources {
  std::vector<index::MapSource> files;  // ordered by path
  bool whole = true;                    // every directory could be read
};

Sources sources_of(const std::filesystem::path& root, const fsops::TreeWalkOptions& walking) {
  std::vector<std::vector<index::MapSource>> found(walking.threads);
  const auto walked = fsops::walk_tree(root, walking, [&](std::uint32_t thread) {
    return [&mine = found[thread]](const fsops::TreeEntry& entry) {
      if (entry.kind != fsops::EntryKind::file || !index::grammar_of(entry.path)) return;
      if (auto source = source_of(entry)) mine.push_back(std::move(*source));
    };
  });
  report_failures(root, walked.failures);
  Sources all{.whole = walked.failures.empty()};
  for (auto& each : found) std::ranges::move(each, std::back_inserter(all.files));
  std::ranges::sort(all.files, {}, &index::MapSource::path);
  return all;
}

// The map counts the files that it could not read; which ones, and why, is asked only then.
void report_unreadable(const std::filesystem::path& root, const std::vector<index::MapSource>& files) {
  const fsops::FileDescriptor directory(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::vector<fsops::TreeWalkFailure> failures;
  for (const index::MapSource& file : files) {
    const auto opened = fsops::open_beneath(directory.number(), file.path, O_RDONLY | O_NONBLOCK);
    if (!opened) failures.push_back({.path = file.path, .error_number = opened.error()});
  }
  report_failures(root, failures);
}

// The user's cache, never in the tree: $XDG_CACHE_HOME/tenon/maps, else ~/.cache/tenon/maps (XDG Base Directory
// Specification). Nothing without either.
std::optional<std::filesystem::path> cache_file(const std::filesystem::path& root) {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (cache != nullptr && *cache == '/') {
    folder = cache;
  } else if (home != nullptr && *home == '/') {
    folder = std::filesystem::path(home) / ".cache";
  } else {
    return std::nullopt;
  }
  folder = folder / "tenon" / "maps";
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return std::nullopt;
  const std::string digest = sha256(std::filesystem::absolute(root).lexically_normal().string()).text;
  constexpr std::size_t kNameBegin = sizeof("sha256:") - 1;
  return folder / (digest.substr(kNameBegin, 32) + ".map");
}

// Writing the cache costs more than reading a few files again.
bool is_worth_saving(const index::MapRefresh& refreshed) {
  constexpr std::uint32_t kFew = 32;
  return refreshed.scanned > kFew;
}

std::string json_text(const index::MapRefresh& refreshed, const index::RenderedMap& rendered) {
  MapRecord record{.files = refreshed.files,
                   .scanned = refreshed.scanned,
                   .unreadable = refreshed.unreadable,
                   .incomplete = refreshed.incomplete,
                   .tokens = rendered.tokens,
                   .entries = {},
                   .text = text_of(rendered.text),
                   .text_hex = hex_of(rendered.text)};
  for (const index::MapEntry& entry : rendered.entries) {
    record.entries.push_back({.path = text_of(entry.path),
                              .path_hex = hex_of(entry.path),
                              .line = entry.line,
                              .kind = std::string(index::word(entry.kind)),
                              .name = text_of(entry.name),
                              .name_hex = hex_of(entry.name),
                              .scope = text_of(entry.scope),
                              .scope_hex = hex_of(entry.scope),
                              .rank = entry.rank});
  }
  return json::serialize(to_json(record)) + "\n";
}

// Line by line, since a line feed is no control character of a map.
std::string safe_text(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    safe += printable(valid_text(text.substr(0, end)));
    safe += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return safe;
}

int map(const Options& options, const NativeContext& context) {
  const std::filesystem::path root = options.directory;
  const fsops::TreeWalkOptions walking = walk_options(options.flags);
  index::RepoMap repository(root, {.threads = walking.threads, .limits = index::MapOptions{}.limits});
  const auto cache = options.no_cache ? std::nullopt : cache_file(root);
  if (cache) repository.load(*cache);
  const Sources sources = sources_of(root, walking);
  const index::MapRefresh refreshed = repository.refresh(sources.files);
  if (refreshed.unreadable > 0) report_unreadable(root, sources.files);
  if (cache && is_worth_saving(refreshed)) repository.save(*cache);
  const index::RenderedMap rendered = repository.render(options.question);
  context.out.write(context.json ? json_text(refreshed, rendered) : safe_text(rendered.text));
  return sources.whole && refreshed.unreadable == 0 ? 0 : kPartUnreadable;
}

NativeAction declare(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("directory", options->directory, "The tree (default: the current directory)");
  app.add_option("-b,--budget", options->question.budget, "Tokens that the map may have")
      ->capture_default_str()
      ->check(CLI::Range(1U, 10'000'000U));
  app.add_option("-f,--focus", options->question.focus,
                 "A file the reader already has, relative to the directory: what it uses is shown, it is not")
      ->allow_extra_args(true);
  app.add_option("-m,--mention", options->question.mentions, "A name or file that the question is about")
      ->allow_extra_args(true);
  app.add_option("--bytes-per-token", options->question.bytes_per_token, "How the size of a text is told in tokens")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_flag("--no-cache", options->no_cache, "Neither read nor write the cache");
  add_walk_flags(app, options->flags);
  return [options](const NativeContext& context) { return map(*options, context); };
}

}  // namespace

constinit const NativeCommand kMapCommand{
    .name = "map",
    .summary = "The definitions of a tree that matter most, in so many tokens",
    .examples = "tenon map --budget 2000\ntenon map src --focus main.cpp --mention Parser",
    .endings = kUnreadableEnding,
    .declare = declare};

}  // namespace tenon::cli
