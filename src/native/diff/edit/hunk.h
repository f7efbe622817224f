// What an author wants changed in one file, before it is known where: the common form of a chunk of an envelope, a
// search/replace block and a hunk of a unified diff. Numbers of lines are hints, the text decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tenon::diff::edit {

enum class LineKind { context, removed, added };

struct HunkLine {
  LineKind kind = LineKind::context;
  std::string text;  // as the author wrote it, without "\n" or "\r\n"

  bool operator==(const HunkLine&) const = default;
};

// Where a last line has no newline: `\ No newline at end of file` of a unified diff.
enum class FinalNewline { kept, added, removed };

struct Hunk {
  std::vector<HunkLine> lines;
  std::vector<std::string> anchors;  // `@@ class Square`: lines that come before, the outermost first
  bool at_end_of_file = false;       // `*** End of File`: the lines are the last ones
  FinalNewline final_newline = FinalNewline::kept;
  std::optional<std::uint32_t> stated_line;  // where a unified diff says that it begins, counted from 1
  std::uint32_t reply_line = 0;              // where it begins in the reply, counted from 1

  bool operator==(const Hunk&) const = default;
};

// The lines that must be in the file, and those that will be; in order.
std::vector<std::string> old_lines(const Hunk& hunk);
std::vector<std::string> new_lines(const Hunk& hunk);

}  // namespace tenon::diff::edit
