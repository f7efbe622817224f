// Shares the numbers 0 … count - 1 among threads so that each gets ascending numbers in few contiguous ranges: a thread
// whose range is used up takes the upper half of the largest one left.
//
// Thread safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <vector>

namespace tenon::index {

class WorkRanges {
 public:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool empty() const { return begin == end; }
  };

  WorkRanges(std::uint32_t count, std::uint32_t threads) : ranges_(threads) {
    for (std::uint32_t i = 0; i < threads; ++i) {
      ranges_[i] = {part(count, i, threads), part(count, i + 1, threads)};
    }
  }

  // The next few numbers of a thread; empty when there are none left. They follow the ones before, unless `begin`
  // says otherwise.
  Range next(std::uint32_t thread) {
    constexpr std::uint32_t kAtOnce = 16;
    const std::scoped_lock lock(mutex_);
    Range& own = ranges_[thread];
    if (own.empty()) own = stolen();
    const Range taken{own.begin, own.begin + std::min(kAtOnce, own.end - own.begin)};
    own.begin = taken.end;
    return taken;
  }

 private:
  static std::uint32_t part(std::uint32_t count, std::uint32_t i, std::uint32_t of) {
    return static_cast<std::uint32_t>(std::uint64_t{count} * i / of);
  }

  Range stolen() {
    Range& largest = *std::ranges::max_element(ranges_, {}, [](const Range& range) { return range.end - range.begin; });
    const std::uint32_t middle = largest.begin + (largest.end - largest.begin) / 2;
    const Range upper{middle, largest.end};
    largest.end = middle;
    return upper;
  }

  std::mutex mutex_;
  std::vector<Range> ranges_;
};

}  // namespace tenon::index
