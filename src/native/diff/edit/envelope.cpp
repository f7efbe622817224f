#include "native/diff/edit/envelope.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "native/diff/edit/line_form.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

constexpr std::string_view kBegin = "*** Begin Patch";
constexpr std::string_view kEnd = "*** End Patch";
constexpr std::string_view kAdd = "*** Add File: ";
constexpr std::string_view kDelete = "*** Delete File: ";
constexpr std::string_view kUpdate = "*** Update File: ";
constexpr std::string_view kMove = "*** Move to: ";
constexpr std::string_view kOperation = "***";

std::optional<std::string> path_after(std::string_view line, std::string_view keyword) {
  const std::string_view text = trimmed(line);
  if (!text.starts_with(keyword)) return std::nullopt;
  return std::string(trimmed(text.substr(keyword.size())));
}

// The lines between the two markers.
class Parser {
 public:
  Parser(ReplyLines lines, std::uint32_t first_line, Completeness completeness)
      : lines_(lines), first_line_(first_line), completeness_(completeness) {}

  std::expected<std::vector<FileEdit>, ReplyFailure> parse() {
    while (at_ < lines_.size()) {
      if (is_blank(lines_[at_])) {
        ++at_;
        continue;
      }
      if (std::optional<ReplyFailure> failed = parse_file()) {
        if (completeness_ == Completeness::growing && at_ + 1 >= lines_.size()) break;
        return std::unexpected(std::move(*failed));
      }
    }
    return std::move(files_);
  }

 private:
  std::uint32_t line_number() const { return first_line_ + static_cast<std::uint32_t>(at_); }

  std::optional<ReplyFailure> parse_file() {
    const std::string_view header = lines_[at_];
    FileEdit file;
    file.reply_line = line_number();
    if (auto path = path_after(header, kAdd)) {
      file.operation = Operation::add;
      file.path = std::move(*path);
      ++at_;
      file.contents = added_lines();
    } else if (auto removed = path_after(header, kDelete)) {
      file.operation = Operation::remove;
      file.path = std::move(*removed);
      ++at_;
    } else if (auto updated = path_after(header, kUpdate)) {
      file.path = std::move(*updated);
      ++at_;
      if (auto failed = parse_chunks(file)) return failed;
    } else {
      return ReplyFailure{.line = line_number(),
                          .message = fmt::format("'{}' is no header of a file", fsops::printable(header)),
                          .hint =
                              "Headers are '*** Add File: <path>', '*** Delete File: <path>' and "
                              "'*** Update File: <path>'."};
    }
    files_.push_back(std::move(file));
    return std::nullopt;
  }

  // A blank line between added ones is one whose `+` was forgotten.
  std::string added_lines() {
    std::string contents;
    while (at_ < lines_.size()) {
      std::size_t next = at_;
      while (next < lines_.size() && lines_[next].empty()) ++next;
      if (next == lines_.size() || !lines_[next].starts_with('+')) break;
      contents.append(next - at_, '\n');
      contents += lines_[next].substr(1);
      contents += '\n';
      at_ = next + 1;
    }
    return contents;
  }

  std::optional<ReplyFailure> parse_chunks(FileEdit& file) {
    if (at_ < lines_.size()) {
      file.move_to = path_after(lines_[at_], kMove);
      if (file.move_to) ++at_;
    }
    while (at_ < lines_.size()) {
      if (is_blank(lines_[at_])) {
        ++at_;
        continue;
      }
      if (lines_[at_].starts_with(kOperation)) break;
      const AnchorLine anchor = file.hunks.empty() ? AnchorLine::optional : AnchorLine::required;
      std::expected<Chunk, ReplyFailure> chunk = parse_chunk(lines_.subspan(at_), line_number(), anchor);
      if (!chunk) {
        const bool unfinished = completeness_ == Completeness::growing && chunk.error().line >= end_line();
        if (!unfinished) return std::move(chunk.error());
        at_ = lines_.size();
        break;
      }
      file.hunks.push_back(std::move(chunk->hunk));
      at_ += chunk->lines_used;
    }
    if (file.hunks.empty() && !file.move_to && completeness_ == Completeness::whole) {
      return ReplyFailure{.line = file.reply_line,
                          .message = fmt::format("the update of '{}' has no chunks", fsops::printable(file.path)),
                          .hint = "Add at least one chunk that begins with '@@', or leave the file out."};
    }
    return std::nullopt;
  }

  std::uint32_t end_line() const { return first_line_ + static_cast<std::uint32_t>(lines_.size()) - 1; }

  ReplyLines lines_;
  std::uint32_t first_line_;
  Completeness completeness_;
  std::size_t at_ = 0;
  std::vector<FileEdit> files_;
};

std::unexpected<ReplyFailure> not_closed(std::uint32_t line) {
  return std::unexpected(ReplyFailure{.line = line,
                                      .message = "the patch does not end with '*** End Patch': the reply seems cut off",
                                      .hint = "Send the whole patch again, with '*** End Patch' as its last line."});
}

// A line of the file may read like the marker, with a space in front for context: only if no line is the bare marker
// an indented one counts.
std::optional<std::size_t> end_of_envelope(ReplyLines reply, std::size_t begin) {
  std::optional<std::size_t> indented;
  for (std::size_t i = begin + 1; i < reply.size() && !is_begin_of_envelope(reply[i]); ++i) {
    if (trimmed(reply[i]) != kEnd) continue;
    if (reply[i].starts_with(kEnd)) return i;
    if (!indented) indented = i;
  }
  return indented;
}

}  // namespace

bool is_begin_of_envelope(std::string_view line) { return trimmed(line) == kBegin; }

std::expected<std::vector<FileEdit>, ReplyFailure> parse_envelope(std::string_view text, Completeness completeness) {
  const std::vector<std::string_view> all = split_reply(text);
  ReplyLines lines = all;
  std::uint32_t first_line = 1;
  for (; !lines.empty() && is_blank(lines.front()); ++first_line) lines = lines.subspan(1);
  while (!lines.empty() && is_blank(lines.back())) lines = lines.first(lines.size() - 1);
  if (lines.empty() || !is_begin_of_envelope(lines.front())) {
    return std::unexpected(ReplyFailure{.line = first_line,
                                        .message = "the patch does not begin with '*** Begin Patch'",
                                        .hint = "Put '*** Begin Patch' on the first line."});
  }
  const bool closed = lines.size() > 1 && trimmed(lines.back()) == kEnd;
  if (!closed && completeness == Completeness::whole) {
    return not_closed(first_line + static_cast<std::uint32_t>(lines.size()) - 1);
  }
  return Parser(lines.subspan(1, lines.size() - (closed ? 2 : 1)), first_line + 1, completeness).parse();
}

std::expected<std::vector<FileEdit>, ReplyFailure> find_envelopes(ReplyLines reply) {
  std::vector<FileEdit> files;
  for (std::size_t i = 0; i < reply.size(); ++i) {
    if (!is_begin_of_envelope(reply[i])) continue;
    const std::optional<std::size_t> end = end_of_envelope(reply, i);
    if (!end) return not_closed(static_cast<std::uint32_t>(reply.size()));
    const auto first_line = static_cast<std::uint32_t>(i + 2);
    auto parsed = Parser(reply.subspan(i + 1, *end - i - 1), first_line, Completeness::whole).parse();
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    std::ranges::move(*parsed, std::back_inserter(files));
    i = *end;
  }
  return files;
}

}  // namespace tenon::diff::edit
