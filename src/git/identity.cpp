#include "git/identity.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/log.h"
#include "core/unicode.h"
#include "git/library.h"

namespace tenon::git {
namespace {

using ConfigHandle = Handle<git_config, git_config_free>;

struct Account {
  std::string login = "user";
  std::string full_name;
  std::string home;
};

Account account() {
  Account result;
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return result;
  const std::string_view gecos = found->pw_gecos != nullptr ? found->pw_gecos : "";
  result.login = found->pw_name;
  result.full_name = std::string(gecos.substr(0, gecos.find(',')));
  result.home = found->pw_dir != nullptr ? found->pw_dir : "";
  return result;
}

std::string host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::string cleaned(std::string_view text) {
  if (!is_valid_text(text)) return {};
  std::string result;
  for (const char c : text) {
    if (c != '<' && c != '>' && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) result += c;
  }
  const std::size_t first = result.find_first_not_of(" .,:;\"'");
  if (first == std::string::npos) return {};
  return result.substr(first, result.find_last_not_of(" .,:;\"'") - first + 1);
}

std::string variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string entry(git_config* config, const char* name) {
  git_buf value = GIT_BUF_INIT;
  const int result = git_config_get_string_buf(&value, config, name);
  std::string text = result == 0 ? std::string(value.ptr, value.size) : std::string();
  git_buf_dispose(&value);
  if (result != GIT_ENOTFOUND) check(result, std::string("cannot read ") + name);
  return text;
}

Identity configured(const Environment& environment, const std::string& home) {
  std::string xdg = variable(environment, "XDG_CONFIG_HOME");
  if (xdg.empty()) xdg = home + "/.config";
  try {
    const ConfigHandle config = made<git_config, git_config_free>("cannot read the git configuration", git_config_new);
    // A file that does not exist counts as empty.
    check(git_config_add_file_ondisk(config.get(), (xdg + "/git/config").c_str(), GIT_CONFIG_LEVEL_XDG, nullptr, 0),
          "cannot read the git configuration");
    check(git_config_add_file_ondisk(config.get(), (home + "/.gitconfig").c_str(), GIT_CONFIG_LEVEL_GLOBAL, nullptr, 0),
          "cannot read the git configuration");
    return {.name = cleaned(entry(config.get(), "user.name")), .email = cleaned(entry(config.get(), "user.email"))};
  } catch (const Error& error) {
    // A broken configuration of the user's is no reason not to build: the account's name stands in.
    log::warning("git.user_configuration_unreadable", {{"reason", error.what()}});
    return {};
  }
}

}  // namespace

Identity user_identity(const Settings& settings, const Environment& environment) {
  start_library();
  Identity identity{.name = cleaned(settings.author_name), .email = cleaned(settings.author_email)};
  if (!identity.name.empty() && !identity.email.empty()) return identity;
  const Account user = account();
  const std::string home = variable(environment, "HOME");
  const Identity fallback = configured(environment, home.empty() ? user.home : home);
  if (identity.name.empty()) identity.name = fallback.name;
  if (identity.email.empty()) identity.email = fallback.email;
  if (identity.name.empty()) identity.name = cleaned(user.full_name);
  if (identity.name.empty()) identity.name = user.login;
  if (identity.email.empty()) identity.email = cleaned(user.login + "@" + host());
  return identity;
}

Identity tenon_identity() { return {.name = "Tenon", .email = "tenon@localhost"}; }

}  // namespace tenon::git
