// The order in which results come: component by component, as `rg --sort path` has it: what is below `a` comes before
// `a.c`, although `.` is a smaller byte than `/`.
#pragma once

#include <algorithm>
#include <string_view>

namespace tenon::index {

inline bool path_before(std::string_view left, std::string_view right) {
  const std::size_t common = std::min(left.size(), right.size());
  const auto [at, other] =
      std::mismatch(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(common), right.begin());
  if (at == left.begin() + static_cast<std::ptrdiff_t>(common)) return left.size() < right.size();
  const auto rank = [](char byte) { return byte == '/' ? 0 : 1 + static_cast<unsigned char>(byte); };
  return rank(*at) < rank(*other);
}

// Whether the path is in the directory or somewhere below it; everything is below the empty one.
inline bool is_below(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

}  // namespace tenon::index
