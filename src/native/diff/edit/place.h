// From candidates to the one place of each hunk: anchors, order, stated line numbers, `...` for lines left out. For the
// inside of this folder.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "native/diff/edit/edit.h"
#include "native/diff/edit/ladder.h"

namespace tenon::diff::edit {

// Why a hunk has no place.
struct Misplaced {
  EditStatus status = EditStatus::not_found;
  std::vector<std::uint32_t> candidates;  // first lines, counted from 1
  std::string message;
  std::string hint;
};

using Placed = std::expected<Match, Misplaced>;

// What the format of the hunks says beside their lines.
enum class HunkOrder { any, as_in_file };
enum class LoneAddition { appended, refused };  // lines to add without any line to find

struct PlacementRules {
  HunkOrder order = HunkOrder::any;
  LoneAddition lone_addition = LoneAddition::refused;
};

// One result for each hunk. All are looked for in the file as it is.
std::vector<Placed> place_hunks(const FileText& file, std::span<const Hunk> hunks, const PlacementRules& rules);

// Where the new lines of a hunk already stand instead of the old ones.
std::optional<LineRange> place_of_new_lines(const FileText& file, const Hunk& hunk);

// The hunk only adds lines at an end of its context, and there they are already.
bool adds_what_is_there(const FileText& file, const Hunk& hunk, const Match& match);

}  // namespace tenon::diff::edit
