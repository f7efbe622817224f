#include "native/index/symbols/mention_counter.h"

#include <algorithm>

namespace tenon::index {

void MentionCounter::begin_file() {
  if (++file_ == 0) {
    std::ranges::fill(slots_, Slot{});
    file_ = 1;
  }
}

void MentionCounter::count(std::string_view name, std::uint32_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].file == file_; at = (at + 1) & mask) {
    Mention& mention = mentions_[slots_[at].mention];
    if (slots_[at].hash == hash && mention.name == name) {
      ++mention.count;
      return;
    }
  }
  slots_[at] = {file_, hash, static_cast<std::uint32_t>(mentions_.size())};
  mentions_.push_back({name, 1});
  if (mentions_.size() * 2 > slots_.size()) grow();
}

void MentionCounter::grow() {
  std::vector<Slot> larger(slots_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.file != file_) continue;
    std::size_t at = slot.hash & mask;
    while (larger[at].file == file_) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots_ = std::move(larger);
}

}  // namespace tenon::index
