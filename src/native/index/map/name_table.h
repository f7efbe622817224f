// Names as numbers, for the inside of this folder. A name keeps its number as long as the table lives.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::index {

class NameTable {
 public:
  std::uint32_t number_of(std::string_view name);  // a new one if there is none

  std::string_view name(std::uint32_t number) const {
    return std::string_view(bytes_).substr(begins_[number], begins_[number + 1] - begins_[number]);
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(begins_.size() - 1); }

  // All names in order, one behind the other, and where each begins; the table made from them is the same.
  const std::string& bytes() const { return bytes_; }
  const std::vector<std::uint32_t>& begins() const { return begins_; }
  static NameTable from(std::string bytes, std::vector<std::uint32_t> begins);

 private:
  void rehash(std::size_t slots);

  std::string bytes_;
  std::vector<std::uint32_t> begins_ = {0};
  std::vector<std::uint32_t> slots_;  // number + 1, 0: free. Made when first needed: a map that is only read needs none
};

}  // namespace tenon::index
