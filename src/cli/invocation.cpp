#include "cli/invocation.h"

#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/native_command.h"
#include "cli/stray_words.h"
#include "core/error.h"
#include "durable/run.h"

namespace tenon::cli {
namespace {

constexpr const char* kVersion = TENON_VERSION;

std::vector<std::string> names_of_states() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<durable::RunState>>(
      [&](auto state) { names.emplace_back(state.name); });
  return names;
}

class Parser {
 public:
  Parser() : app_("Tenon: from a sentence to tested, running software, with the evidence that it works.", "tenon") {
    app_.set_version_flag("--version", std::string("tenon ") + kVersion);
    app_.require_subcommand(1);
    app_.footer(
        "Example:\n  tenon build \"I want a website for my restaurant, with a menu and table reservations\"\n\n"
        "Settings come from TENON_* variables; `tenon config` prints them. `tenon COMMAND --help` shows an example of "
        "each command.");
    add_build();
    add_runs();
    add_projects();
    add_exec();
    command(Command::doctor, "doctor",
            "Show what this machine has, what is missing, what is lost without it and how to get it", "tenon doctor");
    command(Command::config, "config", "Print the effective settings", "tenon config --json");
    for (const NativeCommand* native : native_commands()) app_.add_subcommand(native->name, native->summary);
  }

  Parsed parse(std::vector<std::string> arguments) {
    try {
      if (!begins_with_command(arguments)) refuse_unknown_command("tenon", arguments);
      std::ranges::reverse(arguments);  // CLI11 takes a vector from its end
      app_.parse(arguments);
      return {.invocation = invocation_, .exit_code = 0, .output = {}, .errors = {}};
    } catch (const CLI::ParseError& failure) {
      std::ostringstream out;
      std::ostringstream errors;
      const int code = app_.exit(failure, out, errors);
      return {.invocation = {},
              .exit_code = code == 0 ? 0 : exit_code(ErrorCode::invalid_argument),
              .output = out.str(),
              .errors = errors.str()};
    }
  }

 private:
  bool begins_with_command(const std::vector<std::string>& arguments) const {
    const auto named = [&](const CLI::App* sub) { return sub->check_name(arguments.front()); };
    return !arguments.empty() && !app_.get_subcommands(named).empty();
  }

  CLI::App* command(Command id, const char* name, const char* what, const std::string& example) {
    CLI::App* sub = app_.add_subcommand(name, what);
    sub->footer("Example:\n  " + example);
    sub->add_flag("--json", invocation_.json, "Machine-readable output");
    sub->callback([this, id] { invocation_.command = id; });
    return sub;
  }

  void add_serving(CLI::App* sub) {
    sub->add_flag("!--no-serve", invocation_.serve, "Exit when the app is released instead of serving it");
    sub->add_option("--port", invocation_.port, "Port to serve on (default: TENON_PREVIEW_PORT)");
  }

  void add_build() {
    CLI::App* sub = command(Command::build, "build", "Build software from a goal in plain words, prove it and serve it",
                            "tenon build \"Build REST API in FastAPI for employees\" --yes --no-serve");
    sub->add_option("goal", invocation_.goal, "What you need, in plain words; - reads it from standard input")
        ->required();
    sub->add_option("--answers", invocation_.answers_file, "YAML or JSON file with answers to the questions");
    sub->add_flag("--yes,-y", invocation_.take_suggestions,
                  "Take the suggestions instead of asking, and say what was assumed");
    sub->add_option("--stack", invocation_.stack,
                    "Technology to build with, e.g. fastapi-web, fastapi-api, static-site");
    sub->add_option("--out", invocation_.out, "Directory for the git repository (default: in the data directory)");
    sub->add_option("--project", invocation_.project, "Build the next version of this project instead of a new one");
    add_serving(sub);
  }

