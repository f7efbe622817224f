#include "native/diff/edit/loose_diff.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "native/diff/edit/hunk_header.h"
#include "native/diff/edit/line_form.h"
#include "native/fsops/workspace_path.h"

namespace tenon::diff::edit {
namespace {

constexpr std::string_view kOld = "--- ";
constexpr std::string_view kNew = "+++ ";
constexpr std::string_view kNoFile = "/dev/null";

ReplyFailure failure(std::size_t index, std::string message, std::string hint) {
  return {.line = static_cast<std::uint32_t>(index + 1), .message = std::move(message), .hint = std::move(hint)};
}

// Up to the time, which a tab separates.
std::string name_after(std::string_view line, std::string_view keyword) {
  const std::string_view text = line.substr(keyword.size());
  return std::string(trimmed(text.substr(0, text.find('\t'))));
}

struct Names {
  std::string before;
  std::string after;
};

Names without_prefixes(Names names) {
  const bool prefixed = (names.before.starts_with("a/") || names.before == kNoFile) &&
                        (names.after.starts_with("b/") || names.after == kNoFile);
  if (!prefixed) return names;
  if (names.before != kNoFile) names.before.erase(0, 2);
  if (names.after != kNoFile) names.after.erase(0, 2);
  return names;
}

class Parser {
 public:
  explicit Parser(ReplyLines reply) : reply_(reply) {}

  std::expected<std::vector<FileEdit>, ReplyFailure> parse() {
    while (at_ < reply_.size()) {
      const std::string_view line = reply_[at_];
      if (const std::optional<Fence> fence = fence_in(line)) {
        fence_ = fence_ ? std::nullopt : fence;
        ++at_;
      } else if (line.starts_with("rename from ")) {
        renamed_.before = name_after(line, "rename from ");
        ++at_;
      } else if (line.starts_with("rename to ")) {
        renamed_.after = name_after(line, "rename to ");
        ++at_;
      } else if (is_file_header(reply_, at_)) {
        if (std::optional<ReplyFailure> failed = parse_file()) return std::unexpected(std::move(*failed));
      } else if (line.starts_with("@@") && (fence_ || hunk_header_in(line))) {
        return std::unexpected(failure(at_, "a hunk has no file: there is no '---' and '+++' above it",
                                       "Put '--- <path>' and '+++ <path>' above the hunks of each file."));
      } else {
        ++at_;
      }
    }
    return std::move(files_);
  }

 private:
  std::optional<ReplyFailure> parse_file() {
    FileEdit file;
    file.reply_line = static_cast<std::uint32_t>(at_ + 1);
    const std::size_t header = at_;
    const Names names =
        without_prefixes({.before = name_after(reply_[at_], kOld), .after = name_after(reply_[at_ + 1], kNew)});
    at_ += 2;
    while (at_ < reply_.size() && begins_hunk()) file.hunks.push_back(parse_hunk());
    if (std::optional<ReplyFailure> failed = name_file(file, names, header)) return failed;
    if (file.hunks.empty() && !file.move_to) {
      return failure(header, fmt::format("the diff of '{}' has no hunks", fsops::printable(file.path)),
                     "Add the hunks, each with a line that begins with '@@' above it.");
    }
    renamed_ = {};
    files_.push_back(std::move(file));
    return std::nullopt;
  }

  std::optional<ReplyFailure> name_file(FileEdit& file, const Names& names, std::size_t header) {
    if (names.before == kNoFile && names.after == kNoFile) {
      return failure(header, "both names of the diff are '/dev/null'", "Name the file after '---' and '+++'.");
    }
    file.path = names.before == kNoFile ? names.after : names.before;
    const bool only_adds = std::ranges::all_of(file.hunks, [](const Hunk& hunk) {
      return std::ranges::all_of(hunk.lines, [](const HunkLine& line) { return line.kind == LineKind::added; });
    });
    if (names.before == kNoFile && only_adds) {
      file.operation = Operation::create;
      file.contents = contents_of(file.hunks);
      return std::nullopt;
    }
    if (names.after == kNoFile) {
      file.operation = Operation::remove;
      return std::nullopt;
    }
    if (names.before == names.after || names.before == kNoFile) return std::nullopt;
    if (renamed_.before != names.before || renamed_.after != names.after) {
      return failure(header,
                     fmt::format("the diff names two files, '{}' and '{}'", fsops::printable(names.before),
                                 fsops::printable(names.after)),
                     "Name the same file after '---' and '+++', or add 'rename from' and 'rename to' above them.");
    }
    file.move_to = names.after;
    return std::nullopt;
  }

