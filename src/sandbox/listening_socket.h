// The Unix socket at which the host reaches a service.
#pragma once

#include <filesystem>

#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {

// Binds and listens; only this user may connect. A socket that a killed process left there is replaced. Throws conflict
// when somebody serves there, invalid_argument when the path is longer than a socket's may be (107 bytes).
fsops::FileDescriptor listen_at(const std::filesystem::path& path);

}  // namespace tenon::sandbox
