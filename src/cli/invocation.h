// A command line, understood.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tenon::cli {

enum class Command {
  none,
  build,
  runs,
  show,
  tree,
  journal,
  signal,
  retry,
  fork,
  cancel,
  pause,
  resume,
  schedules,
  evidence,
  artifacts,
  preview,
  rollback,
  exec,
  doctor,
  config
};

struct Invocation {
  Command command = Command::none;
  bool json = false;

  // build
  std::string goal;
  std::string answers_file;
  bool take_suggestions = false;
  std::string stack;
  std::string out;
  bool serve = true;  // build, resume

  std::string run;      // what is about one run
  std::string project;  // build, runs, evidence, artifacts, preview, rollback

  // runs
  std::string state;
  std::string workflow;
  std::string since;
  std::size_t limit = 100;

  bool full = false;                   // journal: with results
  std::string signal;                  // its name
  std::optional<std::string> payload;  // JSON; none is null, "-" is standard input
  std::string signal_id;               // two with the same are one
  std::string from_step;               // fork

  std::string kind;  // artifacts
  std::int64_t version = 0;
  std::optional<std::uint16_t> port;

  // exec
  std::string workspace;
  std::vector<std::string> argv;
  std::vector<std::string> binds;
  std::vector<std::string> environment;
  std::optional<double> wall_seconds;
  std::optional<std::uint64_t> cpu_seconds;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<std::uint64_t> processes;
  std::optional<std::uint64_t> file_bytes;
  std::optional<std::uint64_t> workspace_bytes;
  std::optional<std::uint64_t> output_bytes;
};

// Whether the command reads its payload from standard input.
bool takes_input(const Invocation& invocation);

// What a command line means: something to do, or a text to print and an exit code (help, version, a usage error).
struct Parsed {
  std::optional<Invocation> invocation;
  int exit_code = 0;
  std::string output;
  std::string errors;
};

// `arguments` without the program's name.
Parsed parse(const std::vector<std::string>& arguments);

}  // namespace tenon::cli
