#include "sandbox/output_capture.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/unicode.h"

namespace tenon::sandbox {
OutputCapture::OutputCapture(std::uint64_t limit) : head_limit_(limit - limit / 2), tail_limit_(limit / 2) {}

void OutputCapture::append(std::string_view bytes) {
  bytes_ += bytes.size();
  hasher_.update(bytes);
  const std::size_t room = std::min(head_limit_ - head_.size(), bytes.size());
  head_.append(bytes.substr(0, room));
  append_tail(bytes.substr(room));
}

void OutputCapture::append_tail(std::string_view bytes) {
  if (tail_limit_ == 0) return;
  if (bytes.size() > tail_limit_) bytes.remove_prefix(bytes.size() - tail_limit_);
  const std::size_t room = std::min(tail_limit_ - tail_.size(), bytes.size());
  tail_.append(bytes.substr(0, room));
  bytes.remove_prefix(room);
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), tail_limit_ - tail_start_);
    std::ranges::copy(bytes.substr(0, count), tail_.begin() + static_cast<std::ptrdiff_t>(tail_start_));
    tail_start_ = (tail_start_ + count) % tail_limit_;
    bytes.remove_prefix(count);
  }
}

std::string OutputCapture::text() const {
  const std::string end = tail_.substr(tail_start_) + tail_.substr(0, tail_start_);
  const std::uint64_t left_out = bytes_ - head_.size() - tail_.size();
  if (left_out == 0) return readable_text(head_ + end);
  return fmt::format("{}\n[... {} bytes left out ...]\n{}", readable_text(head_), left_out, readable_text(end));
}

Output OutputCapture::finish() { return {.text = text(), .bytes = bytes_, .digest = hasher_.finish()}; }

}  // namespace tenon::sandbox
