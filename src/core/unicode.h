// What text from outside must be before it is kept: valid UTF-8 (RFC 3629), no NUL.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tenon {

bool is_valid_text(std::string_view bytes);

// Of the character that the bytes, which are some, begin with; 0 if they begin with none that such a text may have.
std::size_t sequence_length(std::string_view bytes);

// Such a text: every run of other bytes becomes one U+FFFD.
std::string readable_text(std::string_view bytes);

}  // namespace tenon
