#include "core/config.h"

#include <pwd.h>
#include <unistd.h>

#include <charconv>

#include <fmt/format.h>
#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

#include "core/error.h"
#include "core/nats_url.h"

extern char** environ;

namespace tenon {

BOOST_DESCRIBE_STRUCT(Settings, (),
                      (data, share, log_directory, log_level, tenant, nats_url, author_name, author_email,
                       event_threads, blocking_threads, parallel_tasks, parallel_runs, run_payload_bytes, run_rescues,
                       worker_lease_seconds, worker_drain_seconds, sandbox_tier, sandbox_uid_base, sandbox_uid_count,
                       sandbox_wall_seconds, sandbox_cpu_seconds, sandbox_memory_bytes, sandbox_processes,
                       sandbox_file_bytes, sandbox_workspace_bytes, sandbox_output_bytes, preview_host, preview_port,
                       start_seconds, python))

namespace {

using Members = boost::describe::describe_members<Settings, boost::describe::mod_any_access>;

struct Rule {
  std::string_view name;
  std::string_view fallback;
  std::uint64_t least;
  std::uint64_t most;
  std::string_view meaning;
};

constexpr std::uint64_t kTebibyte = 1ULL << 40U;

constexpr Rule kRules[] = {
    {"data", "~/.local/share/tenon", 0, 0, "Directory of the database, repositories and previews."},
    {"share", "", 0, 0,
     "Directory of golden paths; empty: `share/tenon` beside the program, else the source tree's `data`."},
    {"log_directory", "", 0, 0, "Directory of the JSON-line logs; empty: `logs` in the data directory."},
    {"log_level", "info", 0, 0, "debug, info, warning or error."},
    {"tenant", "local", 0, 0, "Tenant that the local user's rows belong to."},
    {"nats_url", "", 0, 0,
     "NATS servers for quick wake-ups between processes, nats:// or tls://, with commas; empty: processes only poll."},
    {"author_name", "", 0, 0,
     "Author of commits; empty: user.name of the user's git configuration, else the account's name."},
    {"author_email", "", 0, 0,
     "Author's address; empty: user.email of the user's git configuration, else account@host."},
    {"event_threads", "2", 1, 256, "Threads of the event loop."},
    {"blocking_threads", "8", 2, 1024, "Threads for SQL, files, git and waiting for processes."},
    {"parallel_tasks", "2", 1, 64, "Tasks of a plan that are built at the same time."},
    {"parallel_runs", "64", 1, 100'000, "Runs that are worked on at the same time; waiting ones do not count."},
    {"run_payload_bytes", "1048576", 1024, 1U << 30U, "Most bytes of a run's input, a step's result or a signal."},
    {"run_rescues", "5", 0, 1'000'000, "A run that loses more workers than this without progress is given up as dead."},
    {"worker_lease_seconds", "10", 2, 3600, "How long a worker that falls silent keeps its runs."},
    {"worker_drain_seconds", "30", 0, 86'400,
     "How long running steps may take to end when the program is asked to stop."},
    {"sandbox_tier", "rlimit", 0, 0,
     "Weakest isolation that is accepted: cgroup2, cgroup1 or rlimit (namespaces and seccomp are always required)."},
    {"sandbox_uid_base", "2000000", 65536, 4'000'000'000,
     "First of the private user ids of sandboxes when started as root."},
    {"sandbox_uid_count", "10000", 16, 1'000'000, "How many private user ids there are."},
    {"sandbox_wall_seconds", "300", 1, 86'400, "Longest run of one sandboxed command."},
    {"sandbox_cpu_seconds", "600", 1, 604'800, "Most processor time of one sandboxed command."},
    {"sandbox_memory_bytes", "2147483648", 1U << 26U, kTebibyte, "Most memory of one sandbox."},
    {"sandbox_processes", "256", 4, 1'000'000, "Most processes and threads of one sandbox."},
    {"sandbox_file_bytes", "1073741824", 1U << 20U, kTebibyte, "Largest file a sandboxed command may write."},
    {"sandbox_workspace_bytes", "2147483648", 1U << 20U, kTebibyte, "Most bytes a workspace may hold."},
    {"sandbox_output_bytes", "1048576", 4096, 1U << 30U,
     "Most output that is kept of one command; the middle is dropped."},
    {"preview_host", "127.0.0.1", 0, 0, "Address on which previews are served."},
    {"preview_port", "0", 0, 65535, "Port of a preview; 0: any free one."},
    {"start_seconds", "20", 1, 600, "How long an app may take until its health check passes."},
    {"python", "/usr/bin/python3", 0, 0, "Interpreter that generated Python apps run with inside the sandbox."},
};

const Rule& rule_of(std::string_view name) {
  for (const Rule& rule : kRules) {
    if (rule.name == name) return rule;
  }
  throw Error(ErrorCode::internal, fmt::format("the setting {} has no rule", name));
}

std::string variable_of(std::string_view name) {
  std::string variable = "TENON_";
  for (const char c : name) variable += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

std::filesystem::path expanded(std::string_view text, const Environment& environment) {
  if (!text.starts_with("~")) return std::filesystem::path(text);
  std::string home;
  if (const auto found = environment.find("HOME"); found != environment.end()) home = found->second;
  if (const passwd* account = home.empty() ? ::getpwuid(::getuid()) : nullptr) home = account->pw_dir;
  return std::filesystem::path(home + std::string(text.substr(1)));
}

template <class Number>
Number number_from(const Rule& rule, const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size() || number < rule.least || number > rule.most) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} must be a whole number from {} to {}, not \"{}\"",
                                                         variable_of(rule.name), rule.least, rule.most, text));
  }
  return static_cast<Number>(number);
}

void refuse_unknown(const Environment& environment) {
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with("TENON_")) continue;
    const bool known =
        std::ranges::any_of(kRules, [&](const Rule& rule) { return variable_of(rule.name) == variable; });
    if (!known) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the environment variable {} is not a setting of Tenon", variable),
                  "`tenon config` lists the settings; unset it or correct its name.");
    }
  }
}

