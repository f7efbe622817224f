// The entries of a directory, read whole with getdents64(2) into one buffer that is used again and again. For the
// inside of this room. Not thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

namespace tenon::fsops {

struct RawEntry {
  std::string_view name;   // a NUL follows
  unsigned char type = 0;  // DT_* of readdir(3); DT_UNKNOWN where the file system does not say

  const char* c_str() const { return name.data(); }
};

class RawDirectory {
 public:
  class Iterator {
   public:
    using value_type = RawEntry;
    using difference_type = std::ptrdiff_t;
    explicit Iterator(const std::byte* at = nullptr) : at_(at) {}
    RawEntry operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(const Iterator&) const = default;

   private:
    const std::byte* at_;
  };

  RawDirectory();

  // Replaces what was read before. `.` and `..` are among the entries. 0, or the error number that ended the reading;
  // what was read until then can be looked at.
  int read(int directory);

  Iterator begin() const { return Iterator(buffer_.data()); }
  Iterator end() const { return Iterator(buffer_.data() + used_); }

 private:
  std::vector<std::byte> buffer_;
  std::size_t used_ = 0;
};

}  // namespace tenon::fsops
