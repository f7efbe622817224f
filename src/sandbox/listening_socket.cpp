#include "sandbox/listening_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include <fmt/format.h>

#include "core/error.h"

namespace tenon::sandbox {
namespace {

constexpr int kBacklog = 128;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("the path of the socket {} is longer than {} bytes", path, sizeof address.sun_path - 1),
                "Use a directory with a shorter name.");
  }
  std::ranges::copy(path, address.sun_path);
  return address;
}

fsops::FileDescriptor new_socket(const std::string& path) {
  fsops::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw system_error(fmt::format("cannot make the socket {}", path), errno);
  return socket;
}

bool bind_to(const fsops::FileDescriptor& socket, const sockaddr_un& address) {
  return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void remove_if_dead(const std::string& path, const sockaddr_un& address) {
  struct stat status{};
  const bool is_socket = ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
  const fsops::FileDescriptor client = new_socket(path);
  const bool answers =
      is_socket && ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!is_socket || answers) {
    throw Error(ErrorCode::conflict, fmt::format("{} is in use", path), "Stop the service that uses it.");
  }
  ::unlink(path.c_str());
}

}  // namespace

fsops::FileDescriptor listen_at(const std::filesystem::path& path) {
  const sockaddr_un address = address_of(path.string());
  fsops::FileDescriptor socket = new_socket(path.string());
  // The file gets the socket's own mode, so that there is no moment in which others could connect.
  ::fchmod(socket.number(), S_IRUSR | S_IWUSR);
  if (!bind_to(socket, address)) {
    if (errno != EADDRINUSE) throw system_error(fmt::format("cannot bind the socket {}", path.string()), errno);
    remove_if_dead(path.string(), address);
    if (!bind_to(socket, address)) throw system_error(fmt::format("cannot bind the socket {}", path.string()), errno);
  }
  if (::listen(socket.number(), kBacklog) != 0)
    throw system_error(fmt::format("cannot listen at {}", path.string()), errno);
  return socket;
}

}  // namespace tenon::sandbox
