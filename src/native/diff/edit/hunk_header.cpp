#include "native/diff/edit/hunk_header.h"

#include <charconv>

#include "native/diff/edit/line_form.h"

namespace tenon::diff::edit {

std::optional<HunkHeader> hunk_header_in(std::string_view line) {
  if (!line.starts_with("@@")) return std::nullopt;
  const std::string_view range = trimmed(line.substr(2));
  if (!range.starts_with('-') || range.size() < 2) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, failed] = std::from_chars(range.data() + 1, range.data() + range.size(), number);
  if (failed == std::errc::invalid_argument) return std::nullopt;
  const std::string_view rest = trimmed(range.substr(static_cast<std::size_t>(end - range.data())));
  if (!rest.empty() && !rest.starts_with(',') && !rest.starts_with('+') && !rest.starts_with("@@")) return std::nullopt;
  if (failed != std::errc() || number == 0) return HunkHeader{};
  return HunkHeader{.old_line = number};
}

}  // namespace tenon::diff::edit
