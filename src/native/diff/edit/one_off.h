// Places where a hunk fits but for one context line; see ladder.h for what is accepted. For the inside of this folder.
#pragma once

#include "native/diff/edit/ladder.h"
#include "native/diff/edit/old_side.h"

namespace tenon::diff::edit {

std::vector<Match> find_with_one_line_off(const FileText& file, const OldSide& old, const SearchArea& area);

}  // namespace tenon::diff::edit
