#include "agents/patch_lines.h"

#include <charconv>

namespace tenon::agents {
namespace {

// "@@ -1,4 +12,6 @@" → 12
std::size_t first_new_line(std::string_view header) {
  const std::size_t plus = header.find('+');
  std::size_t number = 1;
  if (plus != std::string_view::npos) std::from_chars(header.data() + plus + 1, header.data() + header.size(), number);
  return number;
}

}  // namespace

std::vector<PatchLine> patch_lines(std::string_view patch) {
  std::vector<PatchLine> lines;
  std::size_t number = 1;
  bool in_hunk = false;
  while (!patch.empty()) {
    const std::size_t end = patch.find('\n');
    const std::string_view line = patch.substr(0, end);
    patch.remove_prefix(end == std::string_view::npos ? patch.size() : end + 1);
    if (line.starts_with("@@ ")) {
      number = first_new_line(line);
      in_hunk = true;
      continue;
    }
    if (!in_hunk || line.empty() || line[0] == '\\') continue;
    lines.push_back({.mark = line[0], .text = line.substr(1), .number = number});
    if (line[0] != '-') ++number;
  }
  return lines;
}

}  // namespace tenon::agents
