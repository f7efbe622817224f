// The lines of a file while hunks go into it. For the inside of the applier.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::diff::patch {

// Small, because a file may have millions of them.
class ImageLine {
 public:
  enum class Origin : std::uint8_t { file, hunk };

  ImageLine() = default;
  // Shorter than 4 GiB.
  ImageLine(std::string_view text, Origin origin)
      : data_(text.data()), size_(static_cast<std::uint32_t>(text.size())), origin_(origin) {}

  std::string_view text() const { return {data_, size_}; }  // with its "\n"
  bool is_written() const { return origin_ == Origin::hunk; }

 private:
  const char* data_ = nullptr;
  std::uint32_t size_ = 0;
  Origin origin_ = Origin::file;
};

// Views point into the file, the patch, or texts that were made on the way and are kept here. A gap buffer: hunks come
// in order, so that only the lines between two of them move.
class Image {
 public:
  explicit Image(std::string bytes);
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  const ImageLine& operator[](std::size_t line) const { return slots_[line < gap_ ? line : line + gap_size_]; }
  std::size_t size() const { return slots_.size() - gap_size_; }

  // Replaces `count` lines from `first` by as many as `made`, which `next` says one after the other.
  void replace(std::size_t first, std::size_t count, std::size_t made, const std::function<std::string_view()>& next);

  // A text that lives as long as the image.
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  std::string bytes() const;

 private:
  void move_gap(std::size_t line);
  void widen_gap(std::size_t lines);

  std::deque<std::string> kept_;
  std::vector<ImageLine> slots_;
  std::size_t gap_ = 0;       // line that it stands before
  std::size_t gap_size_ = 0;  // slots
};

// The lines of a text, each with its "\n".
std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace tenon::diff::patch
