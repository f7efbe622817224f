// Up to where a binary file that was found by walking is searched: ripgrep reads a file through a buffer of 64 KiB,
// and stops when a NUL appears in it, before it searches that buffer. To report the same lines the beginnings of its
// buffers are followed here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tenon::index {

// Offset in the text up to which lines are searched, given its first NUL.
inline std::size_t searched_before_nul(std::string_view text, std::size_t nul) {
  constexpr std::size_t kBuffer = std::size_t{64} << 10;
  std::size_t begin = 0;
  std::size_t capacity = kBuffer;
  while (begin + capacity <= nul) {
    const void* found = ::memrchr(text.data() + begin, '\n', capacity);
    if (found == nullptr) {
      capacity *= 2;
      continue;
    }
    begin = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
    capacity = kBuffer;
  }
  return begin;
}

}  // namespace tenon::index
