#include "cli/walk_flags.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/terminal.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::cli {
namespace {

std::filesystem::path users_excludes() {
  const char* configuration = std::getenv("XDG_CONFIG_HOME");
  if (configuration != nullptr && *configuration != '\0') return std::filesystem::path(configuration) / "git/ignore";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return std::filesystem::path(home) / ".config/git/ignore";
  return {};
}

}  // namespace

void add_walk_flags(CLI::App& app, WalkFlags& flags) {
  app.add_option("-g,--glob", flags.globs, "Only paths that match this glob; with ! in front, only those that do not")
      ->allow_extra_args(false);
  app.add_option("--iglob", flags.folded_globs, "Like --glob, whatever the case")->allow_extra_args(false);
  app.add_flag("-.,--hidden", flags.hidden, "Hidden files and directories too");
  app.add_flag("--no-ignore", flags.no_ignore, "Do not obey .gitignore, .ignore and git's other excludes");
  app.add_flag("--no-ignore-parent", flags.no_ignore_parent, "Do not obey ignore files of the directories above");
  app.add_flag("--no-require-git", flags.no_require_git, "Obey .gitignore outside repositories too");
  app.add_flag("-u,--unrestricted", flags.unrestricted, "-u is --no-ignore, -uu is --hidden besides");
  app.add_option("-d,--max-depth", flags.max_depth, "Go no deeper than so many directories");
  app.add_option("--max-filesize", flags.max_file_bytes, "Leave out larger files; bytes, or with K, M, G")
      ->transform(CLI::AsSizeValue(false));
  app.add_option("-j,--threads", flags.threads, "Threads (default: as many as the machine has)");
}

fsops::TreeWalkOptions walk_options(const WalkFlags& flags) {
  fsops::TreeWalkOptions options;
  for (const std::string& glob : flags.globs) options.globs.push_back({.pattern = glob});
  for (const std::string& glob : flags.folded_globs) {
    options.globs.push_back({.pattern = glob, .letter_case = fsops::LetterCase::folded});
  }
  if (flags.hidden || flags.unrestricted > 1) options.hidden = fsops::HiddenEntries::listed;
  if (flags.no_ignore || flags.unrestricted > 0) options.ignore_files = fsops::IgnoreFiles::disregarded;
  if (flags.no_ignore_parent) options.parent_ignore_files = fsops::ParentIgnoreFiles::disregarded;
  if (flags.no_require_git) options.repository_needed = fsops::RepositoryNeeded::no;
  options.global_excludes = users_excludes();
  options.glob_anchor = std::filesystem::current_path();
  options.max_depth = flags.max_depth.value_or(options.max_depth);
  options.max_file_bytes = flags.max_file_bytes;
  options.threads = flags.threads > 0 ? flags.threads : std::max(std::thread::hardware_concurrency(), 1U);
  return options;
}

void report_unreadable(const std::filesystem::path& path, const std::string& reason) {
  const Terminal terminal = detect_terminal(STDERR_FILENO);
  std::cerr << fmt::format("{} cannot read {}: {}\n", terminal.styled(Style::bad, "tenon:"), printable(path.string()),
                           reason);
}

void report_failures(const std::filesystem::path& root, const std::vector<fsops::TreeWalkFailure>& failures) {
  for (const fsops::TreeWalkFailure& failure : failures) {
    report_unreadable(failure.path.empty() ? root : root / failure.path, std::strerror(failure.error_number));
  }
}

std::optional<fsops::TreeWalkFailure> fault_of_root(const std::filesystem::path& root) {
  const fsops::FileDescriptor directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) return std::nullopt;
  return fsops::TreeWalkFailure{.path = {}, .error_number = errno};
}

}  // namespace tenon::cli
