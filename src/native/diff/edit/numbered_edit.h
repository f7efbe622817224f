// An edit of a reply as it is counted in outcomes, and how its outcome is told. For the inside of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "native/diff/edit/edit.h"

namespace tenon::diff::edit {

// A hunk, or a file edit without hunks.
struct NumberedEdit {
  const FileEdit* file = nullptr;
  const Hunk* hunk = nullptr;  // nothing: the file as a whole
  std::uint32_t number = 0;
};

struct EditedFile {
  std::vector<EditOutcome> outcomes;   // of the edits, in their order
  std::optional<FileContent> content;  // nothing: the file is gone; only meaningful if all edits are fine
};

EditOutcome outcome_of(const NumberedEdit& edit);

// Why an edit was not applied: what is wrong, in one sentence, and what to do about it.
struct Refusal {
  EditStatus status = EditStatus::refused;
  std::string message;
  std::string hint;
};
EditOutcome refused(EditOutcome outcome, Refusal refusal);

bool is_fine(EditStatus status);

}  // namespace tenon::diff::edit
