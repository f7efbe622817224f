#include "cli/control.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "core/json.h"
#include "core/log.h"

namespace tenon::cli {
namespace {

using boost::asio::use_awaitable;
using LocalProtocol = boost::asio::local::stream_protocol;

constexpr std::size_t kLongestRequest = 8U << 20U;  // a payload of 1 MiB, escaped
constexpr std::size_t kLongestReply = 64U << 20U;

// A socket address holds 107 bytes; a longer path is reached through a descriptor of its directory.
class ShortPath {
 public:
  explicit ShortPath(const std::filesystem::path& path)
      : directory_(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
        text_(fmt::format("/proc/self/fd/{}/{}", directory_, path.filename().string())) {}
  ~ShortPath() { ::close(directory_); }
  ShortPath(const ShortPath&) = delete;
  ShortPath& operator=(const ShortPath&) = delete;

  LocalProtocol::endpoint endpoint() const { return LocalProtocol::endpoint(text_); }

 private:
  int directory_;
  std::string text_;
};

}  // namespace

ControlServer::ControlServer(io::Runtime& runtime, std::filesystem::path socket, Answer answer)
    : runtime_(runtime), path_(std::move(socket)), answer_(std::move(answer)), acceptor_(runtime.executor()) {
  std::filesystem::remove(path_);
  const ShortPath short_path(path_);
  acceptor_.open();
  acceptor_.bind(short_path.endpoint());
  ::chmod(path_.c_str(), 0600);
  acceptor_.listen();
  runtime_.spawn(accept_all(), "control socket");
}

ControlServer::~ControlServer() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  std::error_code failed;
  std::filesystem::remove(path_, failed);
}

Task<void> ControlServer::accept_all() {
  while (acceptor_.is_open()) {
    boost::system::error_code failed;
    auto accept_token = boost::asio::redirect_error(use_awaitable, failed);
    Socket socket = co_await acceptor_.async_accept(accept_token);
    if (failed) co_return;
    runtime_.spawn(serve(std::move(socket)), "control request");
  }
}

Task<void> ControlServer::serve(Socket socket) {
  std::string line;
  auto buffer = boost::asio::dynamic_buffer(line, kLongestRequest);
  co_await boost::asio::async_read_until(socket, buffer, '\n', use_awaitable);
  const auto request = from_json<ControlRequest>(parse_json(line, "control request"));
  log::info("control request", {{"arguments", to_json(request.arguments)}});
  auto work = [this, request] { return answer_(request); };
  const ControlReply reply = co_await io::blocking(runtime_, std::move(work));
  const std::string text = json::serialize(to_json(reply)) + "\n";
  const auto bytes = boost::asio::buffer(text);
  co_await boost::asio::async_write(socket, bytes, use_awaitable);
}

ControlReply ask_owner(const std::filesystem::path& socket, const ControlRequest& request) {
  try {
    boost::asio::io_context loop;
    LocalProtocol::socket connection(loop);
    connection.connect(ShortPath(socket).endpoint());
    boost::asio::write(connection, boost::asio::buffer(json::serialize(to_json(request)) + "\n"));
    std::string line;
    boost::asio::read_until(connection, boost::asio::dynamic_buffer(line, kLongestReply), '\n');
    return from_json<ControlReply>(parse_json(line, "control reply"));
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == boost::asio::error::not_found) {
      throw Error(ErrorCode::quota_exceeded, "the answer of the tenon that owns the data directory is too long",
                  "Ask for less: --limit, or without --full.");
    }
    throw Error(ErrorCode::busy,
                fmt::format("another tenon owns {} and does not answer: {}", socket.parent_path().string(),
                            failure.code().message()),
                "Try again in a moment, or set TENON_DATA to another directory.");
  }
}

}  // namespace tenon::cli
