// Opening what lies below an open directory by a path of any length, never over a link. For the inside of this room;
// for names that an agent or an archive gives there is Workspace.
#pragma once

#include <expected>
#include <string_view>

#include "native/fsops/file_descriptor.h"

namespace tenon::fsops {

// open(2) with `flags` and O_NOFOLLOW | O_CLOEXEC, one component after the other; mounts are entered. An empty path is
// the directory itself. The error number otherwise.
std::expected<FileDescriptor, int> open_below(int directory, std::string_view path, int flags);

}  // namespace tenon::fsops
