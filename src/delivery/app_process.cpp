#include "delivery/app_process.h"

#include "core/error.h"
#include "core/log.h"
#include "core/redact.h"

namespace tenon::delivery {
namespace {

// Inside its own network namespace an app has every port for itself.
constexpr std::uint16_t kAppPort = 8000;
constexpr Milliseconds kHealthPause{40};

std::string with_values(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string placeholder = "{" + name + "}";
    for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size())) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

Error did_not_start(const sandbox::Service& service, std::string_view why) {
  return Error(ErrorCode::unavailable, fmt::format("the app {}", why),
               "Its last words: " + redacted_text(service.recent_output()));
}

}  // namespace

std::vector<std::string> stack_command(const agents::Stack& stack, const std::string& name,
                                       const std::map<std::string, std::string>& values, const Settings& settings) {
  const auto found = stack.commands.find(name);
  if (found == stack.commands.end() || found->second.empty()) {
    throw Error(ErrorCode::invalid_argument, fmt::format("the stack {} has no command \"{}\"", stack.name, name));
  }
  std::vector<std::string> argv;
  for (const std::string& argument : found->second) argv.push_back(with_values(argument, values));
  if (argv.front() == "python3") argv.front() = settings.python;
  return argv;
}

sandbox::Command app_command(const Tools& tools, const agents::Stack& stack, std::vector<std::string> argv,
                             const std::filesystem::path& checkout) {
  sandbox::Command command;
  command.argv = std::move(argv);
  command.environment = stack.environment;
  command.workspace = checkout;
  command.limits = sandbox::limits_from(tools.settings);
  return command;
}

Task<sandbox::Service> start_app(const Tools& tools, const agents::Stack& stack, AppStart start) {
  const std::map<std::string, std::string> values{{"port", std::to_string(kAppPort)}};
  sandbox::ServiceCommand service_command;
  service_command.port = kAppPort;
  service_command.command =
      app_command(tools, stack, stack_command(stack, "serve", values, tools.settings), start.checkout);
  for (const auto& [name, value] : start.environment) service_command.command.environment[name] = value;
  if (!start.data.empty()) {
    service_command.command.binds.push_back(
        {.host = start.data, .inside = "/data", .access = sandbox::Access::writable});
  }

  auto begin = [&tools, service_command] { return tools.sandbox.start(service_command); };
  sandbox::Service service = co_await io::blocking(tools.runtime, std::move(begin));
  log::info("app started", {{"sandbox", service.id().text}, {"stack", stack.name}});

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(tools.settings.start_seconds);
  while (std::chrono::steady_clock::now() < deadline) {
    if (!service.running()) throw did_not_start(service, "ended before it was ready");
    const bool ready = co_await healthy(tools, stack, service.socket());
    if (ready) co_return service;
    co_await io::sleep_for(kHealthPause);
  }
  throw did_not_start(service, fmt::format("was not healthy within {} s", tools.settings.start_seconds));
}

Task<bool> healthy(const Tools& tools, const agents::Stack& stack, std::filesystem::path socket) {
  io::HttpRequest request;
  request.url = "http://app.internal" + stack.health;
  request.unix_socket = socket.string();
  try {
    const io::HttpResponse answer = co_await tools.http.send(std::move(request));
    co_return answer.status == 200;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    co_return false;  // not listening yet
  }
}

}  // namespace tenon::delivery
