// Names that Tenon gives to its own files in a workspace while it writes there. No path of a workspace may have them,
// and no walk, clone or snapshot shows them.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::fsops {

// Workspace writes a file under a name that begins so, beside its place, and renames it when it is complete.
inline constexpr std::string_view kUnfinishedPrefix = ".tenon-unfinished-";

// A write of several files keeps its journal, new files and old files under such names in the workspace's root until it
// is done: see write_changes() in diff/patch. Below the root such a name is a name like others.
inline constexpr std::string_view kChangesPrefix = ".tenon-changes-";

enum class Level : std::uint8_t { root, below };

// `name` is one component.
constexpr bool is_reserved_name(std::string_view name, Level level) {
  return name.starts_with(kUnfinishedPrefix) || (level == Level::root && name.starts_with(kChangesPrefix));
}

}  // namespace tenon::fsops
