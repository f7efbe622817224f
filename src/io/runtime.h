// The event loop and the pool for what blocks or burns CPU.
//
//   Runtime runtime({.event_threads = 2, .blocking_threads = 8});
//   auto answer = runtime.run(do_work(...));                 // from main or a test: blocks until the task is done
//   auto rows = co_await blocking(runtime, [&] { return read_rows(); });
//
// The blocking pool's queue is bounded by the callers: each of them waits for its own job, and every source of work in
// this program (runs, previews, requests) is bounded itself. stop() may come before, during or after run(), and twice.
#pragma once

#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "core/task.h"
#include "core/time.h"

namespace tenon::io {

struct RuntimeOptions {
  std::uint32_t event_threads = 1;
  std::uint32_t blocking_threads = 4;
};

class Runtime final {
 public:
  explicit Runtime(RuntimeOptions options);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  boost::asio::any_io_executor executor();
  // For what must not run beside itself. With one event thread that is the loop itself.
  boost::asio::any_io_executor strand();
  boost::asio::thread_pool& blocking_pool() { return pool_; }

  // Runs a task on the loop and waits for it on the calling thread, which must not be one of ours.
  template <class T>
  T run(Task<T> task) {
    if constexpr (std::is_void_v<T>) {
      boost::asio::co_spawn(executor(), std::move(task), boost::asio::use_future).get();
    } else {
      std::optional<T> result;
      boost::asio::co_spawn(executor(), keep(std::move(task), result), boost::asio::use_future).get();
      return std::move(*result);
    }
  }

  // Starts a task nobody waits for. What it throws is logged under `name`.
  void spawn(Task<void> task, const char* name);

  void stop();

 private:
  // A future needs a default constructor of its value; an optional does not.
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  const bool one_thread_;
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::thread_pool pool_;
  std::vector<std::thread> threads_;
};

// Runs `work` on the blocking pool and continues on the coroutine's own executor. `work` is moved in; what it throws
// comes out here.
template <class Work>
Task<std::invoke_result_t<Work>> blocking(Runtime& runtime, Work work) {
  using Result = std::invoke_result_t<Work>;
  auto home = co_await boost::asio::this_coro::executor;
  // Bound to the pool: a plain token would bring the coroutine back to its own executor before the work.
  auto on_the_pool = boost::asio::bind_executor(runtime.blocking_pool(), boost::asio::use_awaitable);
  co_await boost::asio::post(std::move(on_the_pool));
  std::exception_ptr failure;
  if constexpr (std::is_void_v<Result>) {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    co_await boost::asio::post(home, boost::asio::use_awaitable);
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<Result> result;
    try {
      result.emplace(work());
    } catch (...) {
      failure = std::current_exception();
    }
    co_await boost::asio::post(home, boost::asio::use_awaitable);
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*result);
  }
}

// Waits; returns early with an exception when the coroutine is cancelled.
Task<void> sleep_for(Milliseconds duration);

}  // namespace tenon::io
