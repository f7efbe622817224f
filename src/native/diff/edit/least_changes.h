// A hunk that removes a line and adds it again leaves it alone. For the inside of this folder.
#pragma once

#include <string_view>

#include "native/diff/edit/hunk.h"

namespace tenon::diff::edit {

// The same change with as much context as possible: lines that stand on both sides of a run of removed and added lines
// become context. Removed lines of a run come before its added ones.
Hunk with_least_changes(Hunk hunk);

// The change from one text to another; reply_line and the like are left empty.
Hunk hunk_between(std::string_view old_text, std::string_view new_text);

}  // namespace tenon::diff::edit
