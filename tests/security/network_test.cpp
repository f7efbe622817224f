// N rows: the network and other ways to talk to somebody.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sstream>
#include <stop_token>
#include <thread>

#include "native/fsops/file_descriptor.h"
#include "world.h"

namespace tenon::security {
namespace {

using testing::HasSubstr;
using testing::Not;

// A server of the host on any free port; returns the port.
std::uint16_t listen_on_host(const fsops::FileDescriptor& server) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(server.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(server.number(), 1), 0);
  socklen_t size = sizeof address;
  ::getsockname(server.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

TEST_F(Sandbox, N1_NothingOutsideIsReachable) {
  const fsops::FileDescriptor server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const std::string port = std::to_string(listen_on_host(server));
  const ExitRecord record = python(R"(
import socket
def attempt(family, kind, address):
    try:
        with socket.socket(family, kind) as client:
            client.settimeout(2)
            client.connect(address)
            if kind == socket.SOCK_DGRAM:
                client.send(b"x")
        print("reached", address)
    except OSError as error:
        print("refused", address[0])
attempt(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", )" +
                                   port + R"())
attempt(socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 443))
attempt(socket.AF_INET, socket.SOCK_STREAM, ("169.254.169.254", 80))
attempt(socket.AF_INET, socket.SOCK_DGRAM, ("8.8.8.8", 53))
attempt(socket.AF_INET6, socket.SOCK_STREAM, ("2606:4700:4700::1111", 443))
attempt(socket.AF_INET6, socket.SOCK_STREAM, ("fe80::1", 80, 0, 2))
attempt(socket.AF_INET6, socket.SOCK_STREAM, ("::1", )" +
                                   port + R"())
attempt(socket.AF_INET, socket.SOCK_RAW, ("127.0.0.1", 1))
print(open("/proc/net/dev").read().count(":")))");
  EXPECT_THAT(record.standard_output.text, Not(HasSubstr("reached")));
  EXPECT_THAT(record.standard_output.text, HasSubstr("refused ::1"));
  EXPECT_THAT(record.standard_output.text, testing::EndsWith("\n1\n"));  // lo is the only interface
}

TEST_F(Sandbox, N2_NoNameIsResolved) {
  const ExitRecord record = python(R"(
import socket
for name in ("example.com", "localhost"):
    try:
        print(name, socket.getaddrinfo(name, 80, socket.AF_INET)[0][4][0])
    except OSError:
        print(name, "unknown"))");
  EXPECT_EQ(record.standard_output.text, "example.com unknown\nlocalhost 127.0.0.1\n");
  EXPECT_EQ(shell("ls /run/nscd /run/systemd /var/run 2>/dev/null").standard_output.text, "");
}

TEST_F(Sandbox, N3_OtherSocketFamiliesAreRefused) {
  std::istringstream lines(attack({"sockets"}));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_THAT(line, testing::EndsWith(" EPERM"));
  EXPECT_EQ(count, 13);
}

TEST_F(Sandbox, N4_SocketsOfTheHostAreNotThere) {
  const fsops::FileDescriptor abstract(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "tenon-security-abstract";
  std::ranges::copy(name, address.sun_path + 1);
  ASSERT_EQ(::bind(abstract.number(), reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())),
            0);
  ASSERT_EQ(::listen(abstract.number(), 1), 0);
  const ExitRecord record = python(R"(
import socket
for path in ("\0tenon-security-abstract", "/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket",
             "/tmp/.X11-unix/X0", "\0/tmp/.X11-unix/X0", "/run/containerd/containerd.sock"):
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print("reached", path)
    except OSError:
        pass)");
  EXPECT_EQ(record.standard_output.text, "");
  EXPECT_EQ(shell("find / -type s 2>/dev/null").standard_output.text, "");
}

TEST_F(Sandbox, N9_ListeningIsSeenInsideOnly) {
  const ExitRecord record = python(R"(
import socket
server = socket.create_server(("0.0.0.0", 8123))
client = socket.create_connection(("127.0.0.1", 8123))
print("inside"))");
  EXPECT_THAT(record.standard_output.text, HasSubstr("inside"));
  command_.argv = {
      "/usr/bin/python3", "-c",
      "import socket, time; s = socket.create_server(('0.0.0.0', 8123)); open('up', 'w'); time.sleep(100)"};
  std::stop_source source;
  int result = 0;
  std::jthread looker([&] {
    while (!std::filesystem::exists(workspace() / "up")) std::this_thread::yield();
    const fsops::FileDescriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(8123);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    result = ::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    source.request_stop();
  });
  sandbox_->run(command_, source.get_token());
  looker.join();
  EXPECT_EQ(result, -1);
}

}  // namespace
}  // namespace tenon::security
