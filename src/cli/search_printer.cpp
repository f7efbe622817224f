#include "cli/search_printer.h"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "core/visible_text.h"

namespace tenon::cli {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kPathColour = "\x1b[0m\x1b[35m";
constexpr std::string_view kNumberColour = "\x1b[0m\x1b[32m";
constexpr std::string_view kPlaceColour = "\x1b[0m";
constexpr std::string_view kMatchColour = "\x1b[0m\x1b[1m\x1b[31m";
constexpr std::string_view kBlank = " \t\v\f\r";

using Kind = index::ResultLine::Kind;

// A line as it is printed: as it was found, or with its matches replaced.
struct PrintedLine {
  std::string_view text;  // without its line feed
  std::span<const index::ResultSpan> spans;
  bool has_line_feed = true;
};

class TextPrinter final : public SearchPrinter {
 public:
  TextPrinter(Output& out, const SearchFormat& format) : out_(out), format_(format) {}

  void print(const index::FileResult& part) override {
    if (part.first_part) begin_file();
    switch (format_.printed) {
      case Printed::nothing:
        return;
      case Printed::paths:
        print_path(part.path);
        write(format_.nul_after_path ? std::string_view("\0", 1) : "\n");
        return;
      case Printed::counts:
        print_count(part);
        return;
      case Printed::lines:
      case Printed::lines_of_matches:
      case Printed::matches_only:
        for (const index::ResultLine& line : part.lines) print_line(part, line);
        if (part.binary) print_notice(part);
    }
  }

  void finish(const index::SearchSummary& summary) override {
    if (!format_.stats) return;
    out_.write(
        fmt::format("\n{} matches\n{} matched lines\n{} files contained matches\n{} files searched\n"
                    "{} bytes printed\n{} bytes searched\n",
                    summary.matches, summary.matched_lines, summary.files_matched, summary.files_searched,
                    printed_bytes_, summary.bytes_searched));
  }

 private:
  void begin_file() {
    headed_ = false;
    last_end_.reset();
    count_ = 0;
  }

  void write(std::string_view text) {
    printed_bytes_ += text.size();
    out_.write(text);
  }

  void coloured(std::string_view colour, std::string_view text) {
    if (format_.colour) write(colour);
    write_safe(text);
    if (format_.colour) write(kReset);
  }

  // What could move the cursor or worse does not reach a terminal.
  void write_safe(std::string_view text) {
    if (!format_.control_free) return write(text);
    write(visible_text(text));
  }

  void print_path(std::string_view path) {
    coloured(kPathColour, format_.control_free ? printable(path) : std::string(path));
  }

  // The path in front of something else.
  void print_path_before(std::string_view path, std::string_view between) {
    print_path(path);
    write(format_.nul_after_path ? std::string_view("\0", 1) : between);
  }

  void print_count(const index::FileResult& part) {
    count_ += part.matches > 0 && format_.counts_matches ? part.matches : part.matched_lines;
    if (!part.last_part || count_ == 0) return;
    if (format_.with_path) print_path_before(part.path, ":");
    write(fmt::format("{}\n", count_));
  }

  void print_heading(const std::string& path) {
    if (!format_.heading || !format_.with_path || headed_) return;
    if (printed_any_) write("\n");
    print_path_before(path, "\n");
    headed_ = true;
  }

  // Where lines are left out between two that are printed.
  void separate(const index::ResultLine& line) {
    if (format_.context && (last_end_ ? *last_end_ != line.offset : printed_any_ && !format_.heading)) write("--\n");
    last_end_ = line.offset + line.text_size;
  }

  // `match` is that which a column and an offset are told of; none for a line that is only context.
  void print_prefix(const index::FileResult& part, const index::ResultLine& line, std::optional<std::uint32_t> column,
                    std::uint64_t offset) {
    const std::string_view between = line.kind == Kind::match ? ":" : "-";
    if (format_.with_path && !format_.heading) print_path_before(part.path, between);
    if (format_.line_numbers) {
      coloured(kNumberColour, fmt::format("{}", line.number));
      write(between);
    }
    if (format_.columns && column) {
      coloured(kPlaceColour, fmt::format("{}", *column + 1));
      write(between);
    }
    if (format_.byte_offsets) {
      coloured(kPlaceColour, fmt::format("{}", offset));
      write(between);
    }
  }

