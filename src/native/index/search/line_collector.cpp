#include "native/index/search/line_collector.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tenon::index {
namespace {

// Behind the line feed of the line that `place` is in.
std::size_t after_line(std::string_view text, std::size_t place) {
  const void* found = std::memchr(text.data() + place, '\n', text.size() - place);
  return found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
}

// Where the line begins that `place` is in; `place` is not behind the text's last line feed.
std::size_t begin_of_line(std::string_view text, std::size_t place) {
  if (place == 0) return 0;
  const void* found = ::memrchr(text.data(), '\n', place);
  return found == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
}

std::string_view without_line_feed(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

}  // namespace

void LineCollector::start_file() {
  result_ = {};
  nul_.reset();
  matched_lines_ = 0;
  reported_end_ = 0;
  counted_end_ = 0;
  line_feeds_ = 0;
  context_due_ = 0;
}

LineCollector::Next LineCollector::collect(std::string_view text, std::size_t from, std::uint64_t offset) {
  offset_ = offset;
  if (options_.max_count == 0U) return Next::enough;
  result_.bytes += text.size() - from;
  matcher_.start(text);
  std::size_t at = from;
  while (at < text.size()) {
    const std::optional<std::size_t> place = matcher_.find_line(at);
    const std::size_t begin = place ? begin_of_line(text, *place) : text.size();
    const std::size_t end = place ? after_line(text, *place) : text.size();
    if (options_.selection == Selection::matching) {
      if (place && matched(text, begin, end) == Next::enough) return Next::enough;
    } else {
      for (std::size_t line = at; line < begin;) {
        const std::size_t next = after_line(text, line);
        if (matched(text, line, next) == Next::enough) return Next::enough;
        line = next;
      }
    }
    at = end;
  }
  if (options_.report == Report::lines) context_after(text, text.size());
  return ends_here() ? Next::enough : Next::more;
}

std::size_t LineCollector::leave(std::string_view text) {
  if (options_.line_numbers == LineNumbers::counted) count_numbers(text, text.size());
  std::size_t begin = text.size();
  for (std::uint32_t i = 0; i < options_.lines_before && begin > 0; ++i) begin = begin_of_line(text, begin - 1);
  return begin;
}

LineCollector::Next LineCollector::matched(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view line = text.substr(begin, end - begin);
  const bool beyond_count = options_.max_count && matched_lines_ >= *options_.max_count;
  if (beyond_count) {
    context_after(text, begin);
    if (ends_here()) return Next::enough;
  }
  ++matched_lines_;
  if (options_.report == Report::lines && announces_binary(line, offset_ + begin)) return Next::enough;
  ++result_.matched_lines;
  switch (options_.report) {
    case Report::files_with_match:
    case Report::files_without:
    case Report::any_file:
      return Next::enough;
    case Report::count_matches: {
      ResultLine counted;
      if (options_.selection == Selection::matching) add_spans(counted, without_line_feed(line));
      result_.spans.clear();
      break;
    }
    case Report::count_lines:
      break;
    case Report::lines:
      context_after(text, begin);
      context_before(text, begin);
      add(ResultLine::Kind::match, text, begin, end);
      context_due_ = beyond_count ? context_due_ - 1 : options_.lines_after;
      break;
  }
  return ends_here() ? Next::enough : Next::more;
}

// As many lines as asked for matched, and what follows the last of them was reported.
bool LineCollector::ends_here() const {
  return options_.max_count && matched_lines_ >= *options_.max_count && context_due_ == 0;
}

bool LineCollector::announces_binary(std::string_view line, std::uint64_t line_offset) {
  if (options_.binary != BinaryFiles::announced) return false;
  if (!nul_) {
    const std::size_t nul = line.find('\0');
    if (nul == std::string_view::npos) return false;
    nul_ = line_offset + nul;
  }
  result_.binary = BinaryNotice{.kind = BinaryNotice::Kind::matches, .offset = *nul_};
  return true;
}

void LineCollector::context_before(std::string_view text, std::size_t begin) {
  const std::size_t reported = reported_end_ > offset_ ? static_cast<std::size_t>(reported_end_ - offset_) : 0;
  std::size_t first = begin;
  for (std::uint32_t i = 0; i < options_.lines_before && first > reported; ++i) first = begin_of_line(text, first - 1);
  while (first < begin) {
    const std::size_t next = after_line(text, first);
    add(ResultLine::Kind::context, text, first, next);
    first = next;
  }
}

void LineCollector::context_after(std::string_view text, std::size_t limit) {
  while (context_due_ > 0 && reported_end_ < offset_ + limit) {
    const auto begin = static_cast<std::size_t>(reported_end_ - offset_);
    --context_due_;
    add(ResultLine::Kind::context, text, begin, after_line(text, begin));
  }
}

void LineCollector::add(ResultLine::Kind kind, std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view bytes = text.substr(begin, end - begin);
  ResultLine line{.kind = kind,
                  .text_begin = static_cast<std::uint32_t>(result_.text.size()),
                  .text_size = static_cast<std::uint32_t>(bytes.size()),
                  .offset = offset_ + begin};
  if (options_.line_numbers == LineNumbers::counted) {
    count_numbers(text, begin);
    line.number = line_feeds_ + 1;
  }
  const bool wants_spans = options_.spans == Spans::reported && options_.selection == Selection::matching;
  if (kind == ResultLine::Kind::match && wants_spans) add_spans(line, without_line_feed(bytes));
  result_.text.append(bytes);
  result_.lines.push_back(line);
  reported_end_ = offset_ + end;
}

void LineCollector::add_spans(ResultLine& line, std::string_view text) {
  line.first_span = static_cast<std::uint32_t>(result_.spans.size());
  std::size_t from = 0;
  std::optional<std::size_t> last_end;
  while (const std::optional<Span> span = matcher_.find_in_line(text, from)) {
    const bool empty = span->begin == span->end;
    if (!empty || last_end != span->begin) {
      result_.spans.push_back({static_cast<std::uint32_t>(span->begin), static_cast<std::uint32_t>(span->end)});
      ++line.spans;
    }
    last_end = span->end;
    from = empty ? span->end + 1 : span->end;
  }
  result_.matches += line.spans;
}

void LineCollector::count_numbers(std::string_view text, std::size_t place) {
  const std::uint64_t end = offset_ + place;
  if (end <= counted_end_) return;
  const auto from = static_cast<std::size_t>(counted_end_ - offset_);
  line_feeds_ += static_cast<std::uint64_t>(std::ranges::count(text.substr(from, place - from), '\n'));
  counted_end_ = end;
}

FileResult LineCollector::take() { return std::exchange(result_, {}); }

}  // namespace tenon::index