  void add_runs() {
    CLI::App* runs = command(Command::runs, "runs", "List the runs, newest first, and what each waits for",
                             "tenon runs --state failed --since 2h");
    runs->add_option("--state", invocation_.state, "Only those in this state")->check(CLI::IsMember(names_of_states()));
    runs->add_option("--workflow", invocation_.workflow, "Only those of this workflow");
    runs->add_option("--project", invocation_.project, "Only those of this project");
    runs->add_option("--since", invocation_.since,
                     "Only those started since then: 90s, 30m, 2h, 3d, 1w, 2026-01-31 or 2026-01-31T12:00:00Z");
    runs->add_option("--limit", invocation_.limit, "At most so many (default: 100)")->check(CLI::Range(1, 10'000));
    command(Command::schedules, "schedules", "List what is started by the clock, and when next",
            "tenon schedules --json");

    newest_run(
        command(Command::show, "show", "Show a run, why it is where it is, and every step it took", "tenon show 7Q2M"));
    newest_run(command(Command::tree, "tree", "Show a run with the runs it started", "tenon tree 7Q2M"));
    CLI::App* journal = newest_run(command(
        Command::journal, "journal",
        "Show all that is stored about each step of a run: attempts, failures, time, worker, digest of the result",
        "tenon journal 7Q2M --full"));
    journal->add_flag("--full", invocation_.full, "With the results themselves");
    add_run_control();
  }

  void add_run_control() {
    CLI::App* signal =
        named_run(command(Command::signal, "signal", "Give a run a signal, whether it waits for it yet or not",
                          "tenon signal 7Q2M plan-approval '{\"approved\": true}'\n"
                          "  tenon signal 7Q2M answers - < answers.json"));
    signal->add_option("name", invocation_.signal, "Name of the signal")->required();
    signal->add_option("payload", invocation_.payload, "JSON; - reads it from standard input (default: null)");
    signal->add_option("--id", invocation_.signal_id, "Two signals with the same id are one");
    named_run(command(Command::retry, "retry", "Put a failed or dead run back; no finished step is repeated",
                      "tenon retry 7Q2M"));
    CLI::App* fork = named_run(command(Command::fork, "fork",
                                       "Start a new run that has what another did before a step, and print its id",
                                       "tenon fork 7Q2M --from plan"));
    fork->add_option("--from", invocation_.from_step, "The first step to be done anew, as `tenon journal` names it")
        ->required();
    named_run(command(Command::cancel, "cancel", "Cancel a run and its children", "tenon cancel 7Q2M"));
    named_run(command(Command::pause, "pause", "Stop a run before its next step; its signals and timers are kept",
                      "tenon pause 7Q2M"));
    add_serving(newest_run(command(Command::resume, "resume",
                                   "Go on with a run that was interrupted, paused or failed; no finished step is "
                                   "repeated",
                                   "tenon resume")));
  }

  CLI::App* newest_run(CLI::App* sub) {
    sub->add_option("run", invocation_.run, "Id of the run, or its beginning or end (default: the newest)");
    return sub;
  }

  CLI::App* named_run(CLI::App* sub) {
    sub->add_option("run", invocation_.run, "Id of the run, or its beginning or end")->required();
    return sub;
  }

  void add_projects() {
    const auto add_project = [this](CLI::App* sub) {
      sub->add_option("project", invocation_.project, "Name of the project (default: the newest)");
      return sub;
    };
    add_project(command(Command::evidence, "evidence",
                        "Show every requirement, its assertions and the evidence for each",
                        "tenon evidence olive-ember"));
    CLI::App* artifacts =
        add_project(command(Command::artifacts, "artifacts", "List the documents of a project, or print one",
                            "tenon artifacts olive-ember brief-text"));
    artifacts->add_option(
        "kind", invocation_.kind,
        "Which one to print: brief, brief-text, plan, design, adr, runbook, openapi, test-report, review");
    CLI::App* preview =
        add_project(command(Command::preview, "preview", "Serve the released version of a project until Ctrl-C",
                            "tenon preview olive-ember --port 8080"));
    preview->add_option("--port", invocation_.port, "Port to serve on (default: TENON_PREVIEW_PORT)");
    CLI::App* rollback = add_project(command(Command::rollback, "rollback",
                                             "Make an earlier version the released one, with the data it had",
                                             "tenon rollback olive-ember 1"));
    rollback->add_option("version", invocation_.version, "Version to go back to (default: the one before)");
  }

  void add_exec() {
    CLI::App* sub = command(Command::exec, "exec", "Run one command in a sandbox and print its exit record",
                            "tenon exec --workspace ./app --wall 10 --memory 268435456 -- python3 -m pytest -q");
    sub->add_option("--workspace", invocation_.workspace, "Directory that the command may write to, seen as /workspace")
        ->required();
    sub->add_option("--wall", invocation_.wall_seconds, "Seconds it may take")->check(CLI::PositiveNumber);
    sub->add_option("--cpu", invocation_.cpu_seconds, "Seconds of processor time")->check(CLI::PositiveNumber);
    sub->add_option("--memory", invocation_.memory_bytes, "Bytes of memory")->check(CLI::PositiveNumber);
    sub->add_option("--processes", invocation_.processes, "Processes and threads")->check(CLI::PositiveNumber);
    sub->add_option("--file-size", invocation_.file_bytes, "Bytes of one file")->check(CLI::PositiveNumber);
    sub->add_option("--workspace-size", invocation_.workspace_bytes, "Bytes in the workspace")
        ->check(CLI::PositiveNumber);
    sub->add_option("--output", invocation_.output_bytes, "Bytes of output that are kept")->check(CLI::PositiveNumber);
    sub->add_option("--bind", invocation_.binds, "HOST:INSIDE[:rw], a directory it sees besides (may be repeated)")
        ->allow_extra_args(false);
    sub->add_option("--env", invocation_.environment, "NAME=VALUE of its environment (may be repeated)")
        ->allow_extra_args(false);
    sub->add_option("command", invocation_.argv, "The command and its arguments, after --")->required();
  }

  CLI::App app_;
  Invocation invocation_;
};

}  // namespace

bool takes_input(const Invocation& invocation) {
  return invocation.command == Command::signal && invocation.payload == "-";
}

Parsed parse(const std::vector<std::string>& arguments) { return Parser().parse(arguments); }

}  // namespace tenon::cli
