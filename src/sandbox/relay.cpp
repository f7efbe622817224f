#include "sandbox/relay.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>

#include "native/fsops/file_descriptor.h"

namespace tenon::sandbox {
namespace {

constexpr std::size_t kConnections = 128;
constexpr std::size_t kBufferBytes = 16U << 10U;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

// One way of a connection. The buffer is filled when it is empty and emptied before it is filled again.
class Direction {
 public:
  void reset() { *this = Direction(std::move(buffer_)); }

  bool wants_to_read() const { return !ended_ && begin_ == end_; }
  bool wants_to_write() const { return begin_ != end_; }
  bool done() const { return ended_ && begin_ == end_; }

  // False when the connection is broken.
  bool read(int from) {
    const ssize_t count = ::recv(from, buffer_->data(), buffer_->size(), MSG_DONTWAIT);
    if (count < 0) return would_block();
    ended_ = count == 0;
    begin_ = 0;
    end_ = static_cast<std::size_t>(count);
    return true;
  }

  bool write(int to) {
    const ssize_t count = ::send(to, buffer_->data() + begin_, end_ - begin_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) return would_block();
    begin_ += static_cast<std::size_t>(count);
    return true;
  }

  Direction() : buffer_(std::make_unique<std::array<char, kBufferBytes>>()) {}

 private:
  explicit Direction(std::unique_ptr<std::array<char, kBufferBytes>> buffer) : buffer_(std::move(buffer)) {}

  std::unique_ptr<std::array<char, kBufferBytes>> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
};

// A descriptor nobody waits for is left out of poll(2), which would otherwise report a closed peer again and again.
pollfd wait_on(int descriptor, int events) {
  return {.fd = events == 0 ? -1 : descriptor, .events = static_cast<short>(events), .revents = 0};
}

class Connection {
 public:
  bool open() const { return static_cast<bool>(client_); }

  void begin(fsops::FileDescriptor client, fsops::FileDescriptor server) {
    client_ = std::move(client);
    server_ = std::move(server);
    connected_ = false;
    request_.reset();
    answer_.reset();
    request_shut_ = answer_shut_ = false;
  }

  void close() {
    client_ = fsops::FileDescriptor();
    server_ = fsops::FileDescriptor();
  }

  pollfd client_wait() const {
    if (!open() || !connected_) return wait_on(-1, 0);
    return wait_on(client_.number(),
                   (request_.wants_to_read() ? POLLIN : 0) | (answer_.wants_to_write() ? POLLOUT : 0));
  }

  pollfd server_wait() const {
    if (!open()) return wait_on(-1, 0);
    if (!connected_) return wait_on(server_.number(), POLLOUT);
    return wait_on(server_.number(),
                   (answer_.wants_to_read() ? POLLIN : 0) | (request_.wants_to_write() ? POLLOUT : 0));
  }

  void advance(const pollfd& client, const pollfd& server) {
    if (!open() || (client.revents == 0 && server.revents == 0)) return;
    if (!connected_ && !finish_connecting()) return close();
    const bool whole = (client.revents == 0 || !request_.wants_to_read() || request_.read(client_.number())) &&
                       (server.revents == 0 || !answer_.wants_to_read() || answer_.read(server_.number())) &&
                       (!request_.wants_to_write() || request_.write(server_.number())) &&
                       (!answer_.wants_to_write() || answer_.write(client_.number()));
    if (!whole) return close();
    shut(request_, server_, request_shut_);
    shut(answer_, client_, answer_shut_);
    if (request_shut_ && answer_shut_) close();
  }

 private:
  bool finish_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(server_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
    connected_ = error == 0;
    return connected_;
  }

  // The end of one way is passed on; the other stays open.
  static void shut(const Direction& direction, const fsops::FileDescriptor& to, bool& shut_already) {
    if (shut_already || !direction.done()) return;
    ::shutdown(to.number(), SHUT_WR);
    shut_already = true;
  }

  fsops::FileDescriptor client_;
  fsops::FileDescriptor server_;
  bool connected_ = false;
  Direction request_;
  Direction answer_;
  bool request_shut_ = false;
  bool answer_shut_ = false;
};

fsops::FileDescriptor connect_to(std::uint16_t port) {
  fsops::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return {};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int without_delay = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &without_delay, sizeof without_delay);
  if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  if (errno == EINPROGRESS) return socket;
  return {};
}

// An app that does not listen yet refuses: the client sees its connection closed and tries again.
void accept_one(int listener, std::uint16_t port, Connection& connection) {
  fsops::FileDescriptor client(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!client) return;
  fsops::FileDescriptor server = connect_to(port);
  if (server) connection.begin(std::move(client), std::move(server));
}

}  // namespace

void relay_until_readable(int listener, std::uint16_t port, int end) {
  std::array<Connection, kConnections> connections;
  std::array<pollfd, 2 + 2 * kConnections> waits{};
  for (;;) {
    Connection* free = nullptr;
    for (std::size_t i = 0; i < kConnections; ++i) {
      if (!connections[i].open()) free = &connections[i];
      waits[2 + 2 * i] = connections[i].client_wait();
      waits[3 + 2 * i] = connections[i].server_wait();
    }
    waits[0] = wait_on(end, POLLIN);
    waits[1] = wait_on(listener, free != nullptr ? POLLIN : 0);
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;
    if (waits[0].revents != 0) return;
    for (std::size_t i = 0; i < kConnections; ++i) connections[i].advance(waits[2 + 2 * i], waits[3 + 2 * i]);
    if (waits[1].revents != 0 && free != nullptr && !free->open()) accept_one(listener, port, *free);
  }
}

}  // namespace tenon::sandbox
