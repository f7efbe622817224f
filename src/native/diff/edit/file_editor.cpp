#include "native/diff/edit/file_editor.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "native/diff/edit/closest_text.h"
#include "native/diff/edit/file_style.h"
#include "native/diff/edit/line_form.h"
#include "native/diff/edit/place.h"
#include "native/diff/edit/sequence_search.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

// Looking for the nearest text reads the file again; an author corrects a few edits at a time.
constexpr std::size_t kSuggestions = 16;
constexpr std::size_t kBytesForSuggestions = 32ULL << 20U;

void fail(EditOutcome& outcome, EditStatus status, std::string message, std::string hint) {
  outcome.status = status;
  outcome.message = std::move(message);
  outcome.hint = std::move(hint);
}

std::string lines_text(LineRange range) {
  if (range.size() <= 1) return fmt::format("line {}", range.begin + 1);
  return fmt::format("lines {}-{}", range.begin + 1, range.end);
}

bool changes(const Hunk& hunk) {
  return std::ranges::any_of(hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::context; });
}

std::uint32_t line_count(std::string_view text) { return Lines(text).size(); }

// Hunks that are applied to the text of a file.
class TextEditor {
 public:
  TextEditor(const std::vector<NumberedEdit>& edits, ReplyFormat format, const FileContent& before)
      : edits_(edits), format_(format), before_(before), file_(before.bytes) {}

  EditedFile run() {
    EditedFile result;
    std::vector<Hunk> hunks;
    for (const NumberedEdit& edit : edits_) {
      result.outcomes.push_back(outcome_of(edit));
      if (edit.hunk != nullptr) hunks.push_back(*edit.hunk);
    }
    if (before_.bytes.find('\0') != std::string::npos) {
      for (EditOutcome& outcome : result.outcomes) {
        fail(outcome, EditStatus::refused, "the file is no text: it has NUL bytes", "Replace it as a whole.");
      }
      return result;
    }
    const PlacementRules rules{
        .order = format_ == ReplyFormat::search_replace ? HunkOrder::any : HunkOrder::as_in_file,
        .lone_addition = format_ == ReplyFormat::envelope ? LoneAddition::appended : LoneAddition::refused};
    const std::vector<Placed> placed = place_hunks(file_, hunks, rules);
    splices_.resize(edits_.size());
    for (std::size_t i = 0, hunk = 0; i < edits_.size(); ++i) {
      if (edits_[i].hunk == nullptr) continue;
      settle(result.outcomes[i], *edits_[i].hunk, placed[hunk++], splices_[i]);
    }
    reject_overlaps(result.outcomes);
    if (std::ranges::all_of(result.outcomes, is_fine, &EditOutcome::status)) {
      result.content =
          FileContent{.bytes = with_splices(before_.bytes, ordered_splices(result.outcomes)), .type = before_.type};
    }
    return result;
  }

 private:
  void settle(EditOutcome& outcome, const Hunk& hunk, const Placed& placed, std::vector<Splice>& splices) {
    if (!placed) {
      fail_unplaced(outcome, hunk, placed.error());
      return;
    }
    const LineRange range = placed->range;
    outcome.first_line = std::max<std::uint32_t>(1, std::min(range.begin + 1, file_.size()));
    outcome.last_line = std::max(outcome.first_line, range.end);
    if (!changes(hunk)) {
      outcome.status = EditStatus::unchanged;
      outcome.message = "the edit changes nothing";
      return;
    }
    if (adds_what_is_there(file_, hunk, *placed)) {
      fail(outcome, EditStatus::already_applied, fmt::format("the lines to add already stand at {}", lines_text(range)),
           "Leave this edit out. If they are meant to be there twice, include the ones that are there as context.");
      return;
    }
    const LastLine last_line = format_ == ReplyFormat::envelope ? LastLine::ended : LastLine::as_before;
    std::expected<std::vector<Splice>, std::string> rendered = splices_of(file_, hunk, *placed, last_line);
    if (!rendered) {
      fail(outcome, EditStatus::unclear, std::move(rendered.error()),
           "Copy the lines to find with their indentation as the file has it.");
      outcome.closest = real_text(range);
      return;
    }
    splices = std::move(*rendered);
    outcome.level = placed->level;
    outcome.confidence = confidence(*placed);
    for (const Splice& splice : splices) {
      outcome.removed += splice.removed;
      outcome.added += splice.added;
    }
    outcome.message = fmt::format("found at {}", lines_text(range));
  }

  double confidence(const Match& match) const {
    const double level = confidence_of(match.level);
    if (match.level != MatchLevel::one_context_line_off || match.places.empty()) return level;
    const auto there = std::ranges::count_if(match.places, [](std::uint32_t place) { return place != kNoLine; });
    return std::round(100 * level * static_cast<double>(there) / static_cast<double>(match.places.size())) / 100;
  }

  void fail_unplaced(EditOutcome& outcome, const Hunk& hunk, const Misplaced& reason) {
    fail(outcome, reason.status, reason.message, reason.hint);
    outcome.candidates = reason.candidates;
    if (reason.status != EditStatus::not_found) return;
    if (const std::optional<LineRange> there = place_of_new_lines(file_, hunk)) {
      fail(outcome, EditStatus::already_applied,
           fmt::format("the edit is already applied: its new lines stand at {}, and its old lines are not in the file",
                       lines_text(*there)),
           "Leave this edit out.");
      outcome.first_line = there->begin + 1;
      outcome.last_line = there->end;
      return;
    }
    const std::size_t bytes = std::min(kBytesSearched, before_.bytes.size());
    if (suggestions_ == kSuggestions || (suggestions_ + 1) * bytes > kBytesForSuggestions) return;
    ++suggestions_;
    outcome.closest = closest_text(file_, old_lines(hunk));
  }