void refuse_other_than(std::string_view name, const std::string& value, std::initializer_list<std::string_view> known) {
  if (std::ranges::find(known, value) != known.end()) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{} must be one of {}, not \"{}\"", variable_of(name), fmt::join(known, ", "), value));
}

std::filesystem::path knowledge_beside(const std::filesystem::path& program) {
  const std::filesystem::path folder = program.parent_path();
  for (const auto& candidate : {folder / "../share/tenon", folder / "../data", folder / "../../data"}) {
    if (std::filesystem::exists(candidate / "golden-paths")) return std::filesystem::weakly_canonical(candidate);
  }
  return std::filesystem::weakly_canonical(folder / "../share/tenon");
}

}  // namespace

const std::vector<SettingInfo>& setting_infos() {
  static const std::vector<SettingInfo> kInfos = [] {
    std::vector<SettingInfo> infos;
    boost::mp11::mp_for_each<Members>([&](auto member) {
      const Rule& rule = rule_of(member.name);
      infos.push_back({variable_of(rule.name), std::string(rule.fallback), std::string(rule.meaning)});
    });
    return infos;
  }();
  return kInfos;
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Settings read_settings(const Environment& environment, const std::filesystem::path& program) {
  refuse_unknown(environment);
  Settings settings;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    const Rule& rule = rule_of(member.name);
    const auto found = environment.find(variable_of(rule.name));
    const std::string text = found == environment.end() ? std::string(rule.fallback) : found->second;
    auto& field = settings.*member.pointer;
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, std::filesystem::path>) {
      field = expanded(text, environment);
    } else if constexpr (std::is_same_v<Field, std::string>) {
      field = text;
    } else {
      field = number_from<Field>(rule, text);
    }
  });
  refuse_other_than("log_level", settings.log_level, {"debug", "info", "warning", "error"});
  refuse_other_than("sandbox_tier", settings.sandbox_tier, {"cgroup2", "cgroup1", "rlimit"});
  if (settings.data.empty()) throw Error(ErrorCode::invalid_argument, "TENON_DATA is empty");
  if (!settings.nats_url.empty()) nats_servers(settings.nats_url);
  settings.data = std::filesystem::absolute(settings.data);
  if (settings.log_directory.empty()) settings.log_directory = settings.data / "logs";
  if (settings.share.empty()) settings.share = knowledge_beside(program);
  return settings;
}

std::vector<std::pair<std::string, std::string>> effective(const Settings& settings) {
  std::vector<std::pair<std::string, std::string>> rows;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    const auto& field = settings.*member.pointer;
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, std::filesystem::path>) {
      rows.emplace_back(variable_of(member.name), field.string());
    } else {
      rows.emplace_back(variable_of(member.name), without_credentials(fmt::format("{}", field)));
    }
  });
  return rows;
}

}  // namespace tenon
