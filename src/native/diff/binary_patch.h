// Binary files in patches, as `git apply` reads them (git-diff(1), --binary): both versions whole, deflated, in base
// 85, with the names of git's objects, by which a reader knows the version that the patch is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::diff {

// What follows the header of the file. A side that is missing: the file was added or deleted.
std::string binary_patch_text(std::optional<std::string_view> before, std::optional<std::string_view> after);

// The name of git's object for a file's content (SHA-1), in hexadecimal.
std::string blob_name(std::string_view content);

}  // namespace tenon::diff
