// Unified diffs of which only the lines are believed: numbers and counts may be wrong or missing, `@@ ... @@` is as
// good as `@@ -1,2 +1,3 @@`, a fence or chatter ends them. Well formed diffs are better read by the parser of patch/.
// For the inside of this folder.
#pragma once

#include <cstddef>
#include <expected>
#include <vector>

#include "native/diff/edit/reply.h"
#include "native/diff/edit/reply_lines.h"

namespace tenon::diff::edit {

// `---` and `+++` at `index` and the next line, outside a hunk.
bool is_file_header(ReplyLines reply, std::size_t index);

std::expected<std::vector<FileEdit>, ReplyFailure> find_diffs(ReplyLines reply);

}  // namespace tenon::diff::edit
