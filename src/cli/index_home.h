// Where the indexes of a user lie: never in the tree. $XDG_CACHE_HOME/tenon/index, else ~/.cache/tenon/index (XDG Base
// Directory Specification 0.8).
#pragma once

#include <filesystem>
#include <optional>

namespace tenon::cli {

// Nothing when neither variable is set.
std::optional<std::filesystem::path> index_home();

}  // namespace tenon::cli
