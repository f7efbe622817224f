// The name of a file as it stands beside an edit in a reply: bare, as a heading, in backticks, bold, with a colon, or
// in the first line of a fence. For the inside of this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/edit/reply_lines.h"

namespace tenon::diff::edit {

// A word without folder, extension, backticks or bold type: `Makefile`, or the end of a sentence.
enum class LoneWord { is_name, is_text };

// The name that the last lines of `above` give: the nearest line that is neither blank nor a fence says it, or a fence
// on the way. A sentence names a file only by a path in backticks or one of `known`. A name that is not exactly one of
// `known` becomes the one that it abbreviates or misspells in case or punctuation, if there is only one.
std::optional<std::string> file_name_above(ReplyLines above, const std::vector<std::string>& known,
                                           LoneWord lone_word = LoneWord::is_name);

// The name in what follows the backticks of a fence: `python src/app.py`, `src/app.py`, `ts:src/a.ts`, `title="a.py"`.
std::optional<std::string> file_name_in(const Fence& fence);

// Text that may show fences of its own: Markdown and the like.
bool is_prose(std::string_view path);

}  // namespace tenon::diff::edit
