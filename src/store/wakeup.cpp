#include "store/wakeup.h"

#include <algorithm>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tenon::store {

namespace asio = boost::asio;

std::uint64_t Wakeup::count() const {
  return state_.with([](const State& state) { return state.count; });
}

// A timer is not thread safe: it is armed and cancelled under the lock only.
Task<void> Wakeup::wait(std::uint64_t seen, Milliseconds at_most) {
  const auto executor = co_await asio::this_coro::executor;
  auto timer = std::make_shared<asio::steady_timer>(executor, at_most);
  auto initiation = [this, seen, timer](auto handler) {
    state_.with([&](State& state) {
      if (state.count != seen) timer->expires_after(Milliseconds(0));
      state.waiting.push_back(timer);
      const auto home = asio::get_associated_executor(handler);
      auto resume = [handler = std::move(handler)](boost::system::error_code) mutable { std::move(handler)(); };
      timer->async_wait(asio::bind_executor(home, std::move(resume)));
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiation), asio::use_awaitable);
  state_.with([&](State& state) { std::erase(state.waiting, timer); });
}

void Wakeup::notify() {
  state_.with([](State& state) {
    ++state.count;
    for (const Timer& timer : state.waiting) timer->cancel();
    state.waiting.clear();
  });
}

}  // namespace tenon::store
