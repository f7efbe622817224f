// tests/harness/fake_app.py as a running process: a good app, or one with the flaws it is told to have.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/ids.h"
#include "delivery/harness/subject.h"
#include "io/http_client.h"
#include "io/runtime.h"

namespace tenon::delivery {

inline Subject fake_subject(const std::string& kind) {
  Subject subject;
  subject.kind = kind;
  subject.unix_socket = (std::filesystem::temp_directory_path() / (new_ulid() + ".sock")).string();
  subject.staff_roles = {"clerk"};
  subject.has_accounts = true;
  subject.accounts = make_accounts(subject.staff_roles, kind == "api" ? 2 : 0);
  const auto entity = [&](const std::string& name, const std::string& slug, const std::string& access,
                          const std::string& title) {
    SubjectEntity made;
    made.name = name;
    made.slug = slug;
    made.access = access;
    made.title_field = title;
    made.fields.push_back(
        {.name = title, .takes_text = true, .is_searched = true, .is_required = true, .max_length = 80});
    made.valid.emplace(title, "Valid ${unique}");
    subject.entities.push_back(std::move(made));
  };
  entity("dish", "menu", "catalog", "name");
  entity("message", "messages", "inbox", "name");
  entity("note", "notes", "private", "title");
  const auto add = [&](SubjectEntity& to, const std::string& field, bool takes_text, const std::string& value) {
    to.fields.push_back(
        {.name = field, .takes_text = takes_text, .is_searched = false, .is_required = true, .max_length = {}});
    to.valid.emplace(field, value);
  };
  add(subject.entities[0], "price", false, "7.50");
  add(subject.entities[0], "notes", true, "Fine");
  add(subject.entities[1], "body", true, "Hello");
  add(subject.entities[2], "body", true, "Mine");
  subject.entities[1].managers = {"clerk"};
  for (SubjectEntity& each : subject.entities) {
    each.valid2 = each.valid;
  }
  return subject;
}

class FakeApp final {
 public:
  FakeApp(const std::string& kind, std::vector<std::string> flaws) : subject(fake_subject(kind)) {
    std::vector<std::string> words{"python3", TENON_SOURCE_DIR "/tests/harness/fake_app.py", subject.unix_socket, kind};
    words.insert(words.end(), flaws.begin(), flaws.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string users = "BOOTSTRAP_USERS=" + bootstrap_users(subject.accounts);
    std::string path = std::string("PATH=") + std::getenv("PATH");
    std::array<char*, 3> environment{users.data(), path.data(), nullptr};
    if (posix_spawnp(&process_, "python3", nullptr, nullptr, arguments.data(), environment.data()) != 0) process_ = 0;
    while (process_ != 0 && !answers()) {
      if (waitpid(process_, nullptr, WNOHANG) != 0) process_ = 0;
      std::this_thread::yield();
    }
  }
  ~FakeApp() {
    if (process_ != 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    std::filesystem::remove(subject.unix_socket);
  }
  FakeApp(const FakeApp&) = delete;
  FakeApp& operator=(const FakeApp&) = delete;

  bool is_running() const { return process_ != 0; }

  Subject subject;

 private:
  bool answers() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    subject.unix_socket.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    close(probe);
    return connected;
  }

  pid_t process_ = 0;
};

}  // namespace tenon::delivery
