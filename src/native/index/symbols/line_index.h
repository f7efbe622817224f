// Lines of a text by position, for the inside of this folder.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tenon::index {

class LineIndex {
 public:
  void read(std::string_view text);

  // From 1.
  std::uint32_t line_of(std::uint32_t position) const;

 private:
  std::vector<std::uint32_t> newlines_;
};

}  // namespace tenon::index
