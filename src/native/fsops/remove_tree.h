// Removes a directory with all that is in it, by descriptors: links are removed, never followed; a mount below it is
// refused (conflict); neither depth nor length of the paths matters: two descriptors and no recursion.
#pragma once

#include <filesystem>

namespace tenon::fsops {

// A directory that does not exist is fine; a link in its place is refused.
void remove_tree(const std::filesystem::path& directory);

}  // namespace tenon::fsops
