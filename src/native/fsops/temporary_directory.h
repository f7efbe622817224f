// A directory of our own (0700) that goes with its owner. Its name is `<prefix><ULID>`, so that what a killed process
// left behind can be recognised.
#pragma once

#include <filesystem>
#include <string_view>

namespace tenon::fsops {

class TemporaryDirectory {
 public:
  // In `parent`, which must exist.
  TemporaryDirectory(const std::filesystem::path& parent, std::string_view prefix);
  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();

  const std::filesystem::path& path() const { return path_; }

  // Hands the directory over: it stays.
  std::filesystem::path release();

 private:
  std::filesystem::path path_;
};

}  // namespace tenon::fsops
