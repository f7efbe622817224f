// Names of contents as git makes them (git-hash-object(1)).
#pragma once

#include <string>
#include <string_view>

namespace tenon::diff::patch {

// Hexadecimal; SHA-256 if the id to be compared with has its length (64), else SHA-1.
std::string blob_id(std::string_view bytes, std::size_t length);

}  // namespace tenon::diff::patch