  void print_line(const index::FileResult& part, const index::ResultLine& line) {
    print_heading(part.path);
    separate(line);
    printed_any_ = true;
    PrintedLine shown{.text = part.text_of(line),
                      .spans = std::span(part.spans).subspan(line.first_span, line.spans),
                      .has_line_feed = part.text_of(line).ends_with('\n')};
    if (shown.has_line_feed) shown.text.remove_suffix(1);
    index::ReplacedLine replaced;
    if (format_.replacement != nullptr && line.kind == Kind::match && !shown.spans.empty()) {
      replaced = format_.replacement->replace(shown.text);
      shown.text = replaced.text;
      shown.spans = replaced.spans;
    }
    if (line.kind == Kind::match && !shown.spans.empty()) {
      if (format_.printed == Printed::matches_only) return print_matches(part, line, shown);
      if (format_.printed == Printed::lines_of_matches) return print_for_each_match(part, line, shown);
    }
    const bool has_match = line.kind == Kind::match && !shown.spans.empty();
    print_prefix(part, line, has_match ? std::optional(shown.spans.front().begin) : std::nullopt, line.offset);
    print_text(line.kind, shown, shown.spans);
  }

  void print_matches(const index::FileResult& part, const index::ResultLine& line, const PrintedLine& shown) {
    for (const index::ResultSpan span : shown.spans) {
      print_prefix(part, line, span.begin, line.offset + span.begin);
      const index::ResultSpan whole{0, span.end - span.begin};
      print_text(line.kind,
                 {.text = shown.text.substr(span.begin, whole.end), .spans = shown.spans, .has_line_feed = false},
                 std::span(&whole, 1));
    }
  }

  void print_for_each_match(const index::FileResult& part, const index::ResultLine& line, const PrintedLine& shown) {
    for (const index::ResultSpan& span : shown.spans) {
      print_prefix(part, line, span.begin, line.offset + span.begin);
      print_text(line.kind, shown, std::span(&span, 1));
    }
  }

  // `marked` are those of its spans that have a colour.
  void print_text(Kind kind, const PrintedLine& shown, std::span<const index::ResultSpan> marked) {
    std::size_t at = 0;
    if (format_.trimmed) at = std::min(shown.text.find_first_not_of(kBlank), shown.text.size());
    const std::size_t measured = format_.colour ? shown.text.size() : shown.text.size() - at;
    if (format_.max_columns > 0 && measured + (shown.has_line_feed ? 1 : 0) > format_.max_columns) {
      write(omission(kind, shown));
      return write("\n");
    }
    if (format_.colour) {
      for (const index::ResultSpan span : marked) {
        if (span.begin == span.end || span.end <= at) continue;
        const std::size_t begin = std::max<std::size_t>(span.begin, at);
        write_safe(shown.text.substr(at, begin - at));
        coloured(kMatchColour, shown.text.substr(begin, span.end - begin));
        at = span.end;
      }
    }
    write_safe(shown.text.substr(at));
    write("\n");
  }

  std::string omission(Kind kind, const PrintedLine& shown) const {
    if (kind == Kind::context) return "[Omitted long context line]";
    if (shown.spans.empty() || format_.printed == Printed::matches_only) return "[Omitted long matching line]";
    return fmt::format("[Omitted long line with {} matches]", shown.spans.size());
  }

  // Names its file whether there is a heading or not.
  void print_notice(const index::FileResult& part) {
    printed_any_ = true;
    if (format_.with_path) {
      print_path(part.path);
      write(": ");
    }
    const bool stopped = part.binary->kind == index::BinaryNotice::Kind::stopped;
    write(fmt::format("{} (found \"\\0\" byte around offset {})\n",
                      stopped ? "WARNING: stopped searching binary file after match" : "binary file matches",
                      part.binary->offset));
  }

  Output& out_;
  SearchFormat format_;
  bool headed_ = false;
  bool printed_any_ = false;
  std::uint64_t printed_bytes_ = 0;
  std::uint64_t count_ = 0;
  std::optional<std::uint64_t> last_end_;  // offset behind the last printed line of the file
};

}  // namespace

std::unique_ptr<SearchPrinter> text_printer(Output& out, const SearchFormat& format) {
  return std::make_unique<TextPrinter>(out, format);
}

}  // namespace tenon::cli
