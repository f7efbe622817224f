// A unified diff of one file as lines with their numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenon::agents {

struct PatchLine {
  char mark = ' ';         // '+', '-' or ' '
  std::string_view text;   // without the mark; points into the patch
  std::size_t number = 0;  // in the new text; for a removed line, where it stood
};

// Headers before the first hunk are skipped.
std::vector<PatchLine> patch_lines(std::string_view patch);

}  // namespace tenon::agents
