#include "delivery/harness/lanes.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace tenon::delivery {
namespace {

namespace asio = boost::asio;

using Strand = asio::strand<asio::any_io_executor>;

// Asio's own group of operations (1.81) reads its range after the last of them has started: a use after free when they
// end on another thread before that. Touched on the strand only.
struct LaneGroup {
  LaneGroup(const Strand& strand, std::uint32_t count)
      : ended(strand, asio::steady_timer::time_point::max()), stops(count), running(count) {}

  void end_one(std::exception_ptr reason) {
    if (reason && !failure) {
      failure = std::move(reason);
      stop();
    }
    if (--running == 0) ended.expires_at(asio::steady_timer::time_point::min());
  }

  void stop() {
    for (asio::cancellation_signal& lane : stops) lane.emit(asio::cancellation_type::terminal);
  }

  asio::steady_timer ended;  // never fires by itself
  std::vector<asio::cancellation_signal> stops;
  std::uint32_t running;
  std::exception_ptr failure;
};

Task<void> run_lanes(Strand strand, std::uint32_t count, std::function<Task<void>()> lane) {
  const auto group = std::make_shared<LaneGroup>(strand, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto on_end = [group](std::exception_ptr reason) { group->end_one(std::move(reason)); };
    auto on_strand = asio::bind_executor(strand, std::move(on_end));
    asio::co_spawn(strand, lane(), asio::bind_cancellation_slot(group->stops[i].slot(), std::move(on_strand)));
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  // Whoever waits for the lanes may be cancelled, even before now: they are told, and waited for, because they use what
  // is ours.
  while (group->running > 0) {
    const asio::cancellation_state cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none) group->stop();
    boost::system::error_code interrupted;
    co_await group->ended.async_wait(asio::redirect_error(asio::use_awaitable, interrupted));
  }
  if (group->failure) std::rethrow_exception(group->failure);
}

}  // namespace

Task<void> in_lanes(std::uint32_t count, std::function<Task<void>()> lane) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const Strand strand = asio::make_strand(executor);
  Task<void> lanes = run_lanes(strand, std::max(1U, count), std::move(lane));
  co_await asio::co_spawn(strand, std::move(lanes), asio::use_awaitable);
}

}  // namespace tenon::delivery
