// All edits of a reply that concern one file. For the inside of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/diff/edit/edit.h"
#include "native/diff/edit/splice.h"

namespace tenon::diff::edit {

// An edit of a reply as it is counted in outcomes: a hunk, or a file edit without hunks.
struct NumberedEdit {
  const FileEdit* file = nullptr;
  const Hunk* hunk = nullptr;  // nothing: the file as a whole
  std::uint32_t number = 0;
};

struct EditedFile {
  std::vector<EditOutcome> outcomes;   // of the edits, in their order
  std::optional<FileContent> content;  // nothing: the file is gone; only meaningful if all edits are fine
};

// `before`: nothing if there is no such file. `edits` are for one path, and not empty.
EditedFile edit_file(const std::vector<NumberedEdit>& edits, ReplyFormat format,
                     const std::optional<FileContent>& before);

EditOutcome outcome_of(const NumberedEdit& edit);
bool is_fine(EditStatus status);

}  // namespace tenon::diff::edit
