// All places where consecutive lines of a file are the wanted ones, in one form of comparison. For the inside of this
// folder.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "native/diff/edit/file_text.h"

namespace tenon::diff::edit {

// Nobody reads a longer list of places, and more of them are not looked for.
inline constexpr std::size_t kManyPlaces = 1000;

// First lines, ascending; the whole sequence is in `area`. Nothing for no wanted lines. O(lines wanted) where one of
// them is rare in the file, O(area + wanted) otherwise.
std::vector<std::uint32_t> find_sequence(const FileText& file, std::span<const std::string_view> wanted, LineForm form,
                                         LineRange area);

// Equal in this form, byte by byte.
bool same_in_form(std::string_view one, std::string_view other, LineForm form);

}  // namespace tenon::diff::edit
