// Makes a service reachable for a browser: listens on a TCP address of the host and relays to the service's Unix
// socket. The socket file is opened without following symbolic links. At most 256 connections at once; further ones
// wait.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace tenon::sandbox {

struct Endpoint {
  std::string host;        // numeric address
  std::uint16_t port = 0;  // 0: any free port
};

class PortForward final {
 public:
  PortForward(Endpoint listen, std::filesystem::path socket);
  ~PortForward();  // stops
  PortForward(const PortForward&) = delete;
  PortForward& operator=(const PortForward&) = delete;

  // Binds and begins to accept; returns the port. Throws conflict when the port is taken, invalid_argument for an
  // address that is none of this machine's.
  std::uint16_t start();

  // Closes the listener and all connections. Before start, twice, or during start is fine.
  void stop();

 private:
  class Loop;
  Endpoint listen_;
  std::filesystem::path socket_;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tenon::sandbox
