// All edits of a reply that concern one file. For the inside of this folder.
#pragma once

#include <optional>
#include <vector>

#include "native/diff/edit/numbered_edit.h"

namespace tenon::diff::edit {

// `before`: nothing if there is no such file. `edits` are for one path, and not empty.
EditedFile edit_file(const std::vector<NumberedEdit>& edits, ReplyFormat format,
                     const std::optional<FileContent>& before);

}  // namespace tenon::diff::edit
