#include "native/index/search/utf16.h"

#include <cstdint>

#include "native/index/search/code_points.h"

namespace tenon::index {
namespace {

constexpr char32_t kReplacement = 0xfffd;

bool is_high(char32_t unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool is_low(char32_t unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

}  // namespace

std::optional<ByteOrder> utf16_order(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe")) return ByteOrder::little;
  if (bytes.starts_with("\xfe\xff")) return ByteOrder::big;
  return std::nullopt;
}

std::string utf8_from_utf16(std::string_view bytes, ByteOrder order) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 2);
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<char32_t>(order == ByteOrder::little ? second << 8 | first : first << 8 | second);
  };
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) {
    char32_t value = unit(i);
    if (is_high(value) && i + 3 < bytes.size() && is_low(unit(i + 2))) {
      value = 0x10000 + ((value - 0xd800) << 10) + (unit(i + 2) - 0xdc00);
      i += 2;
    } else if (is_high(value) || is_low(value)) {
      value = kReplacement;
    }
    append_utf8(text, value);
  }
  if (i < bytes.size()) append_utf8(text, kReplacement);
  return text;
}

}  // namespace tenon::index
