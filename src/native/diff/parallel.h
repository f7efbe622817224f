// The same work for many items, on several threads. For the inside of this room and the commands above it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

#include "core/guarded.h"

namespace tenon::diff {

// Calls work(0) … work(count - 1), each at most once, in no particular order, and returns when all are done; the
// caller's thread is one of the threads. If one throws, no further item is begun, and the first exception is thrown
// again here.
template <class Work>
void for_each_index(std::size_t count, std::uint32_t threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  Guarded<std::exception_ptr> failure;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      failure.with([](std::exception_ptr& first) { first = first ? first : std::current_exception(); });
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::uint32_t i = 1; i < threads && i < count; ++i) others.emplace_back(run);
    run();
  }
  failure.with([](const std::exception_ptr& first) {
    if (first) std::rethrow_exception(first);
  });
}

}  // namespace tenon::diff
