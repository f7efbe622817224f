#include "delivery/harness/lanes.h"

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "io/runtime.h"

namespace tenon::delivery {
namespace {

namespace asio = boost::asio;

struct Work {
  int left = 0;
  int done = 0;
  int failing_at = -1;
  int stopped = 0;
};

Task<void> take(Work& work) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  while (work.left > 0) {
    const int number = work.left--;
    co_await asio::post(executor, asio::use_awaitable);
    if (number == work.failing_at) throw std::runtime_error("broken");
    ++work.done;
  }
}

Task<void> wait_forever(Work& work) {
  asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  try {
    co_await timer.async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    ++work.stopped;
    throw;
  }
}

TEST(Lanes, AllWorkIsDoneOnce) {
  io::Runtime runtime({.event_threads = 3, .blocking_threads = 1});
  for (std::uint32_t lanes : {0U, 1U, 2U, 8U}) {
    Work work{.left = 200};
    const std::function<Task<void>()> lane = [&work] { return take(work); };
    runtime.run(in_lanes(lanes, lane));
    EXPECT_EQ(work.done, 200);
  }
}

TEST(Lanes, AFailureEndsTheOthersAndComesOut) {
  io::Runtime runtime({.event_threads = 3, .blocking_threads = 1});
  Work work{.left = 3, .failing_at = 3};
  bool first = true;
  const std::function<Task<void>()> lane = [&] {
    return std::exchange(first, false) ? take(work) : wait_forever(work);
  };
  EXPECT_THROW(runtime.run(in_lanes(3, lane)), std::runtime_error);
  EXPECT_EQ(work.stopped, 2);
}

TEST(Lanes, CancellingWaitsForAllOfThem) {
  io::Runtime runtime({.event_threads = 3, .blocking_threads = 1});
  Work work;
  const std::function<Task<void>()> lane = [&work] { return wait_forever(work); };
  asio::cancellation_signal signal;
  std::promise<bool> ended;
  const auto strand = asio::make_strand(runtime.executor());
  const auto on_end = [&ended](const std::exception_ptr& failure) { ended.set_value(failure != nullptr); };
  asio::co_spawn(strand, in_lanes(2, lane), asio::bind_cancellation_slot(signal.slot(), on_end));
  asio::post(strand, [&signal] { signal.emit(asio::cancellation_type::terminal); });
  EXPECT_TRUE(ended.get_future().get());
}

}  // namespace
}  // namespace tenon::delivery
