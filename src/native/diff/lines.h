// The lines of a text, by position. A line includes its terminator "\n" (a "\r" before it belongs to the line); the
// last line may have none. Lines are counted from 0 here and from 1 in what people read. Nothing is copied: the text
// must outlive the value. Bytes may be anything, NUL and invalid UTF-8 included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tenon::diff {

// Half open, counted from 0.
struct LineRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  std::uint32_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  bool operator==(const LineRange&) const = default;
};

class Lines {
 public:
  // Longest text, in bytes. Longer: quota_exceeded.
  static constexpr std::size_t kLongestText = (1ULL << 30U) - 1;

  Lines() = default;
  explicit Lines(std::string_view text);

  std::uint32_t size() const { return static_cast<std::uint32_t>(starts_.size() - 1); }
  bool empty() const { return size() == 0; }
  std::string_view operator[](std::uint32_t line) const { return between(line, line + 1); }

  // The bytes of several lines.
  std::string_view of(LineRange range) const { return between(range.begin, range.end); }
  std::string_view text() const { return text_; }

  // Offset of the line's first byte; of size(): the length of the text.
  std::uint32_t start(std::uint32_t line) const { return starts_[line]; }

  // False when the text is empty or its last line has no "\n".
  bool ends_with_newline() const { return text_.ends_with('\n'); }

 private:
  std::string_view between(std::uint32_t first, std::uint32_t last) const {
    return {text_.data() + starts_[first], starts_[last] - starts_[first]};
  }

  std::string_view text_;
  std::vector<std::uint32_t> starts_ = {0};  // one more than there are lines
};

// The line without "\n" or "\r\n".
std::string_view without_terminator(std::string_view line);

}  // namespace tenon::diff
