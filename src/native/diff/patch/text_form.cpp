#include "native/diff/patch/text_form.h"

#include <algorithm>

#include "native/diff/patch/text_lines.h"

namespace tenon::diff::patch {
namespace {

LineEnd both(LineEnd one, LineEnd other) {
  if (one == LineEnd::none || one == other) return other;
  return other == LineEnd::none ? one : LineEnd::mixed;
}

LineEnd end_of_line(std::string_view line) {
  if (!line.ends_with('\n')) return LineEnd::none;
  return line.ends_with("\r\n") ? LineEnd::crlf : LineEnd::lf;
}

LineEnd line_end_of(const std::vector<Hunk>& hunks) {
  LineEnd end = LineEnd::none;
  for (const Hunk& hunk : hunks) {
    for (const HunkLine& line : hunk.lines) end = both(end, end_of_line(line.text));
  }
  return end;
}

// Lines of a hunk. One that has no end in the file keeps what stands before its "\n".
std::string converted(std::string_view body, LineEnd end) {
  std::string result;
  for (TextLines at(body); !at.at_end();) {
    const std::string_view line = at.line();
    at.advance();
    const bool has_end = line.ends_with('\n') && (at.at_end() || !says_no_newline(at.line()));
    if (!has_end) {
      result += line;
      continue;
    }
    result += line.substr(0, line.size() - (line.ends_with("\r\n") ? 2 : 1));
    result += end == LineEnd::crlf ? "\r\n" : "\n";
  }
  return result;
}

}  // namespace

LineEnd line_end_of(std::string_view text) {
  LineEnd end = LineEnd::none;
  for (std::size_t newline = text.find('\n'); newline != std::string_view::npos && end != LineEnd::mixed;
       newline = text.find('\n', newline + 1)) {
    end = both(end, newline > 0 && text[newline - 1] == '\r' ? LineEnd::crlf : LineEnd::lf);
  }
  return end;
}

std::vector<Hunk> with_line_ends_of(const std::vector<Hunk>& hunks, LineEnd file, Image& image) {
  const LineEnd patch = line_end_of(hunks);
  const bool differ =
      (patch == LineEnd::lf && file == LineEnd::crlf) || (patch == LineEnd::crlf && file == LineEnd::lf);
  std::vector<Hunk> result = hunks;
  if (!differ) return result;
  for (Hunk& hunk : result) {
    hunk.lines = hunk.lines.with_body(image.keep(converted(hunk.lines.body(), file)));
  }
  return result;
}

std::string_view mark_to_set_aside(std::string_view text, const std::vector<Hunk>& hunks) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (!text.starts_with(kMark)) return {};
  const bool in_patch = std::ranges::any_of(hunks, [&](const Hunk& hunk) {
    return std::ranges::any_of(hunk.lines, [&](const HunkLine& line) { return line.text.starts_with(kMark); });
  });
  return in_patch ? std::string_view() : text.substr(0, kMark.size());
}

}  // namespace tenon::diff::patch
