// The unified format (POSIX diff -u; git-diff(1), "generating patch text with -p"), as `git apply` and GNU patch read
// it: bytes of lines as they are, "\r" included; a last line without "\n" is followed by "\ No newline at end of file".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/diff/hunks.h"
#include "native/diff/palette.h"

namespace tenon::diff {

// The hunks, each with its header; no file header (file_header.h).
std::string unified_text(const Lines& before, const Lines& after, const Changes& changes,
                         const std::vector<Hunk>& hunks, const Palette& palette = {});

// "@@ -1,3 +1,4 @@"
std::string hunk_range_text(const Hunk& hunk);

}  // namespace tenon::diff
