#include "native/diff/parallel.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tenon::diff {
namespace {

TEST(Parallel, EveryItemIsWorkedOnOnce) {
  std::vector<std::atomic<int>> done(1000);
  for_each_index(done.size(), 4, [&](std::size_t i) { ++done[i]; });
  for (const auto& times : done) EXPECT_EQ(times, 1);
  for_each_index(0, 4, [](std::size_t) { FAIL(); });
}

TEST(Parallel, WhatOneThrowsReachesTheCaller) {
  EXPECT_THROW(for_each_index(100, 4,
                              [](std::size_t i) {
                                if (i == 50) throw std::runtime_error("no");
                              }),
               std::runtime_error);
}

}  // namespace
}  // namespace tenon::diff
