#include "native/diff/common_ends.h"

#include <cstring>

namespace tenon::diff {
namespace {

constexpr std::size_t kBlock = 256;

// Lines that end at or before `offset`.
std::uint32_t whole_lines_before(const Lines& lines, std::size_t offset) {
  std::uint32_t low = 0;
  std::uint32_t high = lines.size();
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (lines.start(middle + 1) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Lines that begin at or behind `offset`.
std::uint32_t whole_lines_from(const Lines& lines, std::size_t offset) {
  std::uint32_t low = 0;
  std::uint32_t high = lines.size();
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (lines.start(middle) < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return lines.size() - low;
}

}  // namespace

std::size_t common_prefix_bytes(std::string_view one, std::string_view other) {
  const std::size_t most = std::min(one.size(), other.size());
  std::size_t length = 0;
  while (length + kBlock <= most && std::memcmp(one.data() + length, other.data() + length, kBlock) == 0) {
    length += kBlock;
  }
  while (length < most && one[length] == other[length]) ++length;
  return length;
}

std::size_t common_suffix_bytes(std::string_view one, std::string_view other) {
  const std::size_t most = std::min(one.size(), other.size());
  const char* one_end = one.data() + one.size();
  const char* other_end = other.data() + other.size();
  std::size_t length = 0;
  while (length + kBlock <= most && std::memcmp(one_end - length - kBlock, other_end - length - kBlock, kBlock) == 0) {
    length += kBlock;
  }
  while (length < most &&
         one_end[-1 - static_cast<std::ptrdiff_t>(length)] == other_end[-1 - static_cast<std::ptrdiff_t>(length)]) {
    ++length;
  }
  return length;
}

CommonEnds common_ends(const Lines& before, const Lines& after) {
  const std::string_view one = before.text();
  const std::string_view other = after.text();
  const std::size_t prefix = common_prefix_bytes(one, other);
  if (prefix == one.size() && prefix == other.size()) return {.first_lines = before.size()};
  // A last line without "\n" is whole in one text and the beginning of a longer line in the other.
  CommonEnds common{.first_lines = std::min(whole_lines_before(before, prefix), whole_lines_before(after, prefix))};
  const std::size_t before_rest = one.size() - before.start(common.first_lines);
  const std::size_t after_rest = other.size() - after.start(common.first_lines);
  const std::size_t suffix = std::min(common_suffix_bytes(one, other), std::min(before_rest, after_rest));
  common.last_lines =
      std::min(whole_lines_from(before, one.size() - suffix), whole_lines_from(after, other.size() - suffix));
  return common;
}

}  // namespace tenon::diff
