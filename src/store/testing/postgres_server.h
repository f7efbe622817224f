// A PostgreSQL server for tests: started from the installed binaries at first use, under an unprivileged user, in a
// temporary directory, on a Unix socket only; stopped and removed when the test program ends. One per test program.
#pragma once

#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tenon::store::testing {

class PostgresServer final {
 public:
  static PostgresServer& shared() {
    static PostgresServer server;
    return server;
  }

  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // A connection URI; everything unqualified lives in the schema of this name.
  std::string url(const std::string& schema) const {
    return "postgresql://" + user_ + "@/postgres?host=" + directory_.native() + "&options=-csearch_path%3D" + schema;
  }

 private:
  PostgresServer() {
    std::string name = (std::filesystem::temp_directory_path() / "pg-XXXXXX").native();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp: " + std::string(std::strerror(errno)));
    directory_ = name;
    choose_user();
    const std::string data = directory_ / "data";
    const pid_t initialising = launch(
        {"initdb", "-D", data, "-U", user_, "-A", "trust", "-N", "--no-locale", "-E", "UTF8", "--no-instructions"});
    int status = 0;
    waitpid(initialising, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed; its messages are in " + (directory_ / "log").native());
    server_ =
        launch({"postgres", "-D", data, "-k", directory_, "-F", "-c", "listen_addresses=", "-c", "max_connections=60"});
    wait_until_ready(data);
  }

  ~PostgresServer() {
    kill(server_, SIGQUIT);
    waitpid(server_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  // PostgreSQL refuses to run as root; Debian's package brings the user it wants.
  void choose_user() {
    if (geteuid() != 0) {
      user_ = getpwuid(geteuid())->pw_name;
      return;
    }
    const passwd* entry = getpwnam("postgres");
    if (entry == nullptr) entry = getpwnam("nobody");
    user_ = entry->pw_name;
    uid_ = entry->pw_uid;
    gid_ = entry->pw_gid;
    if (chown(directory_.c_str(), uid_, gid_) != 0)
      throw std::runtime_error("chown: " + std::string(std::strerror(errno)));
  }

  static std::filesystem::path binaries() {
    const std::filesystem::path root = "/usr/lib/postgresql";
    for (const auto& version : std::filesystem::directory_iterator(root)) {
      if (exists(version.path() / "bin/postgres")) return version.path() / "bin";
    }
    throw std::runtime_error("no PostgreSQL server below " + root.native());
  }

  pid_t launch(const std::vector<std::string>& command) {
    const std::string program = binaries() / command.front();
    const std::string log = directory_ / "log";
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = fork();
    if (child != 0) return child;
    if (geteuid() == 0 && (setgid(gid_) != 0 || setuid(uid_) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a killed test program leaves no server behind
    if (freopen(log.c_str(), "a", stdout) == nullptr || dup2(fileno(stdout), 2) < 0 || chdir("/") != 0) _exit(126);
    execv(program.c_str(), arguments.data());
    _exit(127);
  }

  // The server writes its state into the last line of its lock file.
  void wait_until_ready(const std::string& data) {
    for (int i = 0; i < 2000; ++i) {
      std::ifstream file(data + "/postmaster.pid");
      std::string line;
      while (std::getline(file, line)) {
        if (line.starts_with("ready")) return;
      }
      if (waitpid(server_, nullptr, WNOHANG) != 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the PostgreSQL server did not start; see " + (directory_ / "log").native());
  }

  std::filesystem::path directory_;
  std::string user_;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  pid_t server_ = -1;
};

}  // namespace tenon::store::testing
