#include "native/diff/edit/numbered_edit.h"

#include <utility>

#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {

EditOutcome outcome_of(const NumberedEdit& edit) {
  EditOutcome outcome;
  outcome.edit = edit.number;
  outcome.reply_line = edit.hunk != nullptr ? edit.hunk->reply_line : edit.file->reply_line;
  outcome.path = fsops::printable(edit.file->path);
  outcome.operation = edit.file->operation;
  return outcome;
}

EditOutcome refused(EditOutcome outcome, Refusal refusal) {
  outcome.status = refusal.status;
  outcome.message = std::move(refusal.message);
  outcome.hint = std::move(refusal.hint);
  return outcome;
}

bool is_fine(EditStatus status) {
  return status == EditStatus::applied || status == EditStatus::repeated || status == EditStatus::unchanged;
}

}  // namespace tenon::diff::edit
