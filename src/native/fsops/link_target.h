// Where a symbolic link of a workspace leads, by its text alone. For the inside of this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/fsops/workspace_path.h"

namespace tenon::fsops {

// Nothing if the text is absolute, goes above the workspace at any step, or ends at a name that is refused.
std::optional<WorkspacePath> link_target(const WorkspacePath& link, std::string_view text);

// Every name below the workspace that resolving the text goes over, the last included.
std::vector<std::string> steps_of_link(const WorkspacePath& link, std::string_view text);

}  // namespace tenon::fsops
