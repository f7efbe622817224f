// How a second `tenon` on the same data directory is answered: by the process that owns it, over a Unix socket in the
// directory (mode 0600). One JSON line asks, one JSON line answers, then the connection is closed.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/describe.hpp>

#include "io/runtime.h"

namespace tenon::cli {

struct ControlRequest {
  std::vector<std::string> arguments;  // the command line without the program's name
  bool colour = false;
  std::uint32_t width = 100;
  std::optional<std::string> input = {};  // what the command took from its standard input
};
BOOST_DESCRIBE_STRUCT(ControlRequest, (), (arguments, colour, width, input))

struct ControlReply {
  int exit_code = 0;
  std::string output;  // for standard output
  std::string errors;  // for standard error
};
BOOST_DESCRIBE_STRUCT(ControlReply, (), (exit_code, output, errors))

// `answer` runs on the blocking pool, one call a connection.
class ControlServer final {
 public:
  using Answer = std::function<ControlReply(const ControlRequest&)>;

  ControlServer(io::Runtime& runtime, std::filesystem::path socket, Answer answer);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  using Socket = boost::asio::local::stream_protocol::socket;

  Task<void> accept_all();
  Task<void> serve(Socket socket);

  io::Runtime& runtime_;
  std::filesystem::path path_;
  Answer answer_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
};

// Throws busy when the owner does not answer, quota_exceeded when its answer is longer than 64 MiB.
ControlReply ask_owner(const std::filesystem::path& socket, const ControlRequest& request);

}  // namespace tenon::cli
