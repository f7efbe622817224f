// What the lines of a file have in common that a patch may have lost: line ends and a byte order mark. For the inside
// of the applier.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/diff/patch/image.h"
#include "native/diff/patch/patch.h"

namespace tenon::diff::patch {

enum class LineEnd { none, lf, crlf, mixed };

LineEnd line_end_of(std::string_view text);

// The hunks with the line ends of the file, if all lines of both are of one kind and the kinds differ. New texts are
// kept in `image`.
std::vector<Hunk> with_line_ends_of(const std::vector<Hunk>& hunks, LineEnd file, Image& image);

// "\xEF\xBB\xBF" if the text begins with it and the first line of no hunk does; else empty.
std::string_view mark_to_set_aside(std::string_view text, const std::vector<Hunk>& hunks);

}  // namespace tenon::diff::patch
