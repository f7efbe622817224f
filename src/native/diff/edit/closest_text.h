// The part of a file that is most like lines that were not found, for a message. Words that both have count, rare ones
// more. O(bytes) of the file up to a bound; what lies beyond is not looked at. For the inside of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/diff/edit/edit.h"
#include "native/diff/edit/file_text.h"

namespace tenon::diff::edit {

// Nothing if the file has hardly a word of them.
std::optional<ClosestText> closest_text(const FileText& file, const std::vector<std::string>& wanted);

}  // namespace tenon::diff::edit
