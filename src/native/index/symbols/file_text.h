// The bytes of a file, in a buffer that is used again for the next one. For the inside of this room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::index {

class FileText {
 public:
  // Reads a regular file below a directory, never over a link, and waits for none. Of a file beyond the limit a little
  // more than the limit is read. False when it cannot be read.
  bool read(int directory, const std::string& path, std::uint64_t limit);

  std::string_view view() const { return std::string_view(buffer_).substr(0, size_); }

 private:
  std::string buffer_;
  std::size_t size_ = 0;
};

}  // namespace tenon::index
