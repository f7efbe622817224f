// The parts of a file that anchors (`@@ class Square`) mean. For the inside of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/diff/edit/file_text.h"

namespace tenon::diff::edit {

// From the anchor's line to the last line that is indented deeper, its brackets included: one part for each place where
// the innermost anchor stands inside the others. A line that only begins with or contains the anchor counts if no line
// equals it. Empty: an anchor is nowhere.
std::vector<LineRange> anchored_parts(const FileText& file, const std::vector<std::string>& anchors);

}  // namespace tenon::diff::edit
