#include "cli/machine_commands.h"

#include <unistd.h>

#include "agents/knowledge.h"
#include "core/nats_url.h"
#include "delivery/toolchain.h"
#include "events/wake_bus.h"
#include "git/identity.h"
#include "native/fsops/temporary_directory.h"

namespace tenon::cli {
namespace {

sandbox::Bind bind_from(const std::string& text) {
  const auto first = text.find(':');
  if (first == std::string::npos || first == 0) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("--bind needs HOST:INSIDE or HOST:INSIDE:rw, not \"{}\"", text));
  }
  sandbox::Bind bind{.host = std::filesystem::absolute(text.substr(0, first)),
                     .inside = text.substr(first + 1),
                     .access = sandbox::Access::read_only};
  const std::string inside = bind.inside.string();
  if (inside.ends_with(":rw")) {
    bind.inside = inside.substr(0, inside.size() - 3);
    bind.access = sandbox::Access::writable;
  }
  return bind;
}

sandbox::Limits limits_of(const Invocation& invocation, const Settings& settings) {
  sandbox::Limits limits = sandbox::limits_from(settings);
  if (invocation.wall_seconds) limits.wall_ms = static_cast<std::uint64_t>(*invocation.wall_seconds * 1000);
  limits.cpu_seconds = invocation.cpu_seconds.value_or(limits.cpu_seconds);
  limits.memory_bytes = invocation.memory_bytes.value_or(limits.memory_bytes);
  limits.processes = invocation.processes.value_or(limits.processes);
  limits.file_bytes = invocation.file_bytes.value_or(limits.file_bytes);
  limits.workspace_bytes = invocation.workspace_bytes.value_or(limits.workspace_bytes);
  limits.output_bytes = invocation.output_bytes.value_or(limits.output_bytes);
  return limits;
}

sandbox::Command command_of(const Invocation& invocation, const Settings& settings) {
  sandbox::Command command;
  command.argv = invocation.argv;
  command.workspace = std::filesystem::absolute(invocation.workspace).lexically_normal();
  command.limits = limits_of(invocation, settings);
  for (const std::string& text : invocation.binds) command.binds.push_back(bind_from(text));
  for (const std::string& text : invocation.environment) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorCode::invalid_argument, fmt::format("--env needs NAME=VALUE, not \"{}\"", text));
    }
    command.environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  if (!std::filesystem::is_directory(command.workspace)) {
    throw Error(ErrorCode::not_found, fmt::format("the workspace {} is not a directory", command.workspace.string()));
  }
  return command;
}

void add_stacks(std::vector<sandbox::Feature>& features, const delivery::Tools& tools,
                const std::filesystem::path& scratch) {
  for (const auto& [name, stack] : tools.knowledge.stacks) {
    sandbox::Feature feature{.name = "stack " + name,
                             .found = true,
                             .detail = stack.title,
                             .lost = "apps of this stack cannot be built",
                             .remedy = {}};
    std::string packages;
    for (const delivery::MissingTool& tool : delivery::missing_tools(tools, stack, scratch, {})) {
      feature.found = false;
      feature.detail = fmt::format("{} {}", tool.name, tool.why);
      packages += " " + tool.package;
    }
    if (!feature.found) feature.remedy = "apt-get install" + packages;
    features.push_back(std::move(feature));
  }
}

sandbox::Feature data_directory(const Settings& settings) {
  auto existing = settings.data;
  while (!std::filesystem::exists(existing) && existing != existing.parent_path()) existing = existing.parent_path();
  const bool writable = ::access(existing.c_str(), W_OK | X_OK) == 0;
  return {.name = "data directory",
          .found = writable,
          .detail = settings.data.string(),
          .lost = "nothing can be stored",
          .remedy = "Set TENON_DATA to a directory you may write to."};
}

// Asks the servers; waits as long as a process would before it gives one up.
sandbox::Feature wake_bus(const Settings& settings) {
  const events::WakeBusOptions options{.url = settings.nats_url};
  const events::WakeBus bus(options);
  constexpr Milliseconds kLook{20};
  events::WakeBusStatus status = bus.status();
  for (Milliseconds waited{}; waited < options.patience && !status.connected && status.last_failure.empty();
       waited += kLook) {
    std::this_thread::sleep_for(kLook);
    status = bus.status();
  }
  const std::string servers = without_credentials(settings.nats_url);
  return {.name = "wake-up bus",
          .found = status.connected,
          .detail = status.connected ? servers : fmt::format("{}: {}", servers, status.last_failure),
          .lost = "processes on one database hear of each other's work when they look, not at once",
          .remedy = "Start the NATS servers that TENON_NATS_URL names, or correct or unset it."};
}

}  // namespace

