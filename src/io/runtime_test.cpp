#include "io/runtime.h"

#include <gtest/gtest.h>

namespace tenon::io {
namespace {

Task<int> twice(Runtime& runtime, int value) {
  const int doubled = co_await blocking(runtime, [value] { return 2 * value; });
  co_return doubled;
}

Task<void> failing(Runtime& runtime) {
  co_await blocking(runtime, [] { throw std::runtime_error("broken"); });
}

TEST(Runtime, BlockingWorkReturnsItsResult) {
  Runtime runtime({});
  EXPECT_EQ(runtime.run(twice(runtime, 21)), 42);
}

Task<std::vector<std::thread::id>> threads(Runtime& runtime) {
  std::vector<std::thread::id> ids{std::this_thread::get_id()};
  ids.push_back(co_await blocking(runtime, [] { return std::this_thread::get_id(); }));
  ids.push_back(std::this_thread::get_id());
  co_return ids;
}

TEST(Runtime, BlockingWorkLeavesTheEventLoop) {
  Runtime runtime({.event_threads = 1, .blocking_threads = 1});
  const std::vector<std::thread::id> ids = runtime.run(threads(runtime));
  EXPECT_NE(ids[1], ids[0]);
  EXPECT_EQ(ids[2], ids[0]);
}

TEST(Runtime, WhatBlockingWorkThrowsComesOut) {
  Runtime runtime({});
  EXPECT_THROW(runtime.run(failing(runtime)), std::runtime_error);
}

TEST(Runtime, StopTwiceIsFine) {
  Runtime runtime({});
  runtime.stop();
  runtime.stop();
}

}  // namespace
}  // namespace tenon::io
