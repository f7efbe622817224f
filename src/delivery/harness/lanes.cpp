#include "delivery/harness/lanes.h"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/strand.hpp>

namespace tenon::delivery {

namespace asio = boost::asio;

Task<void> in_lanes(std::uint32_t count, std::function<Task<void>()> lane) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto strand = asio::make_strand(executor);
  using Lane = decltype(asio::co_spawn(strand, lane(), asio::deferred));
  std::vector<Lane> lanes;
  for (std::uint32_t i = 0; i < std::max(1U, count); ++i)
    lanes.push_back(asio::co_spawn(strand, lane(), asio::deferred));
  auto group = asio::experimental::make_parallel_group(std::move(lanes));
  const asio::experimental::wait_for_one_error until;
  const auto [order, failures] = co_await group.async_wait(until, asio::use_awaitable);
  for (const std::size_t index : order) {
    if (failures[index]) std::rethrow_exception(failures[index]);
  }
}

}  // namespace tenon::delivery
