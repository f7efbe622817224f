// What was found in one file. A result that would be large comes in parts, each with lines of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::index {

struct ResultSpan {
  std::uint32_t begin = 0;  // bytes from the beginning of the line
  std::uint32_t end = 0;
};

struct ResultLine {
  enum class Kind : std::uint8_t { match, context };
  Kind kind = Kind::match;
  std::uint32_t text_begin = 0;  // in FileResult::text
  std::uint32_t text_size = 0;   // with its line feed, if it has one
  std::uint32_t first_span = 0;  // in FileResult::spans
  std::uint32_t spans = 0;
  std::uint64_t number = 0;  // from 1; 0 when not counted
  std::uint64_t offset = 0;  // of the line, in the file as UTF-8 without its byte order mark
};

struct BinaryNotice {
  enum class Kind { stopped, matches };  // after lines that matched before the NUL, or instead of lines
  Kind kind = Kind::stopped;
  std::uint64_t offset = 0;  // of the first NUL
};

struct FileResult {
  std::string path;
  bool first_part = true;
  bool last_part = true;
  std::vector<ResultLine> lines;
  std::vector<ResultSpan> spans;
  std::string text;
  std::uint64_t matched_lines = 0;  // of this part
  std::uint64_t matches = 0;        // of this part; counted when spans are asked for
  std::uint64_t bytes = 0;          // searched, of this part
  std::optional<BinaryNotice> binary;

  std::string_view text_of(const ResultLine& line) const {
    return std::string_view(text).substr(line.text_begin, line.text_size);
  }
  bool empty() const { return lines.empty() && matched_lines == 0 && !binary; }
};

// A file that could not be searched, or not to its end.
struct FileFailure {
  std::string path;
  std::string reason;  // "Permission denied", "a line is longer than 64 MiB"
};

}  // namespace tenon::index
