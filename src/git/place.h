// Making a repository beside its place and moving it there whole; for the inside of this room.
#pragma once

#include <filesystem>
#include <string>

namespace tenon::git {

// Absolute and without a slash at the end.
std::filesystem::path absolute_path(const std::filesystem::path& path);

bool is_present(const std::filesystem::path& path);

// `flags` of git_repository_init_ext; no templates, no hooks, HEAD on `branch`.
void init_repository(const std::filesystem::path& directory, unsigned flags, const std::string& branch);

// A directory that is made beside its place and goes again unless it gets there. Its name is always the same, so that
// the next attempt removes what a killed one left; two at the same time are kept apart by lock_exclusively(the parent).
class UnfinishedDirectory {
 public:
  explicit UnfinishedDirectory(const std::filesystem::path& place);
  UnfinishedDirectory(const UnfinishedDirectory&) = delete;
  UnfinishedDirectory& operator=(const UnfinishedDirectory&) = delete;
  ~UnfinishedDirectory();

  const std::filesystem::path& path() const { return path_; }

  // Atomic. conflict: in its place is something else than an empty directory.
  void move_into_place();

 private:
  std::filesystem::path place_;
  std::filesystem::path path_;
  bool in_place_ = false;
};

}  // namespace tenon::git
