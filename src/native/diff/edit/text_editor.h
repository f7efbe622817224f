// Hunks that are applied to the text of one file, all or none. For the inside of this folder.
#pragma once

#include <vector>

#include "native/diff/edit/numbered_edit.h"

namespace tenon::diff::edit {

// `edits` are updates; one without a hunk leaves the text as it is.
EditedFile edit_text(const std::vector<NumberedEdit>& edits, ReplyFormat format, const FileContent& before);

}  // namespace tenon::diff::edit
