// What a `.gitmodules` may say before it becomes part of a repository. We never follow it, but the user's git does when
// it is told to (`git submodule update`), and several of its fields have been ways into the machine: options in the
// place of a URL or a path (CVE-2018-17456), transports that run commands (ext::), `update = !command`, names that lie
// in each other's git directory (CVE-2019-1387), a carriage return at the end of a path (CVE-2025-48384). The rules are
// those of git's fsck, and stricter where a file that people or tools write does not need more. For the inside of this
// room.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::git {

// Whether some file system would open the name as `.gitmodules` (git's core.protectHFS and core.protectNTFS).
bool looks_like_submodule_file(std::string_view name);

// Why the content is refused.
std::optional<std::string> fault_of_submodule_file(std::string_view content);

}  // namespace tenon::git
