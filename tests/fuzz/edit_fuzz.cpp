// A reply of any format, or the lines of one hunk, against a file: nothing crashes, what fails changes nothing, and
// what is applied changes no byte outside the lines that its edits were found at. One input is the file, a separator
// and the reply; a hunk is a reply that begins with 0x01 to 0x04, one for each format.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "native/diff/edit/edit.h"
#include "native/diff/edit/invocation.h"
#include "native/diff/lines.h"

namespace {

using tenon::diff::FileContent;
using tenon::diff::LineRange;
using tenon::diff::Lines;
using namespace tenon::diff::edit;

constexpr std::string_view kBetween = "\n\xFF\xFE\n";
constexpr const char* kPath = "f.txt";

void require(bool holds) {
  if (!holds) std::abort();
}

Reply hunk_reply(std::string_view text) {
  Reply reply;
  reply.format = static_cast<ReplyFormat>((text[0] - 1) & 3);
  text.remove_prefix(1);
  Hunk hunk;
  const Lines lines(text);
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = tenon::diff::without_terminator(lines[i]);
    if (line == "@") {
      reply.files.push_back({.path = kPath, .hunks = {std::move(hunk)}});
      hunk = {};
      continue;
    }
    if (line.starts_with('@')) {
      hunk.anchors.emplace_back(line.substr(1));
      continue;
    }
    if (line.starts_with('$')) hunk.at_end_of_file = true;
    const LineKind kind = line.starts_with('-')   ? LineKind::removed
                          : line.starts_with('+') ? LineKind::added
                                                  : LineKind::context;
    hunk.lines.push_back({.kind = kind, .text = std::string(line.substr(line.empty() ? 0 : 1))});
  }
  reply.files.push_back({.path = kPath, .hunks = {std::move(hunk)}});
  return reply;
}

// What is between the places of the edits is there afterwards, in this order, and both ends are as they were.
void check_untouched(const EditResult& result, std::string_view before, std::string_view after) {
  const Lines lines(before);
  std::vector<LineRange> places;
  std::int64_t size = lines.size();
  for (const EditOutcome& edit : result.edits) {
    if (edit.status != EditStatus::applied) continue;
    require(edit.first_line >= 1 && edit.first_line <= edit.last_line);
    places.push_back({edit.first_line - 1, std::min(edit.last_line, lines.size())});
    size += std::int64_t{edit.added} - std::int64_t{edit.removed};
  }
  const bool marked = before == "\xEF\xBB\xBF";  // a line without text that gets one
  require(marked || std::int64_t{Lines(after).size()} == size);
  std::ranges::sort(places, {}, &LineRange::begin);
  std::uint32_t done = 0;
  std::size_t from = 0;
  for (const LineRange place : places) {
    if (place.begin > done) {
      const std::string_view kept = lines.of({done, place.begin});
      const std::size_t found =
          done == 0 ? (after.starts_with(kept) ? 0 : std::string_view::npos) : after.find(kept, from);
      require(found != std::string_view::npos);
      from = found + kept.size();
    }
    done = std::max(done, place.end);
  }
  if (done < lines.size()) {
    const std::string_view kept = lines.of({done, lines.size()});
    require(after.size() >= from + kept.size() && after.ends_with(kept));
  }
}

void check_text_edits(const EditResult& result, std::string_view file) {
  for (const auto& change : result.changes.changes) {
    if (change.path != kPath || !change.after) continue;
    const bool only_lines = std::ranges::all_of(result.edits, [](const EditOutcome& edit) {
      return edit.path == kPath && edit.operation == Operation::update;
    });
    if (only_lines) check_untouched(result, file, change.after->bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t between = input.find(kBetween);
  const std::string_view file = input.substr(0, between);
  const std::string_view text = between == std::string_view::npos ? input : input.substr(between + kBetween.size());
  const auto read_file = [&](const tenon::fsops::WorkspacePath& path) -> std::optional<FileContent> {
    if (path.text() != kPath) return std::nullopt;
    return FileContent{.bytes = std::string(file)};
  };
  const bool one_hunk = !text.empty() && text[0] >= 1 && text[0] <= 4;
  const EditResult result = one_hunk ? apply_edits(hunk_reply(text), read_file) : apply_reply(text, read_file);
  require(result.ok() == explain(result).empty());
  require(result.ok() || result.changes.empty());
  for (const auto& change : result.changes.changes) require(change.before != change.after);
  check_text_edits(result, file);
  static_cast<void>(parse_invocation({"bash", "-lc", std::string(text)}));
  return 0;
}
