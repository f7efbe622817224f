// How results of a search are printed: as ripgrep prints them, as text or as JSON lines (its --json: begin, match,
// context and end of each file, a summary).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/terminal.h"
#include "native/index/search/search_files.h"

namespace tenon::cli {

enum class Printed { lines, matches_only, counts, paths };

struct SearchFormat {
  Printed printed = Printed::lines;
  bool with_path = true;
  bool heading = false;
  bool line_numbers = false;
  bool colour = false;
  bool context = false;       // lines around matches are asked for
  bool control_free = false;  // a terminal reads it
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
