#include "sandbox/port_forward.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/error.h"
#include "core/task.h"
#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t kMostConnections = 256;
constexpr std::size_t kBufferBytes = 16U << 10U;
constexpr auto kPause = std::chrono::milliseconds(20);  // until there is room for another, or descriptors

struct Connection {
  Connection(asio::io_context& context, std::shared_ptr<std::size_t> counter)
      : client(context), server(context), open(std::move(counter)) {
    ++*open;
  }
  ~Connection() { --*open; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Tcp::socket client;
  Local::socket server;
  std::shared_ptr<std::size_t> open;
};

// Copies one way until its end, and passes the end on. Each way keeps the connection, which lives as long as one of
// them.
template <class From, class To>
Task<void> copy(std::shared_ptr<Connection> connection, From Connection::* source, To Connection::* target) {
  From& from = (*connection).*source;
  To& to = (*connection).*target;
  std::array<char, kBufferBytes> buffer;
  error_code failed;
  auto token = asio::redirect_error(asio::use_awaitable, failed);
  while (!failed) {
    const asio::mutable_buffer space = asio::buffer(buffer);
    const std::size_t count = co_await from.async_read_some(space, token);
    if (failed) break;
    const asio::const_buffer bytes = asio::buffer(buffer.data(), count);
    co_await asio::async_write(to, bytes, token);
  }
  error_code ignored;
  if (failed == asio::error::eof) {
    to.shutdown(asio::socket_base::shutdown_send, ignored);
    co_return;
  }
  from.close(ignored);
  to.close(ignored);
}

}  // namespace

class PortForward::Loop {
 public:
  Loop(const Endpoint& listen, std::filesystem::path socket) : acceptor_(context_), socket_(std::move(socket)) {
    error_code failed;
    const auto address = asio::ip::make_address(listen.host, failed);
    if (failed) throw Error(ErrorCode::invalid_argument, fmt::format("\"{}\" is not a numeric address", listen.host));
    bind({address, listen.port});
    asio::co_spawn(context_, accept_all(), asio::detached);
    thread_ = std::jthread([this] { context_.run(); });
  }

  ~Loop() {
    context_.stop();
    thread_.join();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void bind(const Tcp::endpoint& endpoint) {
    error_code failed;
    acceptor_.open(endpoint.protocol(), failed);
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (!failed) return;
    const std::string what =
        fmt::format("cannot listen at {}:{}: {}", endpoint.address().to_string(), endpoint.port(), failed.message());
    if (failed == asio::error::address_in_use) {
      throw Error(ErrorCode::conflict, what, "Stop what uses the port, or choose another with TENON_PREVIEW_PORT.");
    }
    if (failed.value() == EADDRNOTAVAIL) {
      throw Error(ErrorCode::invalid_argument, what, "Choose an address of this machine with TENON_PREVIEW_HOST.");
    }
    throw Error(ErrorCode::unavailable, what);
  }

  Task<void> accept_all() {
    error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    asio::steady_timer pause(context_);
    for (;;) {
      while (failed || *open_ >= kMostConnections) {
        pause.expires_after(kPause);
        co_await pause.async_wait(token);
      }
      auto connection = std::make_shared<Connection>(context_, open_);
      co_await acceptor_.async_accept(connection->client, token);
      if (!failed && connect(connection->server)) begin(connection);
    }
  }

  void begin(const std::shared_ptr<Connection>& connection) {
    error_code ignored;
    connection->client.set_option(Tcp::no_delay(true), ignored);
    asio::co_spawn(context_, copy(connection, &Connection::client, &Connection::server), asio::detached);
    asio::co_spawn(context_, copy(connection, &Connection::server, &Connection::client), asio::detached);
  }

  // Not through a link: the path may be in a directory that others write to.
  bool connect(Local::socket& server) const {
    const fsops::FileDescriptor file(::open(socket_.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status{};
    if (!file || ::fstat(file.number(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
    // Not to be waited for: a full queue of the service refuses, and the browser tries again.
    error_code failed;
    server.open(Local(), failed);
    if (failed) return false;
    server.native_non_blocking(true, failed);
    const Local::endpoint endpoint(fmt::format("/proc/self/fd/{}", file.number()));
    return ::connect(server.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
  }

  asio::io_context context_{1};
  Tcp::acceptor acceptor_;
  std::filesystem::path socket_;
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);
  std::jthread thread_;
};

PortForward::PortForward(Endpoint listen, std::filesystem::path socket)
    : listen_(std::move(listen)), socket_(std::move(socket)) {}

PortForward::~PortForward() = default;

std::uint16_t PortForward::start() {
  loop_ = std::make_unique<Loop>(listen_, socket_);
  return loop_->port();
}

void PortForward::stop() { loop_.reset(); }

}  // namespace tenon::sandbox
