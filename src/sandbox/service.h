// A server that runs in a sandbox until it is stopped. It listens on 127.0.0.1:<port> of its own network namespace,
// where nobody else is; the forwarder inside hands it the connections that come in at a Unix socket of the host.
//
//   Service app = sandbox.start({.command = command, .port = 8000, .socket_directory = directory});
//   connect(app.socket());
//   ExitRecord record = app.stop();
//
// The socket is made and bound by the supervisor and its directory is not visible inside, so the app cannot put a
// symbolic link to another socket in its place. limits.wall_ms and cpu_seconds are not applied; the other limits are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sandbox/command.h"
#include "sandbox/exit_record.h"

namespace tenon::sandbox {

struct ServiceCommand {
  Command command;                         // what serves; its input is not used
  std::uint16_t port = 0;                  // where it listens on 127.0.0.1 inside
  std::filesystem::path socket_directory;  // where app.sock is made (the directory too, if need be); empty: a private
                                           // one that is removed at the end. The socket's path must fit 107 bytes
};

class ServiceProcess;

// Movable handle. The destructor stops the service. All members may be called from several threads.
class Service final {
 public:
  explicit Service(std::unique_ptr<ServiceProcess> process);
  ~Service();
  Service(Service&&) noexcept;
  Service& operator=(Service&&) noexcept;

  const SandboxId& id() const;
  const std::filesystem::path& socket() const;

  bool running() const;

  // Once it has ended, by itself or by stop(). Throws sandbox_unavailable when the sandbox could not be set up.
  std::optional<ExitRecord> exit_record() const;

  // What it printed so far, both streams in the order they were read, the last 64 KiB.
  std::string recent_output() const;

  // Kills the whole tree within 50 ms, removes the socket and returns the record. Calling it again returns the same
  // record.
  ExitRecord stop();

 private:
  std::unique_ptr<ServiceProcess> process_;
};

}  // namespace tenon::sandbox
