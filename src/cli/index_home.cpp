#include "cli/index_home.h"

#include <cstdlib>

namespace tenon::cli {

std::optional<std::filesystem::path> index_home() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::filesystem::path(cache) / "tenon/index";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return std::filesystem::path(home) / ".cache/tenon/index";
  return std::nullopt;
}

}  // namespace tenon::cli
