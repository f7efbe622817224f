// What is asked of a search, beside the pattern; the words are those of ripgrep's options.
#pragma once

#include <cstdint>
#include <optional>

#include "native/index/search/line_pattern.h"

namespace tenon::index {

enum class Report {
  lines,             // matching lines, with context
  count_lines,       // -c
  count_matches,     // --count-matches
  files_with_match,  // -l: only that there is one
  files_without,     // --files-without-match: the files that have none; binary ones that are skipped are not among them
  any_file,          // -q: like files_with_match, and the search may end with the first
};

enum class Selection { matching, not_matching };  // -v
enum class LineNumbers { skipped, counted };      // -n
enum class Spans { skipped, reported };           // where in the line: for colours, -o, columns

// A file is binary when it holds a NUL that no UTF-16 mark explains. `skipped`: nothing is reported from the NUL on,
// and nothing at all if it is in the first 64 KiB (files found by walking); `announced`: that it matches is said in
// place of its lines (files named by a person); `as_text`: -a.
enum class BinaryFiles { skipped, announced, as_text };

struct SearchOptions {
  PatternOptions pattern;
  Report report = Report::lines;
  Selection selection = Selection::matching;
  LineNumbers line_numbers = LineNumbers::skipped;
  Spans spans = Spans::skipped;
  std::uint32_t lines_before = 0;
  std::uint32_t lines_after = 0;
  // Matching lines of a file. The `lines_after` lines behind the last are reported whether they match or not.
  std::optional<std::uint64_t> max_count;
  BinaryFiles binary = BinaryFiles::skipped;
};

}  // namespace tenon::index
