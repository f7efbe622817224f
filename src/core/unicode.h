// What text from outside must be before it is kept: valid UTF-8 (RFC 3629), no NUL.
#pragma once

#include <string>
#include <string_view>

namespace tenon {

bool is_valid_text(std::string_view bytes);

// Such a text: every run of other bytes becomes one U+FFFD.
std::string readable_text(std::string_view bytes);

}  // namespace tenon
