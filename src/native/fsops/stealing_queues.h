// Work that makes more work, shared by a fixed number of threads: each takes the newest of its own (depth first, what
// it just made is still in its caches), and half of another's oldest when it has none. Thread safe.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace tenon::fsops {

template <class Item>
class StealingQueues {
 public:
  explicit StealingQueues(std::size_t threads) : queues_(threads) {}

  // Moves the items out; the last one is taken first.
  void push(std::size_t thread, std::vector<Item>& items) {
    if (items.empty()) return;
    unfinished_ += items.size();
    {
      const std::scoped_lock lock(queues_[thread].mutex);
      std::ranges::move(items, std::back_inserter(queues_[thread].items));
    }
    items.clear();
    ++version_;
    wake();
  }

  // Waits for an item; nothing when all items are finished. Each item taken must be finished by finish().
  std::optional<Item> take(std::size_t thread) {
    for (;;) {
      const std::uint64_t version = version_;
      if (auto item = newest(thread)) return item;
      if (auto item = stolen(thread)) return item;
      if (unfinished_ == 0) return std::nullopt;
      std::unique_lock lock(sleep_mutex_);
      ++sleepers_;
      awake_.wait(lock, [&] { return version_ != version || unfinished_ == 0; });
      --sleepers_;
    }
  }

  void finish() {
    if (--unfinished_ == 0) wake();
  }

 private:
  struct Queue {
    std::mutex mutex;
    std::deque<Item> items;
  };

  std::optional<Item> newest(std::size_t thread) {
    Queue& queue = queues_[thread];
    const std::scoped_lock lock(queue.mutex);
    if (queue.items.empty()) return std::nullopt;
    std::optional<Item> item = std::move(queue.items.back());
    queue.items.pop_back();
    return item;
  }

  std::optional<Item> stolen(std::size_t thread) {
    std::vector<Item> loot;
    for (std::size_t i = 1; i < queues_.size() && loot.empty(); ++i) {
      Queue& victim = queues_[(thread + i) % queues_.size()];
      const std::scoped_lock lock(victim.mutex);
      const auto half = static_cast<std::ptrdiff_t>((victim.items.size() + 1) / 2);
      std::move(victim.items.begin(), victim.items.begin() + half, std::back_inserter(loot));
      victim.items.erase(victim.items.begin(), victim.items.begin() + half);
    }
    if (loot.empty()) return std::nullopt;
    std::optional<Item> item = std::move(loot.back());
    loot.pop_back();
    const std::scoped_lock lock(queues_[thread].mutex);
    std::ranges::move(loot, std::back_inserter(queues_[thread].items));
    return item;
  }

  void wake() {
    if (sleepers_ == 0) return;
    const std::scoped_lock lock(sleep_mutex_);
    awake_.notify_all();
  }

  std::vector<Queue> queues_;
  std::atomic<std::size_t> unfinished_ = 0;
  std::atomic<std::uint64_t> version_ = 0;  // counts pushes, so that none is slept through
  std::atomic<std::size_t> sleepers_ = 0;
  std::mutex sleep_mutex_;
  std::condition_variable awake_;
};

}  // namespace tenon::fsops
