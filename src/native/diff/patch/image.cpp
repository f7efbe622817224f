#include "native/diff/patch/image.h"

#include <algorithm>

namespace tenon::diff::patch {

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::size_t length = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

Image::Image(std::string bytes) {
  for (const std::string_view line : split_lines(keep(std::move(bytes)))) lines_.push_back({.text = line});
}

void Image::replace(std::size_t first, std::size_t count, const std::vector<std::string_view>& by) {
  const auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(first);
  const std::size_t kept = std::min(count, by.size());
  for (std::size_t i = 0; i < kept; ++i) lines_[first + i] = {.text = by[i], .written = true};
  const auto behind = begin + static_cast<std::ptrdiff_t>(kept);
  if (by.size() <= count) {
    lines_.erase(behind, begin + static_cast<std::ptrdiff_t>(count));
    return;
  }
  std::vector<ImageLine> rest;
  for (std::size_t i = kept; i < by.size(); ++i) rest.push_back({.text = by[i], .written = true});
  lines_.insert(behind, rest.begin(), rest.end());
}

std::string Image::bytes() const {
  std::string bytes;
  std::size_t size = 0;
  for (const ImageLine& line : lines_) size += line.text.size();
  bytes.reserve(size);
  for (const ImageLine& line : lines_) bytes += line.text;
  return bytes;
}

}  // namespace tenon::diff::patch
