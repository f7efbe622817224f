// For the inside of this room.
#pragma once

#include <filesystem>

namespace tenon::fsops {

// Whether a directory is `above` or lies somewhere in it, by what the directories are, not by what they are called.
bool lies_in(const std::filesystem::path& directory, const std::filesystem::path& above);

}  // namespace tenon::fsops
