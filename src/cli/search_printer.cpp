#include "cli/search_printer.h"

#include <optional>

#include <fmt/format.h>

namespace tenon::cli {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kPathColour = "\x1b[0m\x1b[35m";
constexpr std::string_view kNumberColour = "\x1b[0m\x1b[32m";
constexpr std::string_view kMatchColour = "\x1b[0m\x1b[1m\x1b[31m";

class TextPrinter final : public SearchPrinter {
 public:
  TextPrinter(Output& out, const SearchFormat& format) : out_(out), format_(format) {}

  void print(const index::FileResult& part) override {
    if (part.first_part) begin_file();
    switch (format_.printed) {
      case Printed::paths:
        print_path(part.path);
        out_.write('\n');
        return;
      case Printed::counts:
        print_count(part);
        return;
      case Printed::lines:
      case Printed::matches_only:
        for (const index::ResultLine& line : part.lines) print_line(part, line);
        if (part.binary) print_notice(part);
    }
  }

  void finish(const index::SearchSummary&) override {}

 private:
  void begin_file() {
    headed_ = false;
    last_end_.reset();
    count_ = 0;
  }

  void coloured(std::string_view colour, std::string_view text) {
    if (format_.colour) out_.write(colour);
    write_safe(text);
    if (format_.colour) out_.write(kReset);
  }

  // A tab stays; what could move the cursor or worse does not reach a terminal.
  void write_safe(std::string_view text) {
    if (!format_.control_free) return out_.write(text);
    while (!text.empty()) {
      const std::size_t tab = std::min(text.find('\t'), text.size());
      out_.write(printable(text.substr(0, tab)));
      if (tab == text.size()) return;
      out_.write('\t');
      text.remove_prefix(tab + 1);
    }
  }

  void print_path(std::string_view path) { coloured(kPathColour, path); }

  void print_count(const index::FileResult& part) {
    count_ += part.matches > 0 ? part.matches : part.matched_lines;
    if (!part.last_part || count_ == 0) return;
    if (format_.with_path) {
      print_path(part.path);
      out_.write(':');
    }
    out_.write(fmt::format("{}\n", count_));
  }

  void print_heading(const std::string& path) {
    if (headed_) return;
    headed_ = true;
    if (!format_.with_path || !format_.heading) return;
    if (printed_any_) out_.write('\n');
    print_path(path);
    out_.write('\n');
  }

  void separate(const index::ResultLine& line) {
    const bool gap = last_end_ ? *last_end_ != line.offset : printed_any_ && !format_.heading;
    if (format_.context && gap) out_.write("--\n");
    last_end_ = line.offset + line.text_size;
  }

  void print_prefix(const index::FileResult& part, const index::ResultLine& line) {
    const char between = line.kind == index::ResultLine::Kind::match ? ':' : '-';
    if (format_.with_path && !format_.heading) {
      print_path(part.path);
      out_.write(between);
    }
    if (format_.line_numbers) {
      coloured(kNumberColour, fmt::format("{}", line.number));
      out_.write(between);
    }
  }

  void print_line(const index::FileResult& part, const index::ResultLine& line) {
    print_heading(part.path);
    separate(line);
    printed_any_ = true;
    std::string_view text = part.text_of(line);
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (format_.printed == Printed::matches_only) return print_matches(part, line, text);
    print_prefix(part, line);
    std::size_t at = 0;
    if (format_.colour) {
      for (std::uint32_t i = 0; i < line.spans; ++i) {
        const index::ResultSpan span = part.spans[line.first_span + i];
        if (span.begin == span.end) continue;
        write_safe(text.substr(at, span.begin - at));
        coloured(kMatchColour, text.substr(span.begin, span.end - span.begin));
        at = span.end;
      }
    }
    write_safe(text.substr(at));
    out_.write('\n');
  }

  void print_matches(const index::FileResult& part, const index::ResultLine& line, std::string_view text) {
    if (line.kind == index::ResultLine::Kind::context) {
      print_prefix(part, line);
      write_safe(text);
      out_.write('\n');
      return;
    }
    for (std::uint32_t i = 0; i < line.spans; ++i) {
      const index::ResultSpan span = part.spans[line.first_span + i];
      if (span.begin == span.end) continue;
      print_prefix(part, line);
      coloured(kMatchColour, text.substr(span.begin, span.end - span.begin));
      out_.write('\n');
    }
  }

  void print_notice(const index::FileResult& part) {
    print_heading(part.path);
    printed_any_ = true;
    if (format_.with_path) {
      print_path(part.path);
      out_.write(": ");
    }
    const bool stopped = part.binary->kind == index::BinaryNotice::Kind::stopped;
    out_.write(fmt::format("{} (found \"\\0\" byte around offset {})\n",
                           stopped ? "WARNING: stopped searching binary file after match" : "binary file matches",
                           part.binary->offset));
  }

  Output& out_;
  SearchFormat format_;
  bool headed_ = false;
  bool printed_any_ = false;
  std::uint64_t count_ = 0;
  std::optional<std::uint64_t> last_end_;  // offset behind the last printed line of the file
};

}  // namespace

std::unique_ptr<SearchPrinter> text_printer(Output& out, const SearchFormat& format) {
  return std::make_unique<TextPrinter>(out, format);
}

}  // namespace tenon::cli
