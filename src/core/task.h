// Everything that waits is a coroutine.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace tenon {

template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace tenon
