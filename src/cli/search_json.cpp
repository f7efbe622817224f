#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "cli/search_printer.h"
#include "core/unicode.h"

namespace tenon::cli {
namespace {

namespace json = boost::json;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 0x3f] : '=';
    }
  }
  return text;
}

// Text where it is UTF-8, the bytes in base64 where it is not.
json::object data(std::string_view bytes) {
  return is_valid_text(bytes) ? json::object{{"text", bytes}} : json::object{{"bytes", base64(bytes)}};
}

class JsonPrinter final : public SearchPrinter {
 public:
  explicit JsonPrinter(Output& out) : out_(out) {}

  void print(const index::FileResult& part) override {
    if (part.first_part) {
      write("begin", {{"path", data(part.path)}});
      lines_ = 0;
      matches_ = 0;
    }
    for (const index::ResultLine& line : part.lines) print_line(part, line);
    lines_ += part.matched_lines;
    matches_ += part.matches;
    if (!part.last_part) return;
    json::value binary_offset = nullptr;
    if (part.binary) binary_offset = part.binary->offset;
    write("end", {{"path", data(part.path)},
                  {"binary_offset", binary_offset},
                  {"stats", json::object{{"matched_lines", lines_}, {"matches", matches_}}}});
  }

  void finish(const index::SearchSummary& summary) override {
    write("summary", {{"stats", json::object{{"searches", summary.files_searched},
                                             {"searches_with_match", summary.files_matched},
                                             {"matched_lines", summary.matched_lines},
                                             {"matches", summary.matches}}}});
  }

 private:
  void print_line(const index::FileResult& part, const index::ResultLine& line) {
    const std::string_view text = part.text_of(line);
    json::array submatches;
    for (std::uint32_t i = 0; i < line.spans; ++i) {
      const index::ResultSpan span = part.spans[line.first_span + i];
      submatches.push_back(json::object{
          {"match", data(text.substr(span.begin, span.end - span.begin))}, {"start", span.begin}, {"end", span.end}});
    }
    write(line.kind == index::ResultLine::Kind::match ? "match" : "context", {{"path", data(part.path)},
                                                                              {"lines", data(text)},
                                                                              {"line_number", line.number},
                                                                              {"absolute_offset", line.offset},
                                                                              {"submatches", std::move(submatches)}});
  }

  void write(std::string_view type, json::object data) {
    out_.write(json::serialize(json::object{{"type", type}, {"data", std::move(data)}}));
    out_.write('\n');
  }

  Output& out_;
  std::uint64_t lines_ = 0;
  std::uint64_t matches_ = 0;
};

}  // namespace

std::unique_ptr<SearchPrinter> json_printer(Output& out) { return std::make_unique<JsonPrinter>(out); }

}  // namespace tenon::cli
