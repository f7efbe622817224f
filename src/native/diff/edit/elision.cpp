#include "native/diff/edit/elision.h"

#include <algorithm>
#include <array>

#include "native/diff/edit/line_form.h"

namespace tenon::diff::edit {
namespace {

bool is_mark(const HunkLine& line) {
  if (line.kind != LineKind::context) return false;
  std::string_view text = trimmed(line.text);
  for (const std::string_view comment : {"//", "#", "--"}) {
    if (text.starts_with(comment)) text = trimmed(text.substr(comment.size()));
  }
  return text == "..." || text == "\u2026";
}

std::vector<Hunk> pieces_of(const Hunk& hunk) {
  std::vector<Hunk> pieces(1);
  for (const HunkLine& line : hunk.lines) {
    if (is_mark(line)) {
      pieces.emplace_back();
    } else {
      pieces.back().lines.push_back(line);
    }
  }
  return pieces;
}

bool has_old_lines(const Hunk& hunk) {
  return std::ranges::any_of(hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::added; });
}

bool changes(const Hunk& hunk) {
  return std::ranges::any_of(hunk.lines, [](const HunkLine& line) { return line.kind != LineKind::context; });
}

Placed failure(EditStatus status, std::string message) {
  return std::unexpected(
      Misplaced{.status = status,
                .candidates = {},
                .message = std::move(message),
                .hint = "Write the lines out instead of '...', with enough lines around each change."});
}

}  // namespace

bool leaves_lines_out(const Hunk& hunk) { return std::ranges::any_of(hunk.lines, is_mark); }

Placed place_in_pieces(const FileText& file, const Hunk& hunk) {
  Match whole;
  std::uint32_t from = 0;
  bool first_piece = true;
  bool any = false;
  for (const Hunk& piece : pieces_of(hunk)) {
    if (!first_piece) whole.places.push_back(kNoLine);
    first_piece = false;
    if (!has_old_lines(piece)) {
      if (changes(piece))
        return failure(EditStatus::unclear, "lines are added beside '...' without a line to find them by");
      continue;
    }
    const std::vector<Match> matches = find_matches(file, piece, {.lines = {from, file.size()}});
    if (matches.empty())
      return failure(EditStatus::not_found, "the lines around '...' are not in the file in this order");
    if (changes(piece)) {
      const std::vector<Match> everywhere = find_matches(file, piece, {.lines = {0, file.size()}});
      if (everywhere.size() != 1 || matches.front().level == MatchLevel::one_context_line_off) {
        Placed failed = failure(EditStatus::ambiguous, "the lines around '...' do not say which place is meant");
        for (const Match& match : everywhere) failed.error().candidates.push_back(match.range.begin + 1);
        return failed;
      }
    }
    const Match& match = matches.front();
    whole.level = std::max(whole.level, match.level);
    whole.range = {any ? whole.range.begin : match.range.begin, match.range.end};
    whole.places.insert(whole.places.end(), match.places.begin(), match.places.end());
    from = match.range.end;
    any = true;
  }
  if (!any) return failure(EditStatus::unclear, "there is no line to find beside '...'");
  return whole;
}

}  // namespace tenon::diff::edit
