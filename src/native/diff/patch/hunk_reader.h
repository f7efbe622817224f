// Hunks of unified diffs. For the inside of the parser.
#pragma once

#include <expected>
#include <string_view>

#include "native/diff/patch/parser.h"
#include "native/diff/patch/patch.h"
#include "native/diff/patch/text_lines.h"

namespace tenon::diff::patch {

// True for `@@ -1,2 +3,4 @@` at the beginning of a line.
bool is_hunk_header(std::string_view line);

// `at` is at a line that begins with `@@ -`; afterwards it is behind the hunk.
std::expected<Hunk, ParseError> read_hunk(TextLines& at, Counts counts);

}  // namespace tenon::diff::patch
