#include "native/diff/lines.h"

#include <cstring>

#include "core/error.h"

namespace tenon::diff {

Lines::Lines(std::string_view text) : text_(text) {
  if (text.size() > kLongestText) {
    throw Error(ErrorCode::quota_exceeded, fmt::format("a text of {} bytes is too long to be split", text.size()),
                "Texts of 1 GiB and more can only be compared byte by byte.");
  }
  constexpr std::size_t kUsualLine = 32;
  starts_.reserve(text.size() / kUsualLine + 2);
  for (std::size_t at = 0; at < text.size();) {
    const void* found = std::memchr(text.data() + at, '\n', text.size() - at);
    at = found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
    starts_.push_back(static_cast<std::uint32_t>(at));
  }
}

std::string_view without_terminator(std::string_view line) {
  if (!line.ends_with('\n')) return line;
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace tenon::diff
