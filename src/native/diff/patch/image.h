// The lines of a file while hunks go into it. For the inside of the applier.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::diff::patch {

struct ImageLine {
  std::string_view text;  // with its "\n"
  bool written = false;   // by a hunk
};

// Views point into the file, the patch, or texts that were made on the way and are kept here.
class Image {
 public:
  explicit Image(std::string bytes);
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  const std::vector<ImageLine>& lines() const { return lines_; }
  std::size_t size() const { return lines_.size(); }

  // Replaces `count` lines from `first`.
  void replace(std::size_t first, std::size_t count, const std::vector<std::string_view>& by);

  // A text that lives as long as the image.
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  std::string bytes() const;

 private:
  std::deque<std::string> kept_;
  std::vector<ImageLine> lines_;
};

// The lines of a text, each with its "\n".
std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace tenon::diff::patch
