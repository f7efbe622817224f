#include "native/diff/edit/anchors.h"

#include "native/diff/edit/ladder.h"
#include "native/diff/edit/line_form.h"

namespace tenon::diff::edit {
namespace {

// Begins or ends what the line above it opened, in languages that have that.
bool belongs_to_opener(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.find_first_of("{})]") == 0 || text == "end";
}

LineRange scope_at(const FileText& file, std::uint32_t line, std::uint32_t limit) {
  const std::size_t depth = indentation(file.content(line)).size();
  std::uint32_t end = line + 1;
  for (; end < limit; ++end) {
    const std::string_view content = file.content(end);
    if (is_blank(content) || indentation(content).size() > depth) continue;
    if (!belongs_to_opener(content)) break;
  }
  return {line, end};
}

template <class Matches>
std::vector<std::uint32_t> lines_that(const FileText& file, LineRange area, Matches matches) {
  std::vector<std::uint32_t> lines;
  for (std::uint32_t line = area.begin; line < area.end; ++line) {
    if (matches(file.content(line))) lines.push_back(line);
  }
  return lines;
}

std::vector<std::uint32_t> places_of(const FileText& file, const std::string& anchor, LineRange area) {
  std::vector<std::uint32_t> places = find_lines(file, {anchor}, area);
  if (!places.empty()) return places;
  const std::string_view text = trimmed(anchor);
  places = lines_that(file, area, [&](std::string_view line) { return trimmed(line).starts_with(text); });
  if (!places.empty()) return places;
  return lines_that(file, area, [&](std::string_view line) { return line.find(text) != std::string_view::npos; });
}

}  // namespace

std::vector<LineRange> anchored_parts(const FileText& file, const std::vector<std::string>& anchors) {
  std::vector<LineRange> parts = {{0, file.size()}};
  for (const std::string& anchor : anchors) {
    std::vector<LineRange> inner;
    for (const LineRange part : parts) {
      for (const std::uint32_t line : places_of(file, anchor, part)) inner.push_back(scope_at(file, line, part.end));
    }
    parts = std::move(inner);
  }
  return parts;
}

}  // namespace tenon::diff::edit