  static std::string contents_of(const std::vector<Hunk>& hunks) {
    std::string contents;
    for (const Hunk& hunk : hunks) {
      for (const HunkLine& line : hunk.lines) contents += line.text + "\n";
      if (hunk.final_newline == FinalNewline::removed) contents.pop_back();
    }
    return contents;
  }

  bool begins_hunk() const {
    const std::string_view line = reply_[at_];
    if (line.starts_with("@@")) return true;
    return !line.empty() && (line[0] == '+' || line[0] == '-' || line[0] == ' ') && !is_file_header(reply_, at_) &&
           !is_blank(line);
  }

  bool ends_hunk(std::string_view line) const {
    if (line.starts_with("@@") || line.starts_with("diff --git ") || is_file_header(reply_, at_)) return true;
    if (!fence_) return fence_in(line).has_value();
    const std::optional<Fence> fence = fence_in(line);
    return fence && closes(*fence, *fence_) && line.starts_with(fence_->character);
  }

  Hunk parse_hunk() {
    Hunk hunk;
    hunk.reply_line = static_cast<std::uint32_t>(at_ + 1);
    if (reply_[at_].starts_with("@@")) {
      if (const std::optional<HunkHeader> header = hunk_header_in(reply_[at_])) hunk.stated_line = header->old_line;
      ++at_;
    }
    std::size_t bare_blanks = 0;  // at the end so far: blank lines without their space
    bool old_unended = false;
    bool new_unended = false;
    for (; at_ < reply_.size() && !ends_hunk(reply_[at_]); ++at_) {
      const std::string_view line = reply_[at_];
      if (line.starts_with('\\')) {
        const LineKind kind = hunk.lines.empty() ? LineKind::context : hunk.lines.back().kind;
        old_unended = old_unended || kind != LineKind::added;
        new_unended = new_unended || kind != LineKind::removed;
        continue;
      }
      std::optional<HunkLine> parsed = hunk_line(line);
      if (!parsed) break;
      bare_blanks = line.empty() ? bare_blanks + 1 : 0;
      hunk.lines.push_back(std::move(*parsed));
    }
    hunk.lines.resize(hunk.lines.size() - bare_blanks);
    if (old_unended != new_unended) hunk.final_newline = old_unended ? FinalNewline::added : FinalNewline::removed;
    return hunk;
  }

  // In a fence, a line without a mark is a context line that lost its space; outside it is chatter.
  std::optional<HunkLine> hunk_line(std::string_view line) const {
    if (line.empty()) return HunkLine{};
    if (line[0] == ' ') return HunkLine{.kind = LineKind::context, .text = std::string(line.substr(1))};
    if (line[0] == '+') return HunkLine{.kind = LineKind::added, .text = std::string(line.substr(1))};
    if (line[0] == '-') return HunkLine{.kind = LineKind::removed, .text = std::string(line.substr(1))};
    if (!fence_ && line[0] != '\t') return std::nullopt;
    return HunkLine{.kind = LineKind::context, .text = std::string(line)};
  }

  ReplyLines reply_;
  std::size_t at_ = 0;
  std::optional<Fence> fence_;
  Names renamed_;
  std::vector<FileEdit> files_;
};

}  // namespace

bool is_file_header(ReplyLines reply, std::size_t index) {
  return index + 1 < reply.size() && reply[index].starts_with(kOld) && reply[index + 1].starts_with(kNew);
}

std::expected<std::vector<FileEdit>, ReplyFailure> find_diffs(ReplyLines reply) { return Parser(reply).parse(); }

}  // namespace tenon::diff::edit
