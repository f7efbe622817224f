// The commands of the native core: fs, search, diff … They need neither settings nor store nor event loop, so they are
// found before any of these is set up, and start in about a millisecond. Ctrl-C ends them at once with 130, SIGTERM
// with 143; a reader that goes away (`| head`) ends them silently.
//
// A command is one file src/cli/<name>_command.cpp with one constant, and one line in the table of native_command.cpp:
//
//   NativeAction declare_search(CLI::App& app) {
//     auto options = std::make_shared<SearchOptions>();
//     app.add_option("pattern", options->pattern, "What to look for")->required();
//     return [options](const NativeContext& context) { return search(*options, context); };
//   }
//   const NativeCommand kSearchCommand{.name = "search", .summary = "…", .examples = "tenon search -i needle src",
//                                      .declare = declare_search};
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "cli/terminal.h"

namespace CLI {
class App;
}

namespace tenon::cli {

struct NativeContext {
  bool json = false;  // --json, which every command has
  Terminal terminal;  // what standard output can do
  Output& out;        // standard output; flushed when the action returns
};

// Does the work when the options are known; returns the exit code. Throws Error, which the frame reports in words or,
// with --json, as a JSON line.
using NativeAction = std::function<int(const NativeContext&)>;

struct NativeCommand {
  const char* name = "";
  const char* summary = "";   // one line, for the list of commands
  const char* examples = "";  // whole command lines, one a line, for --help
  const char* endings = "";   // what its exit codes mean, one a line, for --help
  // Adds the options and returns what runs after they were parsed; the action owns the options. Null for a group.
  NativeAction (*declare)(CLI::App& app) = nullptr;
  std::span<const NativeCommand* const> commands = {};  // of a group: `tenon fs walk`
};

// Runs the command line if it names a command of the native core; nothing if it names none. `arguments` without the
// program's name.
std::optional<int> run_native_command(const std::vector<std::string>& arguments);

// Names and summaries, for `tenon --help`.
std::span<const NativeCommand* const> native_commands();

}  // namespace tenon::cli
