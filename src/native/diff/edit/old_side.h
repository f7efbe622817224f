// The lines that a hunk says are in the file, with their kind. For the inside of this folder.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "native/diff/edit/file_text.h"
#include "native/diff/edit/hunk.h"
#include "native/diff/edit/indentation.h"

namespace tenon::diff::edit {

struct OldLine {
  std::string_view text;
  LineKind kind = LineKind::context;
  bool added_before = false;  // the hunk adds lines right before it
};

struct OldSide {
  std::vector<OldLine> lines;
  bool added_after = false;  // the hunk adds lines after the last one
};

// Views of the hunk, which must outlive the result.
OldSide old_side(const Hunk& hunk);

// What the lines of the hunk and their places (kNoLine: none) say about indentation.
Reindentation learn_indentation(const FileText& file, const std::vector<OldLine>& lines,
                                const std::vector<std::uint32_t>& places);

}  // namespace tenon::diff::edit
