#include "io/runtime.h"

#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "core/error.h"
#include "core/log.h"

namespace tenon::io {

Runtime::Runtime(RuntimeOptions options)
    : one_thread_(options.event_threads == 1),
      loop_(static_cast<int>(options.event_threads)),
      work_(loop_.get_executor()),
      pool_(options.blocking_threads) {
  for (std::uint32_t i = 0; i < options.event_threads; ++i) {
    threads_.emplace_back([this] { loop_.run(); });
    pthread_setname_np(threads_.back().native_handle(), "event-loop");
  }
}

Runtime::~Runtime() { stop(); }

boost::asio::any_io_executor Runtime::executor() { return loop_.get_executor(); }

boost::asio::any_io_executor Runtime::strand() {
  return one_thread_ ? executor() : boost::asio::any_io_executor(boost::asio::make_strand(loop_));
}

void Runtime::spawn(Task<void> task, const char* name) {
  boost::asio::co_spawn(executor(), std::move(task), [name](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      log::error("task failed", {{"task", name}, {"reason", error.what()}});
    }
  });
}

void Runtime::stop() {
  work_.reset();
  loop_.stop();
  pool_.stop();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  pool_.join();
}

Task<void> sleep_for(Milliseconds duration) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace tenon::io
