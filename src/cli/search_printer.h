// How results of a search are printed: as ripgrep prints them, as text or as JSON lines (its --json: begin, match,
// context and end of each file, a summary).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/terminal.h"
#include "native/index/search/line_replacement.h"
#include "native/index/search/search_files.h"

namespace tenon::cli {

enum class Printed {
  lines,
  lines_of_matches,  // a line for each match in it
  matches_only,
  counts,
  paths,
  nothing
};

struct SearchFormat {
  Printed printed = Printed::lines;
  bool with_path = true;
  bool heading = false;
  bool line_numbers = false;
  bool colour = false;
  bool columns = false;         // of the first match, from 1, in bytes
  bool byte_offsets = false;    // of the line, or of the match where only that is printed
  bool nul_after_path = false;  // in place of what separates it
  bool trimmed = false;         // without blanks in front
  bool counts_matches = false;  // of Printed::counts: not lines
  bool stats = false;
  std::uint64_t max_columns = 0;                  // longer lines are left out; 0: none is
  index::LineReplacement* replacement = nullptr;  // of matches; outlives the printer
  bool context = false;                           // lines around matches are asked for
  bool control_free = false;                      // a terminal reads it
};

class SearchPrinter {
 public:
  virtual ~SearchPrinter() = default;
  virtual void print(const index::FileResult& part) = 0;
  // After the last file.
  virtual void finish(const index::SearchSummary& summary) = 0;
};

std::unique_ptr<SearchPrinter> text_printer(Output& out, const SearchFormat& format);
std::unique_ptr<SearchPrinter> json_printer(Output& out);

}  // namespace tenon::cli
