// The flags by which commands of the native core choose files: ripgrep's, since those are in people's fingers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "native/fsops/tree_walk.h"

namespace CLI {
class App;
}

namespace tenon::cli {

struct WalkFlags {
  std::vector<std::string> globs;
  std::vector<std::string> folded_globs;
  bool hidden = false;
  bool no_ignore = false;
  bool no_ignore_parent = false;
  bool no_require_git = false;
  int unrestricted = 0;
  std::optional<std::uint32_t> max_depth;
  std::optional<std::uint64_t> max_file_bytes;
  std::uint32_t threads = 0;  // 0: as many as the machine has
};

// The flags end up in `flags`, which must live as long as `app`.
void add_walk_flags(CLI::App& app, WalkFlags& flags);

// Globs with a slash begin at the current directory, as ripgrep has it. Global excludes are those of the user:
// $XDG_CONFIG_HOME/git/ignore, else ~/.config/git/ignore (gitignore(5)).
fsops::TreeWalkOptions walk_options(const WalkFlags& flags);

// How a command ends that has answered for what it could read, but not for all of it; each part that it could not read
// is a line on standard error. The exit code of ripgrep, grep and diff for the same.
inline constexpr int kPartUnreadable = 2;
inline constexpr const char* kUnreadableEnding = "2: a part could not be read; the rest was answered for";

// "tenon: cannot read …" on standard error.
void report_unreadable(const std::filesystem::path& path, const std::string& reason);

// The same for each; those without a path are of the root itself.
void report_failures(const std::filesystem::path& root, const std::vector<fsops::TreeWalkFailure>& failures);

// Why a walk cannot begin at `root`; nothing if it can. Who was given several goes on with the next.
std::optional<fsops::TreeWalkFailure> fault_of_root(const std::filesystem::path& root);

}  // namespace tenon::cli
