#include "native/diff/edit/old_side.h"

#include "native/diff/edit/ladder.h"
#include "native/diff/edit/sequence_search.h"

namespace tenon::diff::edit {

OldSide old_side(const Hunk& hunk) {
  OldSide result;
  bool added = false;
  for (const HunkLine& line : hunk.lines) {
    if (line.kind == LineKind::added) {
      added = true;
      continue;
    }
    result.lines.push_back({.text = line.text, .kind = line.kind, .added_before = added});
    added = false;
  }
  result.added_after = added;
  return result;
}

Reindentation learn_indentation(const FileText& file, const std::vector<OldLine>& lines,
                                const std::vector<std::uint32_t>& places) {
  Reindentation result;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (places[i] == kNoLine || is_blank(lines[i].text)) continue;
    const std::string_view real = file.content(places[i]);
    // A context line that is off says nothing.
    if (!same_in_form(lines[i].text, real, LineForm::ascii)) continue;
    result.learn(indentation(lines[i].text), indentation(real));
  }
  return result;
}

}  // namespace tenon::diff::edit
