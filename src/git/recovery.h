// What a killed process or a loss of power can leave in a git directory, and locks that need no clearing up; for the
// inside of this room. Every user of a git directory holds a shared flock(2) on a file in it, which the kernel releases
// however the process ends. Who can get the lock for himself alone knows that nobody is writing, and that everything
// unfinished is left over.
#pragma once

#include <filesystem>
#include <string_view>

#include "native/fsops/file_descriptor.h"

namespace tenon::git {

// Directories in the git directory that live only as long as one call begin so.
inline constexpr std::string_view kScratchPrefix = "tenon-scratch-";

// Takes part in the use of the git directory; the first to do so clears up.
fsops::FileDescriptor join_users(const std::filesystem::path& git_directory);

// Excludes all others that want the same file or directory locked until the descriptor goes. Blocks.
fsops::FileDescriptor lock_exclusively(const std::filesystem::path& path);

}  // namespace tenon::git