void require_sandbox(const sandbox::Probe& probe) {
  if (probe.usable) return;
  for (const sandbox::Feature& feature : probe.features) {
    if (!feature.found && !feature.remedy.empty()) {
      throw Error(ErrorCode::sandbox_unavailable,
                  fmt::format("commands cannot be isolated on this machine: {}: {}", feature.name, feature.detail),
                  feature.remedy);
    }
  }
  throw Error(ErrorCode::sandbox_unavailable, "commands cannot be isolated on this machine",
              "`tenon doctor` shows why.");
}

int exec(const Invocation& invocation, const Settings& settings, const std::filesystem::path& program,
         const Interruption& interruption, std::ostream& out) {
  sandbox::Sandbox box(settings, program);
  const sandbox::Command command = command_of(invocation, settings);
  std::stop_source stop;
  std::atomic<bool> over = false;
  std::jthread watch([&] {
    constexpr Milliseconds kLook{20};
    while (!over && !interruption.requested()) std::this_thread::sleep_for(kLook);
    if (interruption.requested()) stop.request_stop();
  });
  sandbox::ExitRecord record;
  try {
    record = box.run(command, stop.get_token());
  } catch (...) {
    over = true;
    throw;
  }
  over = true;
  out << (invocation.json ? json::serialize(to_json(record)) + "\n" : pretty_json(to_json(record)));
  return record.exit_code;
}

int doctor(const Invocation& invocation, const Settings& settings, io::Runtime& runtime,
           const std::filesystem::path& program, std::ostream& out, const Terminal& terminal) {
  sandbox::Sandbox box(settings, program);
  std::vector<sandbox::Feature> features = box.probe().features;
  features.push_back(data_directory(settings));
  if (!settings.nats_url.empty()) features.push_back(wake_bus(settings));
  const agents::Knowledge knowledge = agents::load_knowledge(settings.share / "golden-paths");
  features.push_back({.name = "golden paths",
                      .found = true,
                      .detail = fmt::format("{} domains, {} stacks in {}", knowledge.domains.size(),
                                            knowledge.stacks.size(), settings.share.string()),
                      .lost = {},
                      .remedy = {}});
  if (box.probe().usable) {
    io::HttpClient http(runtime.executor());
    const delivery::Tools tools{
        .runtime = runtime, .sandbox = box, .http = http, .knowledge = knowledge, .settings = settings};
    const fsops::TemporaryDirectory scratch(std::filesystem::temp_directory_path(), "tenon-doctor-");
    add_stacks(features, tools, scratch.path());
  }
  const git::Identity author = git::user_identity(settings, process_environment());
  features.push_back({.name = "author of commits",
                      .found = true,
                      .detail = fmt::format("{} <{}>", author.name, author.email),
                      .lost = {},
                      .remedy = {}});

  const bool sound =
      box.probe().usable && std::ranges::all_of(features, [](const sandbox::Feature& feature) {
        return feature.found || (!feature.name.starts_with("stack ") && feature.name != "data directory");
      });
  if (invocation.json) {
    out << pretty_json(
        json::object{{"sound", sound}, {"tier", to_json(box.probe().tier)}, {"features", to_json(features)}});
    return sound ? 0 : exit_code(ErrorCode::toolchain_missing);
  }
  for (const sandbox::Feature& feature : features) {
    out << fmt::format("{} {:<22} {}\n",
                       feature.found ? terminal.styled(Style::good, "found  ") : terminal.styled(Style::bad, "missing"),
                       feature.name, feature.detail);
    if (!feature.found)
      out << fmt::format("        without it: {}\n        to get it:  {}\n", feature.lost, feature.remedy);
  }
  out << fmt::format("\nIsolation tier: {}. {}\n", boost::describe::enum_to_string(box.probe().tier, ""),
                     sound ? "This machine can run deliveries." : "This machine cannot run all deliveries.");
  if (sound) return 0;
  return exit_code(box.probe().usable ? ErrorCode::toolchain_missing : ErrorCode::sandbox_unavailable);
}

int config(const Invocation& invocation, const Settings& settings, std::ostream& out, const Terminal& terminal) {
  const auto values = effective(settings);
  if (invocation.json) {
    json::object object;
    for (const auto& [variable, value] : values) object.emplace(variable, value);
    out << pretty_json(object);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < values.size(); ++i)
    rows.push_back({values[i].first, values[i].second, setting_infos()[i].meaning});
  out << table({"SETTING", "VALUE", "MEANING"}, rows, terminal);
  return 0;
}

}  // namespace tenon::cli
