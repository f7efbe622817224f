#include "native/fsops/content_type.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/unicode.h"

namespace tenon::fsops {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";

bool has_nul(std::string_view bytes) { return std::memchr(bytes.data(), '\0', bytes.size()) != nullptr; }

bool is_ascii(std::string_view bytes) {
  return std::ranges::none_of(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// UTF-16 of mostly Latin text: every second byte is zero, on one side only. Data that happens to look so is rare, and a
// NUL in both halves gives it away.
Encoding utf16_without_mark(std::string_view bytes) {
  constexpr std::size_t kEnough = 4096;
  constexpr std::size_t kFewest = 4;
  bytes = bytes.substr(0, kEnough);
  if (bytes.size() < kFewest) return Encoding::binary;
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < bytes.size(); ++i) zeros[i % 2] += bytes[i] == '\0' ? 1U : 0U;
  const std::size_t most = bytes.size() / 2;
  if (zeros[0] == 0 && zeros[1] * 10 >= most * 7) return Encoding::utf16_little;
  if (zeros[1] == 0 && zeros[0] * 10 >= most * 7) return Encoding::utf16_big;
  return Encoding::binary;
}

// Control characters that text has no use for: one in a hundred bytes is too many.
bool too_many_controls(std::string_view bytes) {
  const auto controls = static_cast<std::size_t>(std::ranges::count_if(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != '\v' &&
           byte != '\b' && byte != 0x1B;
  }));
  return controls * 100 > bytes.size();
}

Encoding encoding_of(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) return has_nul(bytes) ? Encoding::binary : Encoding::utf8_mark;
  if (bytes.size() % 2 == 0 && bytes.starts_with(kUtf16LittleMark)) return Encoding::utf16_little;
  if (bytes.size() % 2 == 0 && bytes.starts_with(kUtf16BigMark)) return Encoding::utf16_big;
  if (has_nul(bytes)) return utf16_without_mark(bytes);
  if (is_ascii(bytes)) return too_many_controls(bytes) ? Encoding::binary : Encoding::ascii;
  if (is_valid_text(bytes)) return Encoding::utf8;
  return too_many_controls(bytes) ? Encoding::binary : Encoding::eight_bit;
}

struct LineCounts {
  std::size_t lf = 0;
  std::size_t crlf = 0;
  std::size_t cr = 0;
  bool ended = false;

  void add(char c, char before) {
    if (c == '\n') {
      if (before == '\r') {
        --cr;
        ++crlf;
      } else {
        ++lf;
      }
    } else if (c == '\r') {
      ++cr;
    }
    ended = c == '\n' || c == '\r';
  }
};

LineCounts count_lines(std::string_view bytes, Encoding encoding) {
  LineCounts counts;
  char before = '\0';
  const bool wide = encoding == Encoding::utf16_little || encoding == Encoding::utf16_big;
  const std::size_t step = wide ? 2 : 1;
  const std::size_t low = encoding == Encoding::utf16_big ? 1 : 0;
  for (std::size_t i = 0; i + step <= bytes.size(); i += step) {
    const bool wide_character = wide && bytes[i + 1 - low] != '\0';
    const char c = wide_character ? 'x' : bytes[i + low];
    counts.add(c, before);
    before = c;
  }
  return counts;
}

LineEnds line_ends_of(const LineCounts& counts) {
  const int kinds = (counts.lf > 0 ? 1 : 0) + (counts.crlf > 0 ? 1 : 0) + (counts.cr > 0 ? 1 : 0);
  if (kinds == 0) return LineEnds::none;
  if (kinds > 1) return LineEnds::mixed;
  if (counts.lf > 0) return LineEnds::lf;
  return counts.crlf > 0 ? LineEnds::crlf : LineEnds::cr;
}

}  // namespace

std::string_view to_string(Encoding encoding) {
  switch (encoding) {
    case Encoding::ascii:
      return "ascii";
    case Encoding::utf8:
      return "utf-8";
    case Encoding::utf8_mark:
      return "utf-8 with mark";
    case Encoding::utf16_little:
      return "utf-16le";
    case Encoding::utf16_big:
      return "utf-16be";
    case Encoding::eight_bit:
      return "eight-bit";
    case Encoding::binary:
      return "binary";
  }
  return "";
}

std::string_view to_string(LineEnds line_ends) {
  switch (line_ends) {
    case LineEnds::none:
      return "none";
    case LineEnds::lf:
      return "lf";
    case LineEnds::crlf:
      return "crlf";
    case LineEnds::cr:
      return "cr";
    case LineEnds::mixed:
      return "mixed";
  }
  return "";
}

ContentType content_type(std::string_view bytes) {
  ContentType type{.encoding = encoding_of(bytes)};
  const std::string_view text = bytes.substr(byte_order_mark(bytes));
  if (text.empty()) return type;
  type.final_line = FinalLine::unended;
  if (!type.text()) return type;
  const LineCounts counts = count_lines(text, type.encoding);
  type.line_ends = line_ends_of(counts);
  if (counts.ended) type.final_line = FinalLine::ended;
  return type;
}

bool looks_binary(std::string_view beginning) {
  constexpr std::size_t kLooked = 8000;  // buffer_is_binary of git's xdiff-interface.c
  return has_nul(beginning.substr(0, kLooked));
}

std::size_t byte_order_mark(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) return kUtf8Mark.size();
  if (bytes.starts_with(kUtf16LittleMark) || bytes.starts_with(kUtf16BigMark)) return 2;
  return 0;
}

}  // namespace tenon::fsops
