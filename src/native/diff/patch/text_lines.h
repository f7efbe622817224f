// A text that is read line by line, with the number of the line. For the inside of the parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::diff::patch {

class TextLines {
 public:
  explicit TextLines(std::string_view text) : text_(text) { measure(); }

  bool at_end() const { return start_ == text_.size(); }
  std::string_view line() const { return text_.substr(start_, length_); }  // with its "\n"
  std::uint32_t number() const { return number_; }                         // from 1

  void advance() {
    start_ += length_;
    ++number_;
    measure();
  }

  // The text from here to where another reader of the same text stands.
  std::string_view until(const TextLines& later) const { return text_.substr(start_, later.start_ - start_); }

 private:
  void measure() {
    const std::size_t end = text_.find('\n', start_);
    length_ = (end == std::string_view::npos ? text_.size() : end + 1) - start_;
  }

  std::string_view text_;
  std::size_t start_ = 0;
  std::size_t length_ = 0;
  std::uint32_t number_ = 1;
};

}  // namespace tenon::diff::patch
