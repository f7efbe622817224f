#include "native/index/symbols/line_index.h"

#include <algorithm>
#include <cstring>

namespace tenon::index {

void LineIndex::read(std::string_view text) {
  newlines_.clear();
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  for (const char* at = begin; at < end; ++at) {
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (at == nullptr) return;
    newlines_.push_back(static_cast<std::uint32_t>(at - begin));
  }
}

std::uint32_t LineIndex::line_of(std::uint32_t position) const {
  return static_cast<std::uint32_t>(std::ranges::lower_bound(newlines_, position) - newlines_.begin()) + 1;
}

}  // namespace tenon::index
