#include "native/diff/edit/text_editor.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "native/diff/edit/closest_text.h"
#include "native/diff/edit/place.h"
#include "native/diff/edit/splice.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

// Looking for the nearest text reads the file again; an author corrects a few edits at a time.
constexpr std::size_t kSuggestions = 16;
constexpr std::size_t kBytesForSuggestions = 32ULL << 20U;

std::string lines_text(LineRange range) {
  if (range.size() <= 1) return fmt::format("line {}", range.begin + 1);
  return fmt::format("lines {}-{}", range.begin + 1, range.end);
}

bool changes(const Hunk& hunk) {
  return std::ranges::any_of(hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::context; });
}

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
        outcome = refused(std::move(outcome),
                          {EditStatus::refused, "the file is no text: it has NUL bytes", "Replace it as a whole."});
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
      Settled settled = settle(std::move(result.outcomes[i]), *edits_[i].hunk, placed[hunk++]);
      result.outcomes[i] = std::move(settled.outcome);
      splices_[i] = std::move(settled.splices);
    }
    reject_overlaps(result.outcomes);
    if (std::ranges::all_of(result.outcomes, is_fine, &EditOutcome::status)) {
      result.content =
          FileContent{.bytes = with_splices(before_.bytes, ordered_splices(result.outcomes)), .type = before_.type};
    }
    return result;
  }

 private:
  struct Settled {
    EditOutcome outcome;
    std::vector<Splice> splices;
  };

  Settled settle(EditOutcome outcome, const Hunk& hunk, const Placed& placed) {
    if (!placed) return {unplaced(std::move(outcome), hunk, placed.error()), {}};
    const LineRange range = placed->range;
    outcome.first_line = std::max<std::uint32_t>(1, std::min(range.begin + 1, file_.size()));
    outcome.last_line = std::max(outcome.first_line, range.end);
    if (!changes(hunk)) {
      outcome.status = EditStatus::unchanged;
      outcome.message = "the edit changes nothing";
      return {std::move(outcome), {}};
    }
    if (adds_what_is_there(file_, hunk, *placed)) {
      Refusal refusal{
          EditStatus::already_applied, fmt::format("the lines to add already stand at {}", lines_text(range)),
          "Leave this edit out. If they are meant to be there twice, include the ones that are there as context."};
      return {refused(std::move(outcome), std::move(refusal)), {}};
    }
    const LastLine last_line = format_ == ReplyFormat::envelope ? LastLine::ended : LastLine::as_before;
    std::expected<std::vector<Splice>, std::string> splices = splices_of(file_, hunk, *placed, last_line);
    if (!splices) {
      outcome.closest = real_text(range);
      Refusal refusal{EditStatus::unclear, std::move(splices.error()),
                      "Copy the lines to find with their indentation as the file has it."};
      return {refused(std::move(outcome), std::move(refusal)), {}};
    }
    outcome.level = placed->level;
    outcome.confidence = confidence(*placed);
    for (const Splice& splice : *splices) {
      outcome.removed += splice.removed;
      outcome.added += splice.added;
    }
    outcome.message = fmt::format("found at {}", lines_text(range));
    return {std::move(outcome), std::move(*splices)};
  }

  double confidence(const Match& match) const {
    const double level = confidence_of(match.level);
    if (match.level != MatchLevel::one_context_line_off || match.places.empty()) return level;
    const auto there = std::ranges::count_if(match.places, [](std::uint32_t place) { return place != kNoLine; });
    return std::round(100 * level * static_cast<double>(there) / static_cast<double>(match.places.size())) / 100;
  }

  EditOutcome unplaced(EditOutcome outcome, const Hunk& hunk, const Misplaced& reason) {
    outcome = refused(std::move(outcome), {reason.status, reason.message, reason.hint});
    outcome.candidates = reason.candidates;
    if (reason.status != EditStatus::not_found) return outcome;
    if (const std::optional<LineRange> there = place_of_new_lines(file_, hunk)) {
      outcome.first_line = there->begin + 1;
      outcome.last_line = there->end;
      return refused(
          std::move(outcome),
          {EditStatus::already_applied,
           fmt::format("the edit is already applied: its new lines stand at {}, and its old lines are not in the file",
                       lines_text(*there)),
           "Leave this edit out."});
    }
    const std::size_t bytes = std::min(kBytesSearched, before_.bytes.size());
    if (suggestions_ == kSuggestions || (suggestions_ + 1) * bytes > kBytesForSuggestions) return outcome;
    ++suggestions_;
    outcome.closest = closest_text(file_, old_lines(hunk));
    return outcome;
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
        outcomes[second] =
            refused(std::move(outcomes[second]),
                    {EditStatus::overlapping, fmt::format("it changes the same lines as edit {}", outcomes[first].edit),
                     "Make one edit of both."});
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

}  // namespace

EditedFile edit_text(const std::vector<NumberedEdit>& edits, ReplyFormat format, const FileContent& before) {
  return TextEditor(edits, format, before).run();
}

}  // namespace tenon::diff::edit
