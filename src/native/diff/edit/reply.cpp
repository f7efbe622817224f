#include "native/diff/edit/reply.h"

#include "native/diff/edit/envelope.h"
#include "native/diff/edit/hunk_header.h"
#include "native/diff/edit/loose_diff.h"
#include "native/diff/edit/reply_lines.h"
#include "native/diff/edit/search_replace.h"
#include "native/diff/edit/whole_file.h"

namespace tenon::diff::edit {
namespace {

bool marks_diff(ReplyLines lines, std::size_t index) {
  return lines[index].starts_with("diff --git ") || is_file_header(lines, index) || hunk_header_in(lines[index]);
}

// The first mark decides: what comes after it may be text of a file that shows another format. A whole file may show a
// diff, too.
std::optional<ReplyFormat> marked_format(ReplyLines lines) {
  FencedPart fence;
  std::size_t behind = 0;  // the last fence
  bool fenced = false;
  bool unclosed = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_begin_of_envelope(lines[i])) return ReplyFormat::envelope;
    if (is_search_marker(lines[i])) return ReplyFormat::search_replace;
    if (!(fenced && fence.shows_file) && marks_diff(lines, i)) return ReplyFormat::unified_diff;
    if (fenced) {
      fenced = i < fence.last;
      if (!fenced) behind = i + 1;
    } else if (!unclosed && fence_in(lines[i])) {
      const std::optional<FencedPart> part = fenced_part(lines, behind, i);
      fenced = part.has_value();
      unclosed = !fenced;
      fence = part.value_or(FencedPart{});
    }
  }
  return std::nullopt;
}

std::expected<std::vector<FileEdit>, ReplyFailure> files_of(ReplyFormat format, ReplyLines lines,
                                                            const std::vector<std::string>& known_files) {
  switch (format) {
    case ReplyFormat::envelope:
      return find_envelopes(lines);
    case ReplyFormat::search_replace:
      return find_blocks(lines, known_files);
    case ReplyFormat::unified_diff:
      return find_diffs(lines);
    case ReplyFormat::whole_file:
      return find_whole_files(lines);
  }
  return {};
}

ReplyFailure nothing_found() {
  return {.line = 0,
          .message = "no edit was found in the reply",
          .hint =
              "Send one of: a patch from '*** Begin Patch' to '*** End Patch'; blocks of '<<<<<<< SEARCH', '=======' "
              "and '>>>>>>> REPLACE' with the path above; a unified diff with '---', '+++' and '@@'; whole files in "
              "fences with the path above."};
}

}  // namespace

std::optional<ReplyFormat> detect_format(std::string_view reply) {
  const std::vector<std::string_view> lines = split_reply(reply);
  if (const std::optional<ReplyFormat> marked = marked_format(lines)) return marked;
  const auto files = find_whole_files(lines);
  return files && files->empty() ? std::nullopt : std::optional(ReplyFormat::whole_file);
}

std::expected<Reply, ReplyFailure> parse_reply(std::string_view reply, const std::vector<std::string>& known_files) {
  const std::vector<std::string_view> lines = split_reply(reply);
  const ReplyFormat format = marked_format(lines).value_or(ReplyFormat::whole_file);
  std::expected<std::vector<FileEdit>, ReplyFailure> files = files_of(format, lines, known_files);
  if (!files) return std::unexpected(std::move(files.error()));
  if (files->empty() && format != ReplyFormat::envelope) return std::unexpected(nothing_found());
  return Reply{.format = format, .files = std::move(*files)};
}

}  // namespace tenon::diff::edit
