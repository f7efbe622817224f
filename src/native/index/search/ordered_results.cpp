#include "native/index/search/ordered_results.h"

#include <utility>

namespace tenon::index {
namespace {

constexpr std::size_t kMostWaiting = std::size_t{32} << 20;  // bytes

std::size_t bytes_of(const FileResult& part) {
  return sizeof(part) + part.text.size() + part.path.size() + part.lines.size() * sizeof(ResultLine) +
         part.spans.size() * sizeof(ResultSpan);
}

}  // namespace

bool OrderedResults::add(std::size_t place, FileResult&& part) {
  std::unique_lock lock(mutex_);
  const std::size_t bytes = bytes_of(part);
  turn_.wait(lock, [&] { return stopped_ || place == next_ || waiting_bytes_ + bytes <= kMostWaiting; });
  if (stopped_) return false;
  if (place != next_) {
    waiting_bytes_ += bytes;
    waiting_[place].parts.push_back(std::move(part));
    return true;
  }
  deliver_waiting();
  deliver(std::move(part));
  return !stopped_;
}

void OrderedResults::finish(std::size_t place) {
  const std::scoped_lock lock(mutex_);
  if (place != next_) {
    waiting_[place].finished = true;
    return;
  }
  deliver_waiting();
  waiting_.erase(next_++);
  while (!waiting_.empty() && waiting_.begin()->first == next_ && waiting_.begin()->second.finished) {
    deliver_waiting();
    waiting_.erase(next_++);
  }
  turn_.notify_all();
}

bool OrderedResults::stopped() const {
  const std::scoped_lock lock(mutex_);
  return stopped_;
}

void OrderedResults::deliver(FileResult&& part) {
  if (stopped_) return;
  stopped_ = !sink_(std::move(part));
  if (stopped_) turn_.notify_all();
}

// What came early of the file whose turn it is.
void OrderedResults::deliver_waiting() {
  const auto found = waiting_.find(next_);
  if (found == waiting_.end()) return;
  for (FileResult& part : found->second.parts) {
    waiting_bytes_ -= bytes_of(part);
    deliver(std::move(part));
  }
  found->second.parts.clear();
}

}  // namespace tenon::index
