#include "cli/program.h"

#include <unistd.h>

#include <csignal>
#include <iostream>

#include "cli/build_command.h"
#include "cli/control.h"
#include "cli/failure_text.h"
#include "cli/invocation.h"
#include "cli/machine_commands.h"
#include "cli/native_command.h"
#include "cli/record_commands.h"
#include "core/log.h"
#include "sandbox/forwarder.h"

namespace tenon::cli {
namespace {

log::Level level_named(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warning") return log::Level::warning;
  if (name == "error") return log::Level::error;
  return log::Level::info;
}

int answer(const ControlReply& reply) {
  std::cout << reply.output;
  std::cerr << reply.errors;
  return reply.exit_code;
}

// What is longer than the engine takes is cut one byte later, and refused by it.
std::string standard_input() {
  std::string text(durable::EngineOptions{}.max_payload_bytes + 1, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

int ask(const std::filesystem::path& owner, const Invocation& invocation, const std::vector<std::string>& arguments,
        const Process& process) {
  ControlRequest request{.arguments = arguments,
                         .colour = process.terminal.colour,
                         .width = static_cast<std::uint32_t>(process.terminal.width)};
  if (takes_input(invocation)) request.input = standard_input();
  return answer(ask_owner(owner, request));
}

int perform_records(Invocation invocation, const std::vector<std::string>& arguments, const Process& process) {
  if (const auto owner = delivery::owner_socket(process.settings.data))
    return ask(*owner, invocation, arguments, process);
  if (takes_input(invocation)) invocation.payload = standard_input();
  Records records(process.settings, process.runtime);
  return run_record_command(invocation, records, process.out, process.terminal);
}

int go_on(const Invocation& invocation, const std::vector<std::string>& arguments, const Process& process) {
  if (const auto owner = delivery::owner_socket(process.settings.data))
    return ask(*owner, invocation, arguments, process);
  return resume(invocation, process);
}

int perform(const Invocation& invocation, const std::vector<std::string>& arguments, const Process& process) {
  switch (invocation.command) {
    case Command::build:
      return build(invocation, process);
    case Command::resume:
      return go_on(invocation, arguments, process);
    case Command::preview:
      return preview(invocation, process);
    case Command::exec:
      return exec(invocation, process.settings, process.program, process.interruption, process.out);
    case Command::doctor:
      return doctor(invocation, process.settings, process.runtime, process.program, process.out, process.terminal);
    case Command::config:
      return config(invocation, process.settings, process.out, process.terminal);
    default:
      return perform_records(invocation, arguments, process);
  }
}

int report(const Error& failure, const Invocation& invocation) {
  const bool runs = invocation.command == Command::build || invocation.command == Command::resume;
  const Error error = runs ? failure_of_run(failure) : failure;
  if (invocation.json) std::cout << failure_json(error) << std::flush;
  std::cerr << failure_text(error, detect_terminal(STDERR_FILENO));
  log::error("command failed", {{"code", to_string(error.code())}, {"reason", error.what()}});
  return exit_code(error.code());
}

int guarded(const Invocation& invocation, const std::vector<std::string>& arguments) {
  try {
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
    const Settings settings = read_settings(process_environment(), program);
    const bool keeps_log = invocation.command != Command::config && invocation.command != Command::doctor;
    if (keeps_log) {
      std::error_code ignored;
      std::filesystem::create_directories(settings.log_directory, ignored);
      log::open(settings.log_directory, level_named(settings.log_level));
    }
    io::Runtime runtime({.event_threads = settings.event_threads, .blocking_threads = settings.blocking_threads});
    Interruption interruption(runtime);
    const Process process{.settings = settings,
                          .runtime = runtime,
                          .program = program,
                          .out = std::cout,
                          .terminal = detect_terminal(STDOUT_FILENO),
                          .interruption = interruption};
    return perform(invocation, arguments, process);
  } catch (const Error& error) {
    return report(error, invocation);
  } catch (const std::filesystem::filesystem_error& error) {
    return report(system_error(error.path1().string(), error.code().value()), invocation);
  } catch (const std::exception& error) {
    return report(Error(ErrorCode::internal, fmt::format("a defect of Tenon: {}", error.what()),
                        "The log has more; please report it."),
                  invocation);
  }
}

}  // namespace

int run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  if (!arguments.empty() && arguments.front() == sandbox::kForwarderCommand) {
    return sandbox::forward_main({arguments.begin() + 1, arguments.end()});
  }
  if (const std::optional<int> code = run_native_command(arguments)) return *code;
  std::signal(SIGPIPE, SIG_IGN);
  const Parsed parsed = parse(arguments);
  std::cout << parsed.output;
  std::cerr << (detect_terminal(STDERR_FILENO).attached ? printable_lines(parsed.errors) : parsed.errors);
  if (!parsed.invocation) return parsed.exit_code;
  return guarded(*parsed.invocation, arguments);
}

}  // namespace tenon::cli
