#include "native/diff/edit/file_editor.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "native/diff/edit/file_style.h"
#include "native/diff/edit/line_form.h"
#include "native/diff/edit/sequence_search.h"
#include "native/diff/edit/text_editor.h"

namespace tenon::diff::edit {
namespace {

std::uint32_t line_count(std::string_view text) { return Lines(text).size(); }

// One edit that says what becomes of the whole file.
EditedFile write_whole(const NumberedEdit& edit, const std::optional<FileContent>& before) {
  EditedFile result{.outcomes = {outcome_of(edit)}, .content = {}};
  EditOutcome& outcome = result.outcomes.front();
  const FileEdit& file = *edit.file;
  std::string contents = file.contents;
  const bool has_text = before && before->bytes.find_first_not_of(" \t\r\n") != std::string::npos;
  const bool keeps_style = before && before->bytes.find('\0') == std::string::npos;
  if (keeps_style) {
    const bool own_end = file.operation != Operation::replace;
    contents = in_style_of(before->bytes, contents, own_end ? FinalNewlineOf::contents : FinalNewlineOf::file);
  }
  if (before && before->bytes == contents) {
    outcome.status = file.operation == Operation::create ? EditStatus::already_applied : EditStatus::unchanged;
    outcome.message = "the file has this text already";
  } else if (has_text && file.operation == Operation::create) {
    outcome = refused(std::move(outcome),
                      {EditStatus::file_exists, "the edit has no lines to find, but the file exists and has text",
                       "Put the lines that are to be replaced into the search part, or the line beside which to add."});
  } else if (has_text && file.operation == Operation::replace && is_blank(file.contents)) {
    outcome = refused(std::move(outcome), {EditStatus::unclear, "the whole file would be emptied",
                                           "Delete the file if that is what is meant."});
  } else {
    outcome.added = line_count(contents);
    outcome.removed = before ? line_count(before->bytes) : 0;
    outcome.message = before ? "the file is replaced" : "the file is new";
  }
  result.content = FileContent{.bytes = std::move(contents), .type = before ? before->type : FileType::regular};
  return result;
}

// The lines of the hunks of a removal must be those of the file.
bool is_text_of(const FileEdit& removal, const FileContent& before) {
  const FileText file(before.bytes);
  std::vector<std::string> lines;
  for (const Hunk& hunk : removal.hunks) std::ranges::move(old_lines(hunk), std::back_inserter(lines));
  if (lines.size() != file.size()) return false;
  for (std::uint32_t line = 0; line < file.size(); ++line) {
    if (!same_in_form(file.content(line), lines[line], LineForm::without_trailing_space)) return false;
  }
  return true;
}

EditedFile remove(const NumberedEdit& edit, const FileContent& before) {
  EditedFile result{.outcomes = {outcome_of(edit)}, .content = {}};
  EditOutcome& outcome = result.outcomes.front();
  if (!edit.file->hunks.empty() && !is_text_of(*edit.file, before)) {
    outcome = refused(
        std::move(outcome),
        {EditStatus::not_found, "the lines to remove are not all lines of the file",
         "Copy the file as it is now, or delete it without its lines in an envelope: '*** Delete File: <path>'."});
    return result;
  }
  outcome.removed = line_count(before.bytes);
  outcome.message = "the file is removed";
  return result;
}

EditedFile all_failed(const std::vector<NumberedEdit>& edits, EditStatus status, const std::string& message,
                      const std::string& hint) {
  EditedFile result;
  for (const NumberedEdit& edit : edits) {
    result.outcomes.push_back(outcome_of(edit));
    result.outcomes.back() = refused(std::move(result.outcomes.back()), {status, message, hint});
  }
  return result;
}

bool is_for_lines(const NumberedEdit& edit) { return edit.file->operation == Operation::update; }

}  // namespace

EditedFile edit_file(const std::vector<NumberedEdit>& edits, ReplyFormat format,
                     const std::optional<FileContent>& before) {
  const NumberedEdit& first = edits.front();
  if (before && before->type == FileType::link) {
    return all_failed(edits, EditStatus::refused, "the path is a link", "Edit the file that the link leads to.");
  }
  if (std::ranges::all_of(edits, is_for_lines)) {
    if (before) return edit_text(edits, format, *before);
    return all_failed(edits, EditStatus::no_such_file, "there is no such file",
                      "Check the path; it is relative to the root of the workspace.");
  }
  EditedFile result;
  if (first.file->operation == Operation::remove && !before) {
    result = all_failed({first}, EditStatus::no_such_file, "there is no such file to remove", "Leave this edit out.");
  } else if (first.file->operation == Operation::update) {
    result = all_failed({first}, EditStatus::overlapping, "another edit replaces or removes the whole file",
                        "Say in one edit what is to become of the file.");
  } else {
    result = first.file->operation == Operation::remove ? remove(first, *before) : write_whole(first, before);
  }
  for (std::size_t i = 1; i < edits.size(); ++i) {
    EditOutcome outcome = outcome_of(edits[i]);
    const FileEdit& file = *edits[i].file;
    const bool same = file.operation == first.file->operation && file.contents == first.file->contents &&
                      file.hunks == first.file->hunks;
    if (same) {
      outcome.status = EditStatus::repeated;
      outcome.message = fmt::format("the same as edit {}", first.number);
    } else {
      outcome =
          refused(std::move(outcome),
                  {EditStatus::overlapping, fmt::format("edit {} already says what becomes of this file", first.number),
                   "Say in one edit what is to become of the file."});
    }
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

}  // namespace tenon::diff::edit
