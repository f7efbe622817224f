// A directory with files for a test, and how it looks. For tests.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "native/fsops/temporary_directory.h"
#include "native/fsops/test_directory.h"
#include "native/fsops/workspace.h"

namespace tenon::diff::patch::testing {

class PatchDirectory {
 public:
  explicit PatchDirectory(const std::map<std::string, std::string>& files = {})
      : home_(fsops::busy_test_directory(), "patch-test-"), root_(home_.path() / "root") {
    std::filesystem::create_directory(root_);
    for (const auto& [path, bytes] : files) put(path, bytes);
  }

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path outside() const { return home_.path(); }
  fsops::Workspace workspace() const { return fsops::Workspace::open(root_); }

  void put(const std::string& path, const std::string& bytes) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << bytes;
  }

  std::string get(const std::string& path) const {
    std::ifstream in(root_ / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  ::mode_t mode(const std::string& path) const {
    struct stat status{};
    return ::lstat((root_ / path).c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }

  // Every file and link with its bytes or target, directories as "path/" → "".
  std::map<std::string, std::string> look() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
      const std::string path = std::filesystem::relative(entry.path(), root_).string();
      if (entry.is_symlink()) {
        found[path] = "-> " + std::filesystem::read_symlink(entry.path()).string();
      } else if (entry.is_directory()) {
        found[path + "/"] = "";
      } else {
        found[path] = get(path);
      }
    }
    return found;
  }

 private:
  fsops::TemporaryDirectory home_;
  std::filesystem::path root_;
};

}  // namespace tenon::diff::patch::testing
