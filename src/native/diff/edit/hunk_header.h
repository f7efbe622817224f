// `@@ -12,5 +12,6 @@ section` of a unified diff, as exactly as an author happens to write it. For the inside of this
// folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::diff::edit {

struct HunkHeader {
  std::optional<std::uint32_t> old_line;  // counted from 1; 0 is no line
};

// Nothing if the line has no range of old lines after `@@`.
std::optional<HunkHeader> hunk_header_in(std::string_view line);

}  // namespace tenon::diff::edit
