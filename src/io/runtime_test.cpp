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
