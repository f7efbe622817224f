#include "sandbox/forwarder.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "core/config.h"
#include "core/error.h"
#include "io/process.h"
#include "native/fsops/file_descriptor.h"
#include "sandbox/relay.h"

namespace tenon::sandbox {
namespace {

constexpr int kUsage = 64;
constexpr int kCannotStart = 126;
constexpr int kShellSignalBase = 128;
constexpr std::string_view kLoopback = "127.0.0.1:";

struct ForwarderOptions {
  int listener = -1;
  std::uint16_t port = 0;
  std::vector<std::string> command;
};

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// --listen-fd N --to 127.0.0.1:PORT -- CMD...
std::optional<ForwarderOptions> parse(const std::vector<std::string>& arguments) {
  if (arguments.size() < 6 || arguments[0] != "--listen-fd" || arguments[2] != "--to" || arguments[4] != "--")
    return std::nullopt;
  const auto listener = number_in<int>(arguments[1]);
  const std::string_view target = arguments[3];
  if (!listener || !target.starts_with(kLoopback)) return std::nullopt;
  const auto port = number_in<std::uint16_t>(target.substr(kLoopback.size()));
  if (!port || *port == 0) return std::nullopt;
  return ForwarderOptions{.listener = *listener, .port = *port, .command = {arguments.begin() + 5, arguments.end()}};
}

std::string find_program(const std::string& name, const Environment& environment) {
  if (name.find('/') != std::string::npos) return name;
  const auto path = environment.find("PATH");
  std::string_view rest = path == environment.end() ? "/usr/bin:/bin" : std::string_view(path->second);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    std::string candidate = fmt::format("{}/{}", rest.substr(0, end), name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return name;
}

// It gets no descriptor of ours: neither the listening socket nor a connection.
io::Process start(const std::vector<std::string>& command) {
  const Environment environment = process_environment();
  const fsops::FileDescriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  io::SpawnRequest request;
  request.argv = command;
  request.argv.front() = find_program(command.front(), environment);
  for (const auto& [name, value] : environment) request.environment.push_back(fmt::format("{}={}", name, value));
  request.descriptors = {{0, nothing.number()}, {1, STDOUT_FILENO}, {2, STDERR_FILENO}};
  request.death_signal = SIGKILL;
  return io::spawn(request);
}

}  // namespace

int forward_main(const std::vector<std::string>& arguments) {
  const auto options = parse(arguments);
  if (!options) {
    fmt::print(stderr, "usage: tenon {} --listen-fd 0 --to 127.0.0.1:8000 -- CMD...\n", kForwarderCommand);
    return kUsage;
  }
  try {
    io::Process app = start(options->command);
    relay_until_readable(options->listener, options->port, app.pidfd());
    const io::ExitStatus status = app.wait();
    return status.signal == 0 ? status.code : kShellSignalBase + status.signal;
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kCannotStart;
  }
}

}  // namespace tenon::sandbox
