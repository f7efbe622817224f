// One loop on several threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace tenon::index {

// Calls `work(thread, begin, end)` with parts of 0 … count - 1, each on a thread of its own; the first is the caller's.
// `work` must not throw. Few items are not worth a thread.
template <class Work>
void in_parallel(std::size_t count, std::uint32_t threads, Work work) {
  constexpr std::size_t kWorthAThread = 512;
  const std::size_t parts = std::clamp<std::size_t>(count / kWorthAThread, 1, std::max(1U, threads));
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < parts; ++i) {
    others.emplace_back([&work, i, count, parts] { work(i, count * i / parts, count * (i + 1) / parts); });
  }
  work(std::size_t{0}, std::size_t{0}, count / parts);
}

}  // namespace tenon::index
