// Servers in a sandbox, and the way to them.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>

#include "core/error.h"
#include "native/fsops/file_descriptor.h"
#include "sandbox/port_forward.h"
#include "world.h"

namespace tenon::security {
namespace {

using fsops::FileDescriptor;
using testing::HasSubstr;
using testing::StartsWith;

FileDescriptor connect_to(const std::filesystem::path& socket) {
  FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(socket.string(), address.sun_path);
  if (::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return client;
}

FileDescriptor connect_to(std::uint16_t port) {
  FileDescriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return client;
}

// Sends, says that no more comes, and reads to the end.
std::string exchange(const FileDescriptor& client, const std::string& text) {
  if (!client) return {};
  if (::send(client.number(), text.data(), text.size(), MSG_NOSIGNAL) < 0) return {};
  ::shutdown(client.number(), SHUT_WR);
  std::string answer;
  std::array<char, 65536> buffer;
  for (ssize_t count = 0; (count = ::recv(client.number(), buffer.data(), buffer.size(), 0)) > 0;) {
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return answer;
}

// Until the app behind it listens, connections end without an answer.
template <class Place>
std::string ask(const Place& place, const std::string& text) {
  for (int attempt = 0; attempt < 2000; ++attempt) {
    std::string answer = exchange(connect_to(place), text);
    if (!answer.empty()) return answer;
    ::usleep(5000);
  }
  return "no answer";
}

constexpr const char* kEcho = R"(
import socket, threading
server = socket.create_server(("127.0.0.1", 8000), backlog=100)
print("listening", flush=True)
def serve(client):
    received = b""
    while block := client.recv(65536):
        received += block
    client.sendall(b"end:" + received)
    client.close()
while True:
    threading.Thread(target=serve, args=(server.accept()[0],)).start()
)";

class Service : public Sandbox {
 protected:
  sandbox::Service start(std::vector<std::string> argv) {
    sandbox::ServiceCommand service{.command = command_, .port = 8000};
    service.command.argv = std::move(argv);
    return sandbox_->start(service);
  }
};

TEST_F(Service, AnswersThroughItsSocket) {
  write_file("index.html", "<h1>hello</h1>");
  sandbox::Service app = start({"/usr/bin/python3", "-m", "http.server", "8000", "--bind", "127.0.0.1"});
  EXPECT_THAT(ask(app.socket(), "GET / HTTP/1.0\r\n\r\n"), HasSubstr("<h1>hello</h1>"));
  EXPECT_TRUE(app.running());
  EXPECT_FALSE(app.exit_record().has_value());
}

TEST_F(Service, HalfClosedConnectionsStayHalfClosedAndNothingIsLost) {
  sandbox::Service app = start({"/usr/bin/python3", "-c", kEcho});
  ask(app.socket(), "x");
  std::string big;
  for (int i = 0; i < 200'000; ++i) big += std::to_string(i);
  const FileDescriptor client = connect_to(app.socket());
  std::jthread sender([&] {
    for (std::string_view rest = big; !rest.empty();) {
      const ssize_t count = ::send(client.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    ::shutdown(client.number(), SHUT_WR);
  });
  std::string answer;
  std::array<char, 65536> buffer;
  for (ssize_t count = 0; (count = ::recv(client.number(), buffer.data(), buffer.size(), 0)) > 0;) {
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  EXPECT_EQ(answer, "end:" + big);
}

TEST_F(Service, MoreConnectionsThanItHoldsWaitTheirTurn) {
  // A thread for each, and where limits hold per process, its stack counts.
  command_.limits.processes = 512;
  command_.limits.memory_bytes = std::uint64_t{4} << 30U;
  sandbox::Service app = start({"/usr/bin/python3", "-c", kEcho});
  ask(app.socket(), "x");
  std::vector<FileDescriptor> held;
  for (int i = 0; i < 130; ++i) held.push_back(connect_to(app.socket()));
  held.clear();
  EXPECT_EQ(ask(app.socket(), "after"), "end:after");
}

TEST_F(Service, StopKillsTheWholeTreeAndRemovesTheSocket) {
  sandbox::Service app = start({"/bin/sh", "-c", "setsid sleep 1000 & trap '' TERM; echo up; sleep 1000"});
  const auto socket = app.socket();
  const ExitRecord record = app.stop();
  EXPECT_EQ(record.outcome, Outcome::cancelled);
  EXPECT_EQ(record.argv.front(), "/bin/sh");
  EXPECT_FALSE(app.running());
  EXPECT_FALSE(std::filesystem::exists(socket));
  EXPECT_EQ(to_json(app.stop()), to_json(record));
}

TEST_F(Service, EndOfTheAppIsSeenWithItsExitCodeAndOutput) {
  sandbox::Service app = start({"/bin/sh", "-c", "echo cannot open the database; exit 3"});
  while (app.running()) ::usleep(1000);
  ASSERT_TRUE(app.exit_record().has_value());
  EXPECT_EQ(app.exit_record()->exit_code, 3);
  EXPECT_EQ(app.recent_output(), "cannot open the database\n");
  EXPECT_FALSE(connect_to(app.socket()));
}

TEST_F(Service, AppGetsNoDescriptorOfTheForwarder) {
  sandbox::Service app = start({"/bin/sh", "-c", "ls -l /proc/self/fd | wc -l; readlink /proc/self/fd/0"});
  while (app.running()) ::usleep(1000);
  EXPECT_EQ(app.recent_output(), "5\n/dev/null\n");  // a headline, 0 to 2, and the directory that ls reads
}

TEST_F(Service, WallTimeDoesNotEndIt) {
  command_.limits.wall_ms = 1;
  sandbox::Service app = start({"/usr/bin/python3", "-c", kEcho});
  EXPECT_EQ(ask(app.socket(), "still"), "end:still");
}

TEST_F(Service, SocketIsMadeWhereItIsWanted) {
  sandbox::ServiceCommand service{.command = command_, .port = 8000, .socket_directory = data() / "run"};
  service.command.argv = {"/usr/bin/python3", "-c", kEcho};
  {
    const sandbox::Service app = sandbox_->start(service);
    EXPECT_EQ(app.socket(), data() / "run/app.sock");
    EXPECT_EQ(ask(app.socket(), "x"), "end:x");
    try {
      sandbox_->start(service);
      FAIL() << "two services at one socket";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::conflict);
    }
  }
  EXPECT_FALSE(std::filesystem::exists(data() / "run/app.sock"));
  service.socket_directory = data() / std::string(100, 'x');
  EXPECT_THROW(sandbox_->start(service), Error);
}

TEST_F(Service, BrowserReachesItThroughAPortOfTheHost) {
  sandbox::Service app = start({"/usr/bin/python3", "-c", kEcho});
  sandbox::PortForward forward({.host = "127.0.0.1", .port = 0}, app.socket());
  const std::uint16_t port = forward.start();
  EXPECT_EQ(ask(port, "over TCP"), "end:over TCP");
  sandbox::PortForward second({.host = "127.0.0.1", .port = port}, app.socket());
  try {
    second.start();
    FAIL() << "two forwards at one port";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  }
  forward.stop();
  forward.stop();
  EXPECT_FALSE(connect_to(port));
}

TEST_F(Service, ForwardDoesNotFollowALinkInPlaceOfTheSocket) {
  sandbox::Service app = start({"/usr/bin/python3", "-c", kEcho});
  ask(app.socket(), "x");
  std::filesystem::create_symlink(app.socket(), data() / "link.sock");
  sandbox::PortForward forward({.host = "127.0.0.1", .port = 0}, data() / "link.sock");
  const std::uint16_t port = forward.start();
  EXPECT_EQ(exchange(connect_to(port), "x"), "");
}

}  // namespace
}  // namespace tenon::security
