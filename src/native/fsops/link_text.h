// For the inside of this room.
#pragma once

#include <expected>
#include <string>

namespace tenon::fsops {

// What a symbolic link says, of any length that a link can have; the error number otherwise.
std::expected<std::string, int> link_text(int directory, const std::string& name);

}  // namespace tenon::fsops
