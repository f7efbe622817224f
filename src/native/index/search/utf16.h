// UTF-16 (RFC 2781) to UTF-8, for files whose byte order mark says so. What is malformed becomes U+FFFD.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::index {

enum class ByteOrder { little, big };

// The order a UTF-16 byte order mark at the beginning tells.
std::optional<ByteOrder> utf16_order(std::string_view bytes);

// `bytes` without the mark.
std::string utf8_from_utf16(std::string_view bytes, ByteOrder order);

}  // namespace tenon::index
