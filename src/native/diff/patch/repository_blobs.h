// The files that a repository of git has or had, by the names in the `index` lines of a patch. Only its objects are
// read: no configuration, no hooks, no references. Names are SHA-1, as repositories have them unless told otherwise.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "native/diff/patch/tree.h"

struct git_odb;

namespace tenon::diff::patch {

class RepositoryBlobs final : public BlobSource {
 public:
  // Of the repository that the directory is in, also as a linked work tree (gitrepository-layout(5)); nothing if it is
  // in none. Throws data_corrupted when the objects cannot be opened.
  static std::optional<RepositoryBlobs> around(const std::filesystem::path& directory);

  // Nothing for a prefix of less than four digits, of several objects, or of what is no file.
  std::optional<std::string> find(std::string_view id) const override;

 private:
  using Objects = std::unique_ptr<git_odb, void (*)(git_odb*)>;

  explicit RepositoryBlobs(Objects objects) : objects_(std::move(objects)) {}

  Objects objects_;
};

}  // namespace tenon::diff::patch
