// What a file keeps when its whole text is replaced. For the inside of this folder.
#pragma once

#include <string>
#include <string_view>

namespace tenon::diff::edit {

enum class FinalNewlineOf { contents, file };

// `contents` with the byte order mark and the line ends that most lines of `before` have, and, if wanted, without a
// newline at the end if `before` has none there.
std::string in_style_of(std::string_view before, std::string_view contents, FinalNewlineOf final_newline);

}  // namespace tenon::diff::edit
