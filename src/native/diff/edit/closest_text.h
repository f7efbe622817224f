// The part of a file that is most like lines that were not found, for a message. Parts are ranked by the words that
// both have, rare ones more; the best few are then compared by pairs of letters. O(bytes) of the file up to a bound;
// what lies beyond is not looked at. For the inside of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/diff/edit/edit.h"
#include "native/diff/edit/file_text.h"

namespace tenon::diff::edit {

inline constexpr std::size_t kBytesSearched = 8ULL << 20U;

// Nothing if the file has hardly a word of them.
std::optional<ClosestText> closest_text(const FileText& file, const std::vector<std::string>& wanted);

}  // namespace tenon::diff::edit