  ClosestText real_text(LineRange range) const {
    ClosestText text{.first_line = range.begin + 1, .similarity = 1, .lines = {}};
    for (std::uint32_t line = range.begin; line < range.end; ++line) {
      text.lines.push_back(fsops::printable(file_.content(line)));
    }
    return text;
  }

  struct Use {
    const Splice* splice;
    std::size_t edit;
  };

  void reject_overlaps(std::vector<EditOutcome>& outcomes) {
    std::map<std::size_t, std::vector<std::size_t>> by_begin;
    for (std::size_t i = 0; i < splices_.size(); ++i) {
      if (splices_[i].empty()) continue;
      std::vector<std::size_t>& others = by_begin[splices_[i].front().begin];
      const auto same = std::ranges::find_if(others, [&](std::size_t other) { return splices_[other] == splices_[i]; });
      if (same == others.end()) {
        others.push_back(i);
        continue;
      }
      outcomes[i].status = EditStatus::repeated;
      outcomes[i].message = fmt::format("the same as edit {}", outcomes[*same].edit);
    }
    std::vector<Use> uses;
    for (std::size_t i = 0; i < splices_.size(); ++i) {
      if (outcomes[i].status != EditStatus::applied) continue;
      for (const Splice& splice : splices_[i]) uses.push_back({.splice = &splice, .edit = i});
    }
    std::ranges::sort(uses, [](const Use& one, const Use& other) {
      return std::pair(one.splice->begin, one.splice->end) < std::pair(other.splice->begin, other.splice->end);
    });
    const Use* furthest = nullptr;
    for (const Use& use : uses) {
      if (furthest != nullptr && furthest->edit != use.edit && overlap(*furthest->splice, *use.splice)) {
        const auto [first, second] = std::minmax(furthest->edit, use.edit);
        fail(outcomes[second], EditStatus::overlapping,
             fmt::format("it changes the same lines as edit {}", outcomes[first].edit), "Make one edit of both.");
        continue;
      }
      if (furthest == nullptr || use.splice->end >= furthest->splice->end) furthest = &use;
    }
  }

  std::vector<Splice> ordered_splices(const std::vector<EditOutcome>& outcomes) const {
    std::vector<Splice> ordered;
    for (std::size_t i = 0; i < splices_.size(); ++i) {
      if (outcomes[i].status != EditStatus::applied) continue;
      ordered.insert(ordered.end(), splices_[i].begin(), splices_[i].end());
    }
    std::ranges::sort(ordered, [](const Splice& one, const Splice& other) {
      return std::pair(one.begin, one.end) < std::pair(other.begin, other.end);
    });
    return ordered;
  }

  const std::vector<NumberedEdit>& edits_;
  ReplyFormat format_;
  const FileContent& before_;
  FileText file_;
  std::vector<std::vector<Splice>> splices_;  // of each edit
  std::size_t suggestions_ = 0;
};

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
    fail(outcome, EditStatus::file_exists, "the edit has no lines to find, but the file exists and has text",
         "Put the lines that are to be replaced into the search part, or the line beside which to add.");
  } else if (has_text && file.operation == Operation::replace && is_blank(file.contents)) {
    fail(outcome, EditStatus::unclear, "the whole file would be emptied", "Delete the file if that is what is meant.");
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
    fail(outcome, EditStatus::not_found, "the lines to remove are not all lines of the file",
         "Copy the file as it is now, or delete it without its lines in an envelope: '*** Delete File: <path>'.");
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
    fail(result.outcomes.back(), status, message, hint);
  }
  return result;
}

bool is_for_lines(const NumberedEdit& edit) { return edit.file->operation == Operation::update; }

}  // namespace

EditOutcome outcome_of(const NumberedEdit& edit) {
  EditOutcome outcome;
  outcome.edit = edit.number;
  outcome.reply_line = edit.hunk != nullptr ? edit.hunk->reply_line : edit.file->reply_line;
  outcome.path = fsops::printable(edit.file->path);
  outcome.operation = edit.file->operation;
  return outcome;
}

bool is_fine(EditStatus status) {
  return status == EditStatus::applied || status == EditStatus::repeated || status == EditStatus::unchanged;
}

EditedFile edit_file(const std::vector<NumberedEdit>& edits, ReplyFormat format,
                     const std::optional<FileContent>& before) {
  const NumberedEdit& first = edits.front();
  if (before && before->type == FileType::link) {
    return all_failed(edits, EditStatus::refused, "the path is a link", "Edit the file that the link leads to.");
  }
  if (std::ranges::all_of(edits, is_for_lines)) {
    if (before) return TextEditor(edits, format, *before).run();
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
      fail(outcome, EditStatus::overlapping,
           fmt::format("edit {} already says what becomes of this file", first.number),
           "Say in one edit what is to become of the file.");
    }
    result.outcomes.push_back(std::move(outcome));
  }
  return result;
}

}  // namespace tenon::diff::edit
