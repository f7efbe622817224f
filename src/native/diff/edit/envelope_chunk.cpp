#include <fmt/format.h>

#include "native/diff/edit/envelope.h"
#include "native/diff/edit/hunk_header.h"
#include "native/diff/edit/line_form.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

constexpr std::string_view kAnchor = "@@";
constexpr std::string_view kEndOfFile = "*** End of File";

std::unexpected<ReplyFailure> failure(std::size_t line, std::string message) {
  return std::unexpected(ReplyFailure{
      .line = static_cast<std::uint32_t>(line),
      .message = std::move(message),
      .hint = "Begin each chunk with '@@' and each of its lines with ' ' (context), '-' (removed) or '+' (added)."});
}

void read_anchor(std::string_view line, Hunk& hunk) {
  if (const std::optional<HunkHeader> header = hunk_header_in(line)) {
    hunk.stated_line = header->old_line;
    return;
  }
  std::string_view text = line.substr(kAnchor.size());
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (text.ends_with(" @@")) text.remove_suffix(3);
  if (!is_blank(text)) hunk.anchors.emplace_back(text);
}

std::optional<HunkLine> hunk_line(std::string_view line) {
  if (line.empty()) return HunkLine{};
  const std::string text(line.substr(1));
  if (line.front() == ' ') return HunkLine{.kind = LineKind::context, .text = text};
  if (line.front() == '+') return HunkLine{.kind = LineKind::added, .text = text};
  if (line.front() == '-') return HunkLine{.kind = LineKind::removed, .text = text};
  return std::nullopt;
}

}  // namespace

std::expected<Chunk, ReplyFailure> parse_chunk(ReplyLines lines, std::uint32_t first_line, AnchorLine anchor) {
  Chunk chunk;
  chunk.hunk.reply_line = first_line;
  std::size_t& used = chunk.lines_used;
  while (used < lines.size() && lines[used].starts_with(kAnchor)) read_anchor(lines[used++], chunk.hunk);
  if (used == 0 && anchor == AnchorLine::required) {
    const std::string_view found = lines.empty() ? std::string_view() : lines.front();
    return failure(first_line, fmt::format("a chunk must begin with '@@', but there is '{}'", fsops::printable(found)));
  }
  for (; used < lines.size(); ++used) {
    const std::string_view line = lines[used];
    if (line == kEndOfFile && !chunk.hunk.lines.empty()) {
      chunk.hunk.at_end_of_file = true;
      ++used;
      return chunk;
    }
    std::optional<HunkLine> parsed = hunk_line(line);
    if (!parsed) break;
    chunk.hunk.lines.push_back(std::move(*parsed));
  }
  if (!chunk.hunk.lines.empty()) return chunk;
  if (used == lines.size() || lines[used].starts_with("***")) {
    return failure(first_line + used, "a chunk has no lines");
  }
  return failure(first_line + used, fmt::format("'{}' is no line of a chunk", fsops::printable(lines[used])));
}

}  // namespace tenon::diff::edit
