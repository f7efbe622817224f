// The extended headers of git below a `diff --git` line. For the inside of the parser.
#pragma once

#include <expected>
#include <string_view>

#include "native/diff/patch/header_names.h"
#include "native/diff/patch/parser.h"
#include "native/diff/patch/patch.h"
#include "native/diff/patch/text_lines.h"

namespace tenon::diff::patch {

// `at` is the line that begins with "diff --git "; afterwards it is the first line that is no header. Nothing if no
// header follows: the line was part of a message. The file has names then.
std::expected<std::optional<FilePatch>, ParseError> read_git_header(TextLines& at, const NameRule& rule);

}  // namespace tenon::diff::patch
