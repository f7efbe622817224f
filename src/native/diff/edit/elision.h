// Hunks that leave lines out with `...`. For the inside of this folder.
#pragma once

#include <expected>
#include <optional>

#include "native/diff/edit/place.h"

namespace tenon::diff::edit {

// A context line `...`, alone or in a comment.
bool leaves_lines_out(const Hunk& hunk);

// Each piece between the marks is found by itself: one that changes something exactly once, and all in order.
Placed place_in_pieces(const FileText& file, const Hunk& hunk);

}  // namespace tenon::diff::edit
