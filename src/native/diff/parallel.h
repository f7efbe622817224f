// The same work for many items, on several threads. For the inside of this room.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace tenon::diff {

// Calls work(0) … work(count - 1), each once, in no particular order, and returns when all are done. `work` must not
// throw. The caller's thread is one of the threads.
template <class Work>
void for_each_index(std::size_t count, std::uint32_t threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (std::uint32_t i = 1; i < threads && i < count; ++i) others.emplace_back(run);
  run();
}

}  // namespace tenon::diff
