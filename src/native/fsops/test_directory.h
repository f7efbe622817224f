// Where tests make and remove files by the ten thousand: in memory where there is such a file system. ext4 without a
// journal avoids inodes that were freed in the last minutes, and would make every test that follows slower.
#pragma once

#include <unistd.h>

#include <filesystem>

namespace tenon::fsops {

inline std::filesystem::path busy_test_directory() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

}  // namespace tenon::fsops
