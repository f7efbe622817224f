// Turns the matches in a text into the lines to report: numbers, context, spans, limits. A text may come in pieces that
// overlap: each piece begins with the lines that could become context before its first match.
//
// Not thread safe; one for each thread, started anew for each file.
#pragma once

#include <string>
#include <string_view>

#include "native/index/search/file_result.h"
#include "native/index/search/search_options.h"

namespace tenon::index {

class LineCollector {
 public:
  LineCollector(const SearchOptions& options, LineMatcher& matcher) : options_(options), matcher_(matcher) {}

  void start_file();

  enum class Next { more, enough };

  // Looks at `text`, whole lines (the last one may lack its line feed at the end of the file), from byte `from` on;
  // what is before was looked at with an earlier piece. `offset` is where `text` begins in the file. `enough` when
  // nothing that follows can change the result.
  Next collect(std::string_view text, std::size_t from, std::uint64_t offset);

  // Before another piece is collected: where the lines begin that it has to begin with. Line feeds are only counted
  // here and in front of what is reported: most files end without either.
  std::size_t leave(std::string_view text);

  // In announced binary files: the first NUL if it is known already; matching lines with one announce it too.
  void expect_binary(std::optional<std::uint64_t> nul) { nul_ = nul; }

  // What was collected since the last call.
  FileResult take();
  std::size_t collected_bytes() const { return result_.text.size(); }
  bool has_matches() const { return matched_lines_ > 0; }

 private:
  Next matched(std::string_view text, std::size_t begin, std::size_t end);
  void context_before(std::string_view text, std::size_t begin);
  void context_after(std::string_view text, std::size_t limit);
  bool ends_here() const;
  void add(ResultLine::Kind kind, std::string_view text, std::size_t begin, std::size_t end);
  void add_spans(ResultLine& line, std::string_view text);
  void count_numbers(std::string_view text, std::size_t place);
  bool announces_binary(std::string_view line, std::uint64_t line_offset);

  const SearchOptions& options_;
  LineMatcher& matcher_;
  FileResult result_;
  std::optional<std::uint64_t> nul_;
  std::uint64_t offset_ = 0;         // of the piece
  std::uint64_t matched_lines_ = 0;  // of the file
  std::uint64_t reported_end_ = 0;   // in the file: lines before it were reported
  std::uint64_t counted_end_ = 0;    // in the file: line feeds before it were counted
  std::uint64_t line_feeds_ = 0;
  std::uint32_t context_due_ = 0;  // lines after the last match that are still to come
};

}  // namespace tenon::index
