// What a file holds, judged by its bytes: text or binary, encoding, line ends. Rules: a byte order mark names the
// encoding (Unicode 15 §23.8); UTF-16 without one is recognised by its zero bytes; any other NUL makes it binary, as
// git, ripgrep and zoekt have it; then valid UTF-8 (RFC 3629) is UTF-8, and everything else is text in an eight-bit
// encoding that cannot be told, unless control characters say that it is no text.
//
// Pure functions, thread safe.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenon::fsops {

enum class Encoding { ascii, utf8, utf8_mark, utf16_little, utf16_big, eight_bit, binary };
enum class LineEnds { none, lf, crlf, cr, mixed };
enum class FinalLine { empty_file, ended, unended };  // whether the last line has a line end

struct ContentType {
  Encoding encoding = Encoding::ascii;
  LineEnds line_ends = LineEnds::none;
  FinalLine final_line = FinalLine::empty_file;

  bool text() const { return encoding != Encoding::binary; }
  bool operator==(const ContentType&) const = default;
};

std::string_view to_string(Encoding encoding);
std::string_view to_string(LineEnds line_ends);

// Looks at all bytes given. O(n).
ContentType content_type(std::string_view bytes);

// Only whether it is binary, from the beginning of a file: a NUL in the first 8,000 bytes, as git has it.
bool looks_binary(std::string_view beginning);

// Bytes of the byte order mark at the beginning: 0, 2 or 3.
std::size_t byte_order_mark(std::string_view bytes);

}  // namespace tenon::fsops
