#include "cli/native_command.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/archive_commands.h"
#include "cli/diff_command.h"
#include "cli/failure_text.h"
#include "cli/fs_commands.h"
#include "cli/merge_command.h"
#include "cli/patch_command.h"
#include "cli/search_command.h"
#include "cli/stray_words.h"
#include "cli/symbol_commands.h"
#include "cli/workspace_commands.h"
#include "core/error.h"

namespace tenon::cli {
namespace {

constexpr std::array kFsCommands = {&kFsWalkCommand,   &kFsHashCommand,    &kCloneCommand,   &kDiscardCommand,
                                    &kSnapshotCommand, &kSnapshotsCommand, &kRestoreCommand, &kForgetCommand,
                                    &kExtractCommand,  &kPackCommand};
constexpr NativeCommand kFsCommand{.name = "fs",
                                   .summary = "Walk, hash, clone and restore trees of files",
                                   .examples = "tenon fs walk src --sort",
                                   .commands = kFsCommands};

constexpr std::array kCommands = {&kDiffCommand,    &kFsCommand,    &kIndexCommand,  &kMapCommand,    &kMergeCommand,
                                  &kOutlineCommand, &kPatchCommand, &kSearchCommand, &kSymbolsCommand};

extern "C" void end_at_once(int signal) {
  constexpr int kSignalBase = 128;
  std::_Exit(kSignalBase + signal);
}

// What the parent has switched off (nohup, a shell's background) stays off.
void end_at_once_on(int signal) {
  struct sigaction present{};
  ::sigaction(signal, nullptr, &present);
  if (present.sa_handler == SIG_IGN) return;
  struct sigaction ending{};
  ending.sa_handler = end_at_once;
  ::sigaction(signal, &ending, nullptr);
}

const NativeCommand* find(std::span<const NativeCommand* const> commands, std::string_view name) {
  for (const NativeCommand* command : commands) {
    if (name == command->name) return command;
  }
  return nullptr;
}

std::string section(std::string_view title, std::string_view lines) {
  std::string text(title);
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text += "\n  ";
    text += lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

std::string footer(const NativeCommand& command) {
  const std::string examples = section("Example:", command.examples);
  const std::string_view endings = command.endings;
  return endings.empty() ? examples : section("Exit code:", endings) + "\n\n" + examples;
}

struct Parsing {
  NativeAction action;
  bool json = false;
  int exit_code = 0;  // when there is no action
};

// The help, or what is wrong with the command line; returns the exit code.
int say_why_not(const CLI::App& app, const CLI::ParseError& failure) {
  std::ostringstream errors;
  const int code = app.exit(failure, std::cout, errors);
  const bool attached = detect_terminal(STDERR_FILENO).attached;
  std::cerr << (attached ? printable_lines(errors.str()) : errors.str());
  return code == 0 ? 0 : exit_code(ErrorCode::invalid_argument);
}

Parsing parse(const NativeCommand& command, const std::string& name, const std::vector<std::string>& arguments) {
  Parsing parsing;
  CLI::App app(command.summary, name);
  app.footer(footer(command));
  if (command.declare != nullptr) {
    app.add_flag("--json", parsing.json, "Machine-readable output");
    parsing.action = command.declare(app);
  } else {
    for (const NativeCommand* below : command.commands) app.add_subcommand(below->name, below->summary);
    app.require_subcommand(1);
  }
  try {
    if (command.declare == nullptr) refuse_unknown_command(name, arguments);
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes a vector from its end
    refuse_numbers_as_names(app, arguments);
  } catch (const CLI::ParseError& failure) {
    parsing.action = nullptr;
    parsing.exit_code = say_why_not(app, failure);
  }
  return parsing;
}

int report(const Error& error, Output& out, bool json) {
  if (json) {
    out.write(failure_json(error));
    out.flush();
  }
  std::cerr << failure_text(error, detect_terminal(STDERR_FILENO));
  return exit_code(error.code());
}

int run_action(const Parsing& parsing) {
  Output out(STDOUT_FILENO);
  try {
    const NativeContext context{.json = parsing.json, .terminal = detect_terminal(STDOUT_FILENO), .out = out};
    const int code = parsing.action(context);
    out.flush();
    return code;
  } catch (const Error& error) {
    return report(error, out, parsing.json);
  } catch (const std::filesystem::filesystem_error& error) {
    return report(system_error(error.path1().string(), error.code().value()), out, parsing.json);
  } catch (const std::exception& error) {
    return report(Error(ErrorCode::internal, fmt::format("a defect of Tenon: {}", error.what()), "Please report it."),
                  out, parsing.json);
  }
}

}  // namespace

std::span<const NativeCommand* const> native_commands() { return kCommands; }

std::optional<int> run_native_command(const std::vector<std::string>& arguments) {
  const NativeCommand* command = arguments.empty() ? nullptr : find(kCommands, arguments.front());
  if (command == nullptr) return std::nullopt;
  std::string name = fmt::format("tenon {}", command->name);
  std::size_t used = 1;
  if (command->declare == nullptr && arguments.size() > used) {
    if (const NativeCommand* below = find(command->commands, arguments[used])) {
      command = below;
      name += fmt::format(" {}", command->name);
      ++used;
    }
  }
  end_at_once_on(SIGINT);
  end_at_once_on(SIGTERM);
  const auto rest = arguments.begin() + static_cast<std::ptrdiff_t>(used);
  const Parsing parsing = parse(*command, name, {rest, arguments.end()});
  return parsing.action ? run_action(parsing) : parsing.exit_code;
}

}  // namespace tenon::cli
