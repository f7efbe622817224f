#include "core/visible_text.h"

#include <cstdint>

#include <fmt/format.h>

#include "core/unicode.h"

namespace tenon {
namespace {

constexpr unsigned char kFirstBeyondAscii = 0x80;

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

char32_t code_point(std::string_view sequence) {
  constexpr unsigned kPayloadBits = 6;
  constexpr char32_t kPayload = 0x3F;
  char32_t value = byte_at(sequence, 0) & (0x7FU >> sequence.size());
  for (std::size_t i = 1; i < sequence.size(); ++i) value = (value << kPayloadBits) | (byte_at(sequence, i) & kPayload);
  return value;
}

// C1 controls, the other line ends of Unicode, and its bidirectional formatting characters (UAX #9, table 4).
bool is_control(char32_t point) {
  return point < 0xA0 || point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

void add_ascii(std::string& shown, unsigned char byte) {
  constexpr unsigned char kCaretBit = 0x40;
  const bool control = (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
  if (control) shown += '^';
  shown += static_cast<char>(control ? byte ^ kCaretBit : byte);
}

void add_sequence(std::string& shown, std::string_view sequence) {
  const char32_t point = code_point(sequence);
  if (is_control(point)) {
    shown += fmt::format("<U+{:04X}>", static_cast<std::uint32_t>(point));
  } else {
    shown += sequence;
  }
}

}  // namespace

std::string visible_text(std::string_view bytes) {
  std::string shown;
  shown.reserve(bytes.size());
  while (!bytes.empty()) {
    std::size_t length = 1;
    if (const unsigned char byte = byte_at(bytes, 0); byte < kFirstBeyondAscii) {
      add_ascii(shown, byte);
    } else if (const std::size_t sequence = sequence_length(bytes); sequence > 0) {
      length = sequence;
      add_sequence(shown, bytes.substr(0, length));
    } else {
      shown += fmt::format("<{:02X}>", byte);
    }
    bytes.remove_prefix(length);
  }
  return shown;
}

}  // namespace tenon
