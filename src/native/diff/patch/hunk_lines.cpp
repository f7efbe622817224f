#include "native/diff/patch/hunk_lines.h"

#include <algorithm>

namespace tenon::diff::patch {
namespace {

std::string_view first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
}

std::string_view content_of(std::string_view line) {
  return line.front() == '\n' || line.front() == '\r' ? line : line.substr(1);
}

LineKind opposite(LineKind kind) {
  if (kind == LineKind::context) return kind;
  return kind == LineKind::added ? LineKind::removed : LineKind::added;
}

}  // namespace

bool says_no_newline(std::string_view line) {
  constexpr std::size_t kShortest = 12;  // translated forms are longer
  return line.starts_with("\\ ") && line.size() >= kShortest;
}

std::optional<LineKind> kind_of_line(std::string_view line) {
  switch (line.front()) {
    case ' ':
    case '\n':
      return LineKind::context;
    case '\r':
      return line == "\r\n" ? std::optional(LineKind::context) : std::nullopt;
    case '-':
      return LineKind::removed;
    case '+':
      return LineKind::added;
    default:
      return std::nullopt;
  }
}

HunkLines::Iterator::Iterator(std::string_view rest, std::uint32_t number, bool reversed)
    : rest_(rest), number_(number), reversed_(reversed) {
  while (says_no_newline(first_line(rest_))) take_line();
  read();
}

std::string_view HunkLines::Iterator::take_line() {
  const std::string_view line = first_line(rest_);
  rest_.remove_prefix(line.size());
  ++number_;
  return line;
}

void HunkLines::Iterator::read() {
  left_ = rest_.size();
  if (left_ == 0) return;
  line_.number = number_;
  const std::string_view line = take_line();
  const LineKind kind = kind_of_line(line).value_or(LineKind::context);
  line_.kind = reversed_ ? opposite(kind) : kind;
  line_.text = content_of(line);
  bool ended = true;
  for (; says_no_newline(first_line(rest_)); ended = false) take_line();
  if (!ended && line_.text.ends_with('\n')) line_.text.remove_suffix(1);
}

HunkLines::Iterator& HunkLines::Iterator::operator++() {
  read();
  return *this;
}

HunkLines::Iterator HunkLines::Iterator::operator++(int) {
  Iterator before = *this;
  read();
  return before;
}

HunkLines HunkLines::with_body(std::string_view body) const {
  HunkLines result = *this;
  result.body_ = body;
  return result;
}

HunkLines HunkLines::reversed() const {
  HunkLines result = *this;
  result.reversed_ = !reversed_;
  return result;
}

}  // namespace tenon::diff::patch
