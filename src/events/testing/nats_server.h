// A NATS server for tests, on a port of its own that it keeps when it is stopped and started again. Ends with the
// object, and with the test program whatever happens to it.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/time.h"

namespace tenon::events::testing {

class NatsServer final {
 public:
  enum class Start { now, later };

  explicit NatsServer(Start start = Start::now, std::vector<std::string> arguments = {})
      : port_(free_port()), arguments_(std::move(arguments)) {
    std::string name = (std::filesystem::temp_directory_path() / "nats-XXXXXX").native();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    directory_ = name;
    if (start == Start::now) this->start();
  }
  ~NatsServer() {
    kill();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  static std::string program() {
    for (const char* path : {"/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"}) {
      if (std::filesystem::exists(path)) return path;
    }
    return {};
  }

  const std::filesystem::path& directory() const { return directory_; }
  std::string url() const { return url("nats://"); }
  std::string url(const std::string& before) const { return before + "127.0.0.1:" + std::to_string(port_); }

  // Returns when it accepts connections.
  void start() {
    const std::string log = directory_ / "log";
    std::filesystem::remove(log);
    std::vector<std::string> command = {program(), "-a", "127.0.0.1", "-p", std::to_string(port_), "-l", log};
    command.insert(command.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> pointers;
    for (std::string& argument : command) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execv(pointers[0], pointers.data());
      _exit(127);
    }
    for (int i = 0; i < 3000; ++i) {
      std::ifstream file(log);
      const std::string text(std::istreambuf_iterator<char>(file), {});
      if (text.find("Server is ready") != std::string::npos) return;
      if (waitpid(process_, nullptr, WNOHANG) != 0) throw std::runtime_error("nats-server ended: " + text);
      std::this_thread::sleep_for(Milliseconds(10));
    }
    throw std::runtime_error("nats-server did not start");
  }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }

  void freeze() { ::kill(process_, SIGSTOP); }
  void thaw() { ::kill(process_, SIGCONT); }

 private:
  static std::uint16_t free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) throw std::runtime_error("no socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(probe);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
  }

  std::uint16_t port_;
  std::vector<std::string> arguments_;
  std::filesystem::path directory_;
  pid_t process_ = -1;
};

// Skips a test on a machine without the server.
class WithNats : public ::testing::Test {
 protected:
  void SetUp() override {
    if (NatsServer::program().empty()) GTEST_SKIP() << "nats-server is not installed (Debian package nats-server)";
  }
};

// Looks until it holds; false after 20 s.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(Milliseconds(5));
  }
  return false;
}

}  // namespace tenon::events::testing
