#include "native/diff/patch/repository_blobs.h"

#include <git2.h>

#include <fstream>

#include "core/error.h"
#include "native/diff/object_library.h"
#include "native/diff/patch/workspace_tree.h"

namespace tenon::diff::patch {
namespace {

struct Path : git_buf {
  Path() : git_buf{} {}
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;
  ~Path() { git_buf_dispose(this); }
};

struct Object {
  git_odb_object* object = nullptr;
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() { git_odb_object_free(object); }
};

std::optional<std::filesystem::path> git_directory_of(const std::filesystem::path& directory) {
  Path found;
  if (git_repository_discover(&found, directory.c_str(), 0, nullptr) != 0) return std::nullopt;
  return std::filesystem::path(std::string(found.ptr, found.size));
}

// A linked work tree has its objects in the repository that it belongs to.
std::filesystem::path objects_of(const std::filesystem::path& git_directory) {
  std::ifstream file(git_directory / "commondir");
  std::string common;
  if (std::getline(file, common)) return git_directory / common / "objects";
  return git_directory / "objects";
}

}  // namespace

std::optional<RepositoryBlobs> RepositoryBlobs::around(const std::filesystem::path& directory) {
  start_object_library();
  const std::optional<std::filesystem::path> git_directory = git_directory_of(directory);
  if (!git_directory) return std::nullopt;
  git_odb* objects = nullptr;
  if (git_odb_open(&objects, objects_of(*git_directory).c_str()) != 0) {
    throw Error(ErrorCode::data_corrupted, "the objects of the repository cannot be opened",
                "`git fsck` says what is wrong with it.");
  }
  return RepositoryBlobs(Objects(objects, git_odb_free));
}

std::optional<std::string> RepositoryBlobs::find(std::string_view id) const {
  git_oid prefix{};
  git_oid whole{};
  if (id.size() < GIT_OID_MINPREFIXLEN || id.size() > GIT_OID_HEXSZ) return std::nullopt;
  if (git_oid_fromstrn(&prefix, id.data(), id.size()) != 0) return std::nullopt;
  if (git_odb_exists_prefix(&whole, objects_.get(), &prefix, id.size()) != 0) return std::nullopt;
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, objects_.get(), &whole) != 0) return std::nullopt;
  if (type != GIT_OBJECT_BLOB || size > kLargestPatchedFile) return std::nullopt;
  Object found;
  if (git_odb_read(&found.object, objects_.get(), &whole) != 0) return std::nullopt;
  return std::string(static_cast<const char*>(git_odb_object_data(found.object)), git_odb_object_size(found.object));
}

}  // namespace tenon::diff::patch
