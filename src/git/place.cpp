#include "git/place.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

#include "core/log.h"
#include "git/library.h"
#include "native/fsops/remove_tree.h"

namespace tenon::git {

std::filesystem::path absolute_path(const std::filesystem::path& path) {
  const std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

bool is_present(const std::filesystem::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

void init_repository(const std::filesystem::path& directory, unsigned flags, const std::string& branch) {
  git_repository_init_options options;
  check(git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION), "cannot make a repository");
  options.flags = flags | GIT_REPOSITORY_INIT_MKDIR;
  options.initial_head = branch.c_str();
  git_repository* repository = nullptr;
  check(git_repository_init_ext(&repository, directory.c_str(), &options),
        fmt::format("cannot make the repository {}", directory.string()));
  git_repository_free(repository);
}

UnfinishedDirectory::UnfinishedDirectory(const std::filesystem::path& place)
    : place_(place), path_(place.parent_path() / fmt::format(".{}.tenon-unfinished", place.filename().string())) {
  fsops::remove_tree(path_);
  if (::mkdir(path_.c_str(), 0755) != 0) throw system_error(fmt::format("cannot make {}", place.string()), errno);
}

UnfinishedDirectory::~UnfinishedDirectory() {
  if (in_place_) return;
  try {
    fsops::remove_tree(path_);
  } catch (const Error& error) {
    // The reason why it was not finished is on its way already; the next attempt tries to remove it again.
    log::warning("git.unfinished_directory_remains", {{"path", path_.string()}, {"reason", error.what()}});
  }
}

void UnfinishedDirectory::move_into_place() {
  if (std::rename(path_.c_str(), place_.c_str()) == 0) {
    in_place_ = true;
    return;
  }
  if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
    throw Error(ErrorCode::conflict, fmt::format("{} is in use by something else", place_.string()),
                "Name a directory that does not exist or is empty.");
  }
  throw system_error(fmt::format("cannot make {}", place_.string()), errno);
}

}  // namespace tenon::git
