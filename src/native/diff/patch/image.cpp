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
  std::string_view rest = keep(std::move(bytes));
  slots_.reserve(static_cast<std::size_t>(std::ranges::count(rest, '\n')) + 1);
  while (!rest.empty()) {
    const std::size_t newline = rest.find('\n');
    const std::size_t length = newline == std::string_view::npos ? rest.size() : newline + 1;
    slots_.emplace_back(rest.substr(0, length), ImageLine::Origin::file);
    rest.remove_prefix(length);
  }
  gap_ = slots_.size();
}

void Image::move_gap(std::size_t line) {
  const auto at = [&](std::size_t slot) { return slots_.begin() + static_cast<std::ptrdiff_t>(slot); };
  if (gap_size_ == 0 || line == gap_) {
    gap_ = line;
    return;
  }
  if (line < gap_) {
    std::move_backward(at(line), at(gap_), at(gap_ + gap_size_));
  } else {
    std::move(at(gap_ + gap_size_), at(line + gap_size_), at(gap_));
  }
  gap_ = line;
}

void Image::widen_gap(std::size_t lines) {
  constexpr std::size_t kLeast = 64;
  const std::size_t more = std::max({lines, kLeast, slots_.size() / 4});
  slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(gap_), more, ImageLine{});
  gap_size_ += more;
}

void Image::replace(std::size_t first, std::size_t count, std::size_t made,
                    const std::function<std::string_view()>& next) {
  move_gap(first);
  gap_size_ += count;
  if (gap_size_ < made) widen_gap(made - gap_size_);
  for (std::size_t line = 0; line < made; ++line) slots_[gap_++] = ImageLine(next(), ImageLine::Origin::hunk);
  gap_size_ -= made;
}

std::string Image::bytes() const {
  std::string bytes;
  std::size_t length = 0;
  for (std::size_t line = 0; line < size(); ++line) length += (*this)[line].text().size();
  bytes.reserve(length);
  for (std::size_t line = 0; line < size(); ++line) bytes += (*this)[line].text();
  return bytes;
}

}  // namespace tenon::diff::patch
